@cpo @receiver @commands
Feature: The direct answer to a charging profile request
  A CPO says at once whether a request for the profile of a Session can be sent
  to the EVSE. What it does not know or understand it does not take.

  Spec: mod_charging_profiles_cpo_interface, mod_charging_profiles_cpo_get_method,
  mod_charging_profiles_cpo_put_method, mod_charging_profiles_cpo_delete_method,
  mod_charging_profiles_response_object, mod_charging_profiles_responsetype_enum,
  terminology_cardinality

  Background:
    Given the partner is registered with the target
    And a driver of the partner is charging at an EVSE with smart charging

  Rule: A profile is asked for by GET, set by PUT and cleared by DELETE

    @CHP-001
    Scenario Outline: <method> is answered with a ChargingProfileResponse
      When the partner sends the profile request <method>
      Then the response is a ChargingProfileResponse whatever its result

      Examples: Methods of the Receiver interface
        | method |
        | GET    |
        | PUT    |
        | DELETE |

    @CHP-002
    Scenario Outline: <method> is not part of charging profiles
      When the partner sends <method> to the profile of the Session
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | POST   |
        | PATCH  |

    @CHP-007
    Scenario Outline: The direct answer to <method> has a result and a timeout
      When the partner sends the profile request <method>
      Then every answer to a profile request of the target is a valid ChargingProfileResponse

      Examples: Methods that are answered alike
        | method |
        | GET    |
        | PUT    |
        | DELETE |

  Rule: What cannot be sent to an EVSE is not accepted

    @CHP-015
    Scenario Outline: <request> gets UNKNOWN_SESSION
      When the partner sends the profile request <request>
      Then the response reports an unknown Session of a profile

      Examples: Requests that name no Session of the CPO
        | request                       |
        | GET for an unknown Session    |
        | PUT for an unknown Session    |
        | DELETE for an unknown Session |

    @CHP-051
    Scenario Outline: <request> cannot be ACCEPTED
      When the partner sends the profile request <request>
      Then the response does not accept the request

      Examples: Requests that can be sent to no EVSE
        | request                       |
        | GET for an unknown Session    |
        | PUT for an unknown Session    |
        | DELETE for an unknown Session |

    @CHP-044
    Scenario Outline: <request> is not accepted
      When the partner sends the profile request <request>
      Then the response does not accept the request

      Examples: Requests for the active profile that are not complete
        | request                  |
        | GET without duration     |
        | GET without response_url |

    @CHP-046
    Scenario: DELETE without response_url is not accepted
      When the partner sends the profile request DELETE without response_url
      Then the response does not accept the request

    @CHP-008
    Scenario: A request that was refused has no result
      When the partner sends the profile request PUT for an unknown Session
      Then the result does not come

  Rule: A profile can be relative and open-ended

    @CHP-032
    Scenario Outline: <request> is accepted
      When the partner sends the profile request <request>
      Then the response accepts the request

      Examples: Profiles with few fields
        | request                     |
        | PUT without start_date_time |
        | PUT without duration        |

  Rule: An empty list of periods has three forms

    @TYP-016
    Scenario Outline: <request> is taken as one without them is
      Given the partner has sent the profile request PUT without periods
      When the partner sends the profile request <request>
      Then the response is successful

      Examples: Forms of an empty list
        | request                       |
        | PUT with an empty period list |
        | PUT with null for its periods |

  Rule: The CPO decides whose requests it takes, and how many

    @CHP-017
    Scenario: A further request is accepted or comes too often
      Given the partner has sent the profile request PUT
      And the partner has sent the profile request GET
      And the partner has sent the profile request GET
      When the partner sends the profile request GET
      Then the response accepts the request or says TOO_OFTEN

    @CHP-018 @credentials @flow
    Scenario: The profile of a party that owns no Token of the Session is rejected
      When a second party of the partner registers with the target
      And the partner sends the profile request PUT
      Then the response does not accept the profile of a stranger
