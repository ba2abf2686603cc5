@cpo @receiver @commands
Feature: Active profiles that a CPO pushes
  Once a Sender has set a profile, the CPO tells it every change of the active
  profile that it learns of, and tells nobody else.

  Spec: mod_charging_profiles_flow, mod_charging_profiles_msp_put_method,
  mod_charging_profiles_active_charging_profile_class

  Background:
    Given the partner is registered with the target
    And a driver of the partner is charging at an EVSE with smart charging

  Rule: Who has set a profile is told when the active profile changes

    @CHP-021
    Scenario: A change of the active profile is pushed
      Given the partner has sent the profile request PUT
      When the operator has the target change the active profile
      Then the active profile is pushed

    @CHP-052
    Scenario: What is pushed is an ActiveChargingProfile
      Given the partner has sent the profile request PUT
      When the operator has the target change the active profile
      Then the active profile is pushed as a valid ActiveChargingProfile

    @CHP-022
    Scenario: Where the partner has set no profile nothing is pushed
      When the operator has the target change the active profile
      Then the active profile is not pushed

    @CHP-024
    Scenario: What is pushed covers a useful duration
      Given the partner has sent the profile request PUT
      When the operator has the target change the active profile
      Then the active profile is pushed for a useful duration

  Rule: The CPO can cancel a profile that a Sender has set

    @CHP-036
    Scenario: A profile that the CPO cancels is reported
      Given the partner has sent the profile request PUT
      When the operator has the target cancel the charging profile
      Then the active profile is pushed

    @CHP-025
    Scenario: Without a profile the maximum of the EVSE is shown
      Given the partner has sent the profile request PUT
      When the operator has the target cancel the charging profile
      Then the active profile shows the maximum of the EVSE
