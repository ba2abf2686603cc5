@receiver @writes @emsp @nsp @nap @hub @ptp @other
Feature: The Receiver interface of locations
  The copies that a Receiver keeps of the Locations, EVSEs and Connectors that
  their owner pushes: how they are addressed, read and kept.

  Spec: mod_locations_emsp_interface, mod_locations_get_method_eMSP, mod_locations_flow_and_lifecycle

  Background:
    Given the partner is registered with the target

  Rule: The interface takes GET, PUT and PATCH, and no other method

    @LOC-032
    Scenario: A new Location is taken by PUT
      When the partner pushes a Location with PUT
      Then the response is successful

    @LOC-032
    Scenario: A change of a Location is taken by PATCH
      Given the partner has pushed a Location
      When the partner pushes another name of the Location with PATCH
      Then the response is successful

    @LOC-032
    Scenario: A Location that was pushed is read by GET
      Given the partner has pushed a Location
      When the partner sends GET to the Location
      Then the response is successful

    @LOC-033 @TRN-064
    Scenario: A new Location is not taken by POST
      When the partner pushes a Location with POST
      Then the response does not succeed

    @TRN-064 @flow
    Scenario: A POST leaves no Location behind
      When the partner pushes a Location with POST
      And the partner sends GET to the Location
      Then the response does not succeed

    @LOC-033
    Scenario Outline: A DELETE of one <object> does not succeed
      Given the partner has pushed a Location
      When the partner sends DELETE to the <object>
      Then the response does not succeed

      Examples: Levels of a Location
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

  Rule: Each level of a Location has a URL of its own

    @LOC-034
    Scenario Outline: The URL of one <object> answers GET
      Given the partner has pushed a Location
      When the partner sends GET to the <object>
      Then the response is successful

      Examples: Levels of a Location
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

    @LOC-034
    Scenario Outline: The URL of one <object> takes <thing>
      Given the partner has pushed a Location
      When the partner pushes <thing> with <method>
      Then the response is successful

      Examples: Pushes at each level
        | object    | thing                                   | method |
        | Location  | the Location with another name          | PUT    |
        | EVSE      | the EVSE with another floor_level       | PUT    |
        | Connector | the Connector with another max_amperage | PUT    |
        | Location  | another name of the Location            | PATCH  |
        | EVSE      | another status of the EVSE              | PATCH  |
        | Connector | other tariff_ids of the Connector       | PATCH  |

    @LOC-123
    Scenario Outline: One <object> that was never pushed is not found
      Given the partner has pushed a Location
      When the partner sends GET to an unknown <object>
      Then the response reports that nothing is there

      Examples: Levels of a Location
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

  Rule: What was pushed can be read back

    @LOC-036
    Scenario Outline: One <object> is read as it was pushed
      Given the partner has pushed a Location
      When the partner sends GET to the <object>
      Then the target's copy of the <object> equals what was pushed

      Examples: Levels of a Location
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

    @LOC-036
    Scenario Outline: The copy of <thing> says what was pushed
      When the partner pushes <thing> with PUT
      Then the target's copy of the Location equals what was pushed

      Examples: Unusual content
        | thing                                |
        | a minimal Location                   |
        | a Location with text beyond ASCII    |
        | a Location with fractions of a second |
        | a Location with ids of 36 characters |
        | a Location with asterisks in its ids |

  Rule: Nothing that was pushed is ever deleted

    @LOC-007
    Scenario Outline: One <object> outlives a DELETE
      Given the partner has pushed a Location
      When the partner sends DELETE to the <object>
      Then the target's copy of the <object> is as before

      Examples: Levels of a Location
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

    @LOC-008
    Scenario: An EVSE that was removed can still be read
      Given the partner has pushed a Location
      When the partner pushes the removal of the EVSE with PATCH
      Then the target's copy of the EVSE shows the change

  Rule: Locations come with their tariffs

    @LOC-101
    Scenario: A Receiver of locations receives tariffs too
      When the partner sends GET to the version details endpoint
      Then the response offers tariffs to who receives locations
