@emsp @receiver @commands @credentials
Feature: Smart charging of an SCSP through an eMSP
  An eMSP to which its drivers' smart charging belongs can leave it to an SCSP.
  It passes on to the CPO what the SCSP asks for, and to the SCSP what comes of it.

  Spec: mod_charging_profiles_toplogies_emsp_scspp, mod_charging_profiles_flow,
  mod_charging_profiles_cpo_interface, mod_charging_profiles_emsp_interface

  Background:
    Given the partner is registered with the target
    And a driver of the target is charging at the partner

  Rule: What the SCSP asks for reaches the CPO

    @CHP-037
    Scenario Outline: <method> of an SCSP is passed on to the CPO
      When the partner sends the profile request <method> of an SCSP
      Then the result is asked of the CPO

      Examples: Methods of the Receiver interface
        | method |
        | GET    |
        | PUT    |
        | DELETE |

  Rule: What the CPO says reaches the SCSP

    @CHP-054
    Scenario: What the CPO answers at once the SCSP is told at once
      Given the partner answers requests for charging profiles with the result TOO_OFTEN
      When the partner sends the profile request PUT of an SCSP
      Then the result is announced as the CPO has announced it

    @CHP-055
    Scenario Outline: The result of <method> reaches the SCSP
      When the partner sends the profile request <method> of an SCSP
      Then the result is the one that the CPO has sent

      Examples: Methods with results of their own
        | method |
        | GET    |
        | PUT    |
        | DELETE |

    @CHP-038
    Scenario: A change of the active profile reaches the SCSP
      Given the partner has sent the profile request PUT of an SCSP
      When the partner sends PUT to the active profile of the Session with an ActiveChargingProfile
      Then the active profile is passed on to the SCSP
