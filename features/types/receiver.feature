@receiver @emsp @ptp @writes
Feature: Types in objects that a Receiver takes
  Values, empty fields and empty lists of a pushed object mean the same in every
  form that the types and cardinalities allow.

  Spec: types_cistring_type, types_string_type, types_datetime_type, terminology_cardinality

  Background:
    Given the partner is registered with the target
    And the partner has pushed a Location

  Rule: Letter case counts in strings and enums, not in CiStrings

    @TYP-001
    Scenario: A pushed Location is found by its ids in another letter case
      Given the target shows the Location
      When the partner sends GET to a recased Location
      Then the response is the object asked for

    @TYP-005
    Scenario: The value of an enum in another letter case is refused
      When the partner pushes a Location with a status in lower case with PUT
      Then the response preferably refuses it as invalid

    @TYP-028
    Scenario Outline: <thing> is refused
      When the partner pushes <thing> with PUT
      Then the response preferably refuses it as invalid

      Examples: Values that a closed enum does not list
        | thing                             |
        | a Location with an unknown status |
        | a Location with an unknown format |

  Rule: An open enum may hold a value of its sender

    @TYP-027
    Scenario Outline: <thing> is taken for what it says
      When the partner pushes <thing> with PUT
      Then the response is successful
      And the target's copy of the Location keeps the values that no open enum lists

      Examples: Values that an open enum does not list
        | thing                                   |
        | a Location with a standard of its own   |
        | a Location with a capability of its own |
        | a Location with a facility of its own   |

  Rule: A string keeps its text

    @TYP-004
    Scenario: Text beyond ASCII comes back as it was pushed
      When the partner pushes a Location with text beyond ASCII with PUT
      Then the target's copy of the Location keeps its text unchanged

  Rule: Fractions of a second are allowed

    @TYP-007
    Scenario: A Location with fractions of a second is taken
      When the partner pushes a Location with fractions of a second with PUT
      Then the response is successful

  Rule: An optional field may be left out or null

    @TYP-014
    Scenario: A Location with null in its optional fields is taken
      When the partner pushes a Location with null in its optional fields with PUT
      Then the response is successful

    @TYP-014
    Scenario: A field that was null comes back without a value
      When the partner pushes a Location with null in its optional fields with PUT
      Then the target's copy of the Location has no value where null was pushed

    @TYP-015
    Scenario Outline: <thing> has the default
      When the partner pushes <thing> with PUT
      Then the target's copy of the Location has charging_when_closed at its default

      Examples: Forms of a field that is not set
        | thing                                         |
        | a Location without charging_when_closed       |
        | a Location with null for charging_when_closed |

  Rule: An empty list has three forms, a list that needs an element none

    @TYP-016
    Scenario Outline: <thing> is taken
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Forms of an empty list
        | thing                              |
        | a Location with empty lists        |
        | a Location with null for its lists |

    @TYP-017
    Scenario: A list without the element that it needs is refused
      When the partner pushes a Location with an EVSE without connectors with PUT
      Then the response preferably refuses it as invalid
