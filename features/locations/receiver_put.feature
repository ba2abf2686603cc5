@receiver @writes @emsp @nsp @nap @hub @ptp @other
Feature: PUT of Locations, EVSEs and Connectors
  A PUT brings a whole object, new or as a replacement, at the level its URL
  names; what it does not name stays, what it replaces goes.

  Spec: mod_locations_put_method, transport_and_format_put, transport_and_format_client_owned_object_push

  Background:
    Given the partner is registered with the target

  Rule: A PUT to an unknown URL creates the object

    @TRN-065
    Scenario: A PUT creates a Location that was unknown
      When the partner pushes a Location with PUT
      Then the response is successful
      And the target's copy of the Location has the pushed id

    @LOC-037
    Scenario Outline: A PUT of <thing> is taken
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Locations that are new
        | thing                                |
        | a minimal Location                   |
        | a complete Location                  |
        | a Location with text beyond ASCII    |
        | a Location with fractions of a second |
        | a Location with ids of 36 characters |
        | a Location with asterisks in its ids |

    @STA-006
    Scenario Outline: The creation of <thing> is reported as such
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response reports a creation

      Examples: New objects at each level
        | thing             |
        | a Location        |
        | another EVSE      |
        | another Connector |

    @LOC-046
    Scenario: An EVSE with a new uid is added to its Location
      Given the partner has pushed a Location
      When the partner pushes another EVSE with PUT
      Then the response is successful
      And the target's copy of the Location lists the pushed EVSE

    @LOC-038
    Scenario: A new EVSE leaves the other EVSEs alone
      Given the partner has pushed a Location
      When the partner pushes another EVSE with PUT
      Then the target's copy of the EVSE equals what was pushed
      And the target's copy of the Location keeps its other EVSE objects

    @LOC-039
    Scenario: A new Connector is added to its EVSE
      Given the partner has pushed a Location
      When the partner pushes another Connector with PUT
      Then the target's copy of the Connector equals what was pushed
      And the target's copy of the EVSE lists the pushed Connector
      And the target's copy of the EVSE keeps its other Connector objects

  Rule: A PUT to a known URL replaces the object

    @LOC-037
    Scenario: A Location is replaced by the Location that is pushed
      Given the partner has pushed a Location
      When the partner pushes the Location with another name with PUT
      Then the target's copy of the Location equals what was pushed

    @LOC-038
    Scenario: An EVSE is replaced in its Location
      Given the partner has pushed a Location
      When the partner pushes the EVSE with another floor_level with PUT
      Then the target's copy of the EVSE equals what was pushed
      And the target's copy of the Location lists the pushed EVSE
      And the target's copy of the Location keeps its other EVSE objects

    @LOC-039
    Scenario: A Connector is replaced in its EVSE
      Given the partner has pushed a Location
      When the partner pushes the Connector with another max_amperage with PUT
      Then the target's copy of the Connector equals what was pushed
      And the target's copy of the EVSE lists the pushed Connector
      And the target's copy of the EVSE keeps its other Connector objects

    @LOC-125
    Scenario: A Connector of the same id under another EVSE stays as it is
      Given the partner has pushed a Location
      When the partner pushes the Connector with another max_amperage with PUT
      Then the target's copy of the Location keeps its other EVSE objects

    @TRN-055
    Scenario Outline: An optional field that <thing> leaves out is gone
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the target's copy of the <object> has nothing that was left out

      Examples: Replacements with less than before
        | object    | thing                                |
        | Location  | the Location without its name        |
        | EVSE      | the EVSE without its floor_level     |
        | Connector | the Connector without its tariff_ids |

    @STA-005
    Scenario Outline: The replacement by <thing> is reported as an update
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response reports an update

      Examples: Replacements at each level
        | thing                                   |
        | the Location with another name          |
        | the EVSE with another floor_level       |
        | the Connector with another max_amperage |

  Rule: The parents of what was pushed take its last_updated

    @LOC-040
    Scenario: A Connector takes its EVSE and its Location along
      Given the partner has pushed a Location
      When the partner pushes the Connector with another max_amperage with PUT
      Then the target's copy of the EVSE has the last_updated of the push or a later one
      And the target's copy of the Location has the last_updated of the push or a later one

    @LOC-041
    Scenario: An EVSE takes its Location along
      Given the partner has pushed a Location
      When the partner pushes the EVSE with another floor_level with PUT
      Then the target's copy of the Location has the last_updated of the push or a later one

  Rule: Content that OCPI allows is taken for what it says

    @LOC-068
    Scenario: charging_when_closed is true unless it says otherwise
      When the partner pushes a Location without charging_when_closed with PUT
      Then the target's copy of the Location has charging_when_closed at its default

    @LOC-143
    Scenario: A scheduled status leaves the status as it is
      Given the partner has pushed a Location
      When the partner pushes the EVSE with a status schedule that has begun with PUT
      Then the target's copy of the EVSE has the pushed status

    @LOC-136
    Scenario: A Location has as many images of a category as its owner likes
      When the partner pushes a Location with several images of one category with PUT
      Then the response is successful

    @LOC-114
    Scenario: A Location with parking places is taken as it is
      When the partner pushes a Location with parking places with PUT
      Then the response is successful

    @CRD-043
    Scenario: EVSE ids name another operator than the owner of the Location
      When the partner pushes a Location with EVSE ids of another operator with PUT
      Then the response is successful

    @LOC-120
    Scenario: The coming removal of an EVSE is announced
      Given the partner has pushed a Location
      When the partner pushes the EVSE with a status schedule that ends in its removal with PUT
      Then the response is successful

    @LOC-134
    Scenario: A Location is open within its regular hours by way of exception
      When the partner pushes a Location with exceptional openings within regular hours with PUT
      Then the response is successful
