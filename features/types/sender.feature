@sender
Feature: Types in requests to a Sender
  Ids and timestamps in a request mean the same in every form that the types
  allow.

  Spec: types_cistring_type, types_datetime_type

  Background:
    Given the partner is registered with the target

  Rule: A CiString means the same in either letter case

    @TYP-001 @cpo
    Scenario: A Location is found by its id in another letter case
      Given the target publishes at least 1 Location object
      And the target shows the Location
      When the partner sends GET to a recased Location
      Then the response is the object asked for

  Rule: A DateTime is in UTC, with or without designator and fractions

    @TYP-007
    Scenario Outline: The <module> list takes fractions of a second
      When the partner asks for these pages of the <module> list
        | limit | date_from                |
        | 2     | 2010-01-01T00:00:00.250Z |
        | 2     | 2010-01-01T00:00:00.2    |
      Then the pages are accepted

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

    @TYP-008
    Scenario Outline: Without designator a period of the <module> list is in UTC
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from                                                              | date_to                                                               |
        | 50    | two seconds before the last_updated of the <object>                    | two seconds after the last_updated of the <object>                    |
        | 50    | two seconds before the last_updated of the <object> without designator | two seconds after the last_updated of the <object> without designator |
      Then the pages hold the same objects

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |
