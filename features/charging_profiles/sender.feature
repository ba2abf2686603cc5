@emsp @sender @commands
Feature: Charging profile requests that the target sends
  A Sender asks for the profile of a Session of the CPO, sets it or clears it,
  with a response_url for the result, and takes what comes there.

  Spec: mod_charging_profiles_emsp_interface, mod_charging_profiles_msp_get_request_parameters,
  mod_charging_profiles_msp_delete_request_parameters, mod_charging_profiles_msp_put_request_body,
  mod_charging_profiles_set_charging_profile_object, mod_charging_profiles_msp_post_method,
  mod_charging_profiles_msp_put_method, version_information_endpoint_endpoint_class

  Background:
    Given the partner is registered with the target
    And a driver of the target is charging at the partner

  Rule: GET and DELETE have all they need in the URL

    @CHP-005
    Scenario: A GET has its duration as a parameter
      When the operator has the target request the active profile
      Then every profile request of the target has its duration as a parameter

    @CHP-005
    Scenario: A GET has its response_url as a parameter
      When the operator has the target request the active profile
      Then every profile request of the target has its response_url as a parameter

    @CHP-045
    Scenario: A DELETE has its response_url as a parameter
      When the operator has the target clear the charging profile
      Then every profile request of the target has its response_url as a parameter

    @CHP-006
    Scenario Outline: A request that is made to <act> has no body
      When the operator has the target <act>
      Then every profile request of the target has no body but in a PUT

      Examples: Acts by methods without a body
        | act                        |
        | request the active profile |
        | clear the charging profile |

    @CHP-047
    Scenario Outline: The response_url arrives whole when it is to <act>
      When the operator has the target <act>
      Then every profile request of the target has its response_url whole

      Examples: Acts by methods with a response_url in the query
        | act                        |
        | request the active profile |
        | clear the charging profile |

  Rule: A PUT holds the profile and the response_url

    @CHP-048
    Scenario: The body of a PUT is a SetChargingProfile
      When the operator has the target set a charging profile
      Then every profile request of the target is a valid SetChargingProfile

  Rule: Each request is for one Session and has one result

    @CHP-049
    Scenario Outline: The Session is named by the CPO's id when it is to <act>
      When the operator has the target <act>
      Then every profile request of the target names a Session of the partner

      Examples: Acts of a Sender
        | act                        |
        | request the active profile |
        | set a charging profile     |
        | clear the charging profile |

    @CHP-013
    Scenario: Two requests have two response_urls
      Given the target has been made to set a charging profile
      When the operator has the target set a charging profile
      Then every profile request of the target has a response_url of its own

  Rule: The Sender takes results and active profiles and nothing else

    @CHP-003
    Scenario Outline: The result is taken after it was to <act>
      When the operator has the target <act>
      Then every answer to a profile result of the target succeeds

      Examples: Acts that lead to a result
        | act                        |
        | request the active profile |
        | set a charging profile     |
        | clear the charging profile |

    @CHP-003
    Scenario: An active profile is taken
      Given the target has been made to set a charging profile
      When the partner sends PUT to the active profile of the Session with an ActiveChargingProfile
      Then the response is successful

    @CHP-019
    Scenario: The answer to a result has no data
      When the operator has the target set a charging profile
      Then every answer to a profile result of the target leaves out data

    @CHP-020
    Scenario: The answer to an active profile has no data
      Given the target has been made to set a charging profile
      When the partner sends PUT to the active profile of the Session with an ActiveChargingProfile
      Then the response leaves out data

    @CHP-004
    Scenario Outline: <method> is not part of the Sender interface
      Given the target has been made to set a charging profile
      When the partner sends <method> to the active profile of the Session
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | GET    |
        | PATCH  |
        | DELETE |

    @VER-027
    Scenario: A Sender of profiles publishes where active profiles go
      Given the target has been made to set a charging profile
      When the partner sends GET to the version details endpoint
      Then the response offers the Sender interface of charging profiles
