@receiver @writes @emsp @nsp @nap @hub @ptp @other
Feature: Pushes that a Receiver of locations refuses
  What cannot be taken is refused with an OCPI status that says so, and leaves
  the copies as they are.

  Spec: transport_and_format_put, transport_and_format_errors, status_codes_2xxx_client_errors

  Background:
    Given the partner is registered with the target

  Rule: An object without a required field is refused

    @TRN-056
    Scenario Outline: <thing> is refused
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response is refused as invalid
      And the target's copy of the <object> is as before

      Examples: Objects that lack a required field
        | thing                              | object    |
        | the Location without its city      | Location  |
        | the EVSE without its status        | EVSE      |
        | the Connector without its standard | Connector |

    @LOC-048
    Scenario: An incomplete EVSE leaves the other EVSEs alone
      Given the partner has pushed a Location
      When the partner pushes the EVSE without its status with PUT
      Then the target's copy of the Location keeps its other EVSE objects

  Rule: A field of a wrong type is an invalid parameter

    @STA-013
    Scenario Outline: <thing> is an invalid parameter
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response is refused as invalid

      Examples: Fields of a wrong type
        | thing                                         |
        | the Location with coordinates of a wrong type |
        | the EVSE with connectors of a wrong type      |
        | the Connector with max_voltage of a wrong type |

    @STA-013
    Scenario Outline: The lack of a field is an invalid parameter in <thing>
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response is refused as invalid

      Examples: Objects that lack a required field
        | thing                              |
        | the Location without its city      |
        | the EVSE without its status        |
        | the Connector without its standard |

  Rule: What has no effect is no success

    @STA-029
    Scenario Outline: <thing> is not reported as success and dropped
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the target's copy of the <object> has changed if a success was reported

      Examples: Pushes that cannot be taken
        | thing                                         | object    |
        | the Location without its city                 | Location  |
        | the EVSE without its status                   | EVSE      |
        | the Connector without its standard            | Connector |
        | the Location with coordinates of a wrong type | Location  |

  Rule: An object stands where its URL says

    @TRN-067
    Scenario: A Location with another id than its URL is refused
      When the partner pushes a Location with another id than its URL with PUT
      Then the response is refused as invalid

    @TRN-067 @flow
    Scenario: A Location with another id than its URL is not stored
      When the partner pushes a Location with another id than its URL with PUT
      And the partner sends GET to the Location
      Then the response does not succeed

    @LOC-045
    Scenario: A Location with another party_id than its URL is not taken
      When the partner pushes a Location with another party_id than its URL with PUT
      Then the response does not succeed

    @LOC-049
    Scenario Outline: <thing> is not taken
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response does not succeed

      Examples: Parents that were never pushed
        | thing                          |
        | an EVSE of an unknown Location |
        | a Connector of an unknown EVSE |

  Rule: Every owner has objects of its own

    @TRN-063 @credentials
    Scenario: Two Locations of one id are kept apart by their owner
      Given the partner acts for a second party
      And the partner has pushed a Location
      And the partner has pushed the same Location of the second party
      When the partner pushes another name of the first party's Location with PATCH
      Then the response is about a known object
      And the target's copy of the Location is as before

    @TRN-066
    Scenario: A Location of a foreign owner is not shown
      Given the partner has pushed a Location
      When the partner sends GET to a foreign Location
      Then the response does not succeed

    @TRN-066
    Scenario: A Location of a foreign owner is not taken
      When the partner pushes a Location of a foreign owner with PUT
      Then the response does not succeed
