@receiver @writes @emsp @nsp @nap @hub @ptp @other
Feature: PATCH of Locations, EVSEs and Connectors
  A PATCH brings the fields that change, and the moment of the change; all that
  it does not name stays as it was.

  Spec: mod_locations_patch_method, transport_and_format_patch

  Background:
    Given the partner is registered with the target

  Rule: A PATCH changes what it names and nothing else

    @LOC-050
    Scenario Outline: The copy of the <object> shows <change>
      Given the partner has pushed a Location
      When the partner pushes <change> with PATCH
      Then the target's copy of the <object> shows the change

      Examples: Changes at each level
        | object    | change                            |
        | Location  | another name of the Location      |
        | EVSE      | another status of the EVSE        |
        | Connector | other tariff_ids of the Connector |

    @LOC-050 @TRN-058
    Scenario Outline: All of the <object> beside <change> stays
      Given the partner has pushed a Location
      When the partner pushes <change> with PATCH
      Then the target's copy of the <object> is otherwise as before

      Examples: Changes at each level
        | object    | change                            |
        | Location  | another name of the Location      |
        | EVSE      | another status of the EVSE        |
        | Connector | other tariff_ids of the Connector |

    @LOC-054
    Scenario: The status of an EVSE follows its PATCH
      Given the partner has pushed a Location
      When the partner pushes another status of the EVSE with PATCH
      Then the target's copy of the EVSE shows the change

    @STA-005
    Scenario Outline: A PATCH with <change> is reported as an update
      Given the partner has pushed a Location
      When the partner pushes <change> with PATCH
      Then the response reports an update

      Examples: Changes at each level
        | change                            |
        | another name of the Location      |
        | another status of the EVSE        |
        | other tariff_ids of the Connector |

  Rule: What a PATCH does to the parts of an object is open

    @LOC-131
    Scenario: An EVSE within a PATCH of its Location does no harm to the others
      Given the partner has pushed a Location
      When the partner pushes an EVSE within the Location with PATCH
      Then the target's copy of the Location has its EVSEs replaced, changed or as before

  Rule: The parents of what changes take its last_updated

    @LOC-042
    Scenario: A PATCH of a Connector takes its EVSE and its Location along
      Given the partner has pushed a Location
      When the partner pushes other tariff_ids of the Connector with PATCH
      Then the target's copy of the EVSE has the last_updated of the push or a later one
      And the target's copy of the Location has the last_updated of the push or a later one

    @LOC-043
    Scenario: A PATCH of an EVSE takes its Location along
      Given the partner has pushed a Location
      When the partner pushes another status of the EVSE with PATCH
      Then the target's copy of the Location has the last_updated of the push or a later one

  Rule: Every PATCH says when the change was

    @LOC-052 @STA-014
    Scenario Outline: <change> without last_updated is refused
      Given the partner has pushed a Location
      When the partner pushes <change> without last_updated with PATCH
      Then the response is refused as invalid
      And the target's copy of the <object> is as before

      Examples: Changes at each level
        | change                            | object    |
        | another name of the Location      | Location  |
        | another status of the EVSE        | EVSE      |
        | other tariff_ids of the Connector | Connector |

  Rule: Where a PATCH need not say when the change was, it is taken without

    @LOC-105
    Scenario Outline: <change> without last_updated is taken
      Given the partner has pushed a Location
      When the partner pushes <change> without last_updated with PATCH
      Then the response is successful
      And the target's copy of the <object> shows the change

      Examples: Changes at each level
        | change                            | object    |
        | another name of the Location      | Location  |
        | another status of the EVSE        | EVSE      |
        | other tariff_ids of the Connector | Connector |

  Rule: A PATCH needs an object to change

    @STA-004
    Scenario Outline: A PATCH with <change> is not reported as success
      Given the partner has pushed a Location
      When the partner pushes <change> with PATCH
      Then the response reports an unknown object

      Examples: Objects that were never pushed
        | change                             |
        | another name of an unknown Location |
        | another status of an unknown EVSE  |
        | other tariff_ids of an unknown Connector |
