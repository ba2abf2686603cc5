@cpo @receiver @commands
Feature: The result of a charging profile request
  What the EVSE makes of a request that was ACCEPTED, the CPO POSTs once to the
  response_url of that request.

  Spec: mod_charging_profiles_flow, mod_charging_profiles_msp_post_method,
  mod_charging_profiles_active_charging_profiles_result_object,
  mod_charging_profiles_charging_profiles_result_object,
  mod_charging_profiles_clear_profiles_result_object,
  mod_charging_profiles_resulttype_enum, mod_charging_profiles_response_object

  Background:
    Given the partner is registered with the target

  Rule: Each kind of request has a result of its own kind

    @CHP-009
    Scenario: The result of GET is an ActiveChargingProfileResult
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request GET
      Then the result is a valid ActiveChargingProfileResult

    @CHP-010
    Scenario: The result of PUT is a ChargingProfileResult
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request PUT
      Then the result is a valid ChargingProfileResult

    @CHP-011
    Scenario: The result of DELETE is a ClearProfileResult
      Given a driver of the partner is charging at an EVSE with smart charging
      And the partner has sent the profile request PUT
      When the partner sends the profile request DELETE
      Then the result is a valid ClearProfileResult

  Rule: A result comes once, in time, to the URL that was given for it

    @CHP-012
    Scenario Outline: The result of <method> comes to exactly its response_url
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request <method>
      Then the result comes to exactly its response_url

      Examples: Methods with the response_url in the query and in the body
        | method |
        | GET    |
        | PUT    |

    @CHP-012 @flow
    Scenario: Requests at the same time have their results apart
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request GET
      And the partner sends the profile request GET
      Then the result comes to the URL of each request

    @CHP-040
    Scenario: The result of a request comes within the timeout of its answer
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request GET
      Then the result comes within the timeout of its answer

    @CHP-050
    Scenario: A result that fails is not sent again
      Given a driver of the partner is charging at an EVSE with smart charging
      And the partner answers requests for results of profile requests with HTTP status 500
      When the partner sends the profile request PUT
      Then the result comes once

  Rule: The result says what the EVSE has found and done

    @CHP-014
    Scenario: A second profile replaces the first one
      Given a driver of the partner is charging at an EVSE with smart charging
      And the partner has sent the profile request PUT
      And the partner has sent the profile request PUT with a lower limit
      When the partner sends the profile request GET
      Then the result shows no more than the limit of the latest profile

    @CHP-026
    Scenario: The active profile is there when the result is ACCEPTED
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request GET
      Then the result holds the active profile with ACCEPTED only

    @CHP-033
    Scenario: The active profile begins with its calculation
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request GET
      Then the result shows a profile of the present

    @CHP-027
    Scenario: Where no profile was set there is none to clear
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request DELETE
      Then the result is UNKNOWN and no direct refusal

    @CHP-016
    Scenario: An EVSE without smart charging takes no profile
      Given a driver of the partner is charging at an EVSE without smart charging
      When the partner sends the profile request PUT
      Then the result is a refusal at once or later

    @CHP-030
    Scenario: A limit of two decimals is refused
      Given a driver of the partner is charging at an EVSE with smart charging
      When the partner sends the profile request PUT with a limit of two decimals
      Then the result is a refusal at once or later
