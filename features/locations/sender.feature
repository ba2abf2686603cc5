@cpo @sender
Feature: Locations that the target publishes
  A CPO lists its Locations, and gives out each Location, EVSE and Connector by
  its ids. What it gives out by itself is what it lists.

  Spec: mod_locations_cpo_interface, mod_locations_get_list_request_parameters,
  mod_locations_get_list_response_data, mod_locations_get_object_request_parameters

  Background:
    Given the partner is registered with the target

  Rule: The Sender interface offers GET and nothing else

    @LOC-018
    Scenario: The Location list answers GET
      When the partner sends GET to the locations sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @LOC-018
    Scenario Outline: A single <object> answers GET
      Given the target publishes at least 1 Location object
      When the partner sends GET to the <object>
      Then the response is successful

      Examples: Levels
        | object    |
        | Location  |
        | EVSE      |
        | Connector |

    @LOC-019 @writes
    Scenario Outline: <method> is not part of the Location list
      When the partner sends <method> to the locations sender interface
      Then the response does not succeed

      Examples: Methods that neither interface defines there
        | method |
        | POST   |
        | DELETE |

    @LOC-019 @writes
    Scenario Outline: <method> is not part of a Location of the Sender
      Given the two interfaces of locations have places of their own
      And the target publishes at least 1 Location object
      When the partner sends <method> to the Location with the Location as it is
      Then the response does not succeed

      Examples: Methods that change nothing here if they are carried out
        | method |
        | PUT    |
        | PATCH  |

  Rule: The list is paginated and can be narrowed by date

    @LOC-020
    Scenario: The Location list needs no parameter
      When the partner asks for these pages of the locations list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @LOC-021
    Scenario: A Location is in the periods that hold its last_updated
      Given the target publishes at least 1 Location object
      When the partner asks for these pages of the locations list
        | limit | date_from                                        | date_to                                         |
        | 50    | a second before the last_updated of the Location | a second after the last_updated of the Location |
        | 50    | a second before the last_updated of the Location | the last_updated of the Location                |
        | 50    | the last_updated of the Location                 | a second after the last_updated of the Location |
        | 50    | 2010-01-01T00:00:00Z                             |                                                 |
        | 50    | a second before the last_updated of the Location | a second after the last_updated of the Location |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @LOC-104
    Scenario: A Location is in the periods around its last_updated
      Given the target publishes at least 1 Location object
      When the partner asks for these pages of the locations list
        | limit | date_from                                             | date_to                                              |
        | 50    | two seconds before the last_updated of the Location   | two seconds after the last_updated of the Location   |
        | 50    | two seconds after the last_updated of the Location    |                                                      |
        | 50    | 2010-01-01T00:00:00Z                                  | two seconds before the last_updated of the Location  |
        | 50    | 2010-01-01T00:00:00Z                                  |                                                      |
        | 50    | two seconds before the last_updated of the Location   | two seconds after the last_updated of the Location   |
      Then the pages hold what was updated well within their periods and nothing else

    @LOC-022
    Scenario: The Location list comes in pages
      When the partner asks for these pages of the locations list
        | limit |
        | 2     |
      Then the pages are paginated

    @LOC-130 @flow
    Scenario: A Location in a list by date is complete
      Given the target publishes at least 1 Location object
      When the partner sends GET to the locations sender interface with the parameters
        | date_from | two seconds before the last_updated of the Location |
        | date_to   | two seconds after the last_updated of the Location  |
        | limit     | 50                                                  |
      And the partner sends GET to the Location
      Then every Location of the target is complete in a list by date

  Rule: A single object is the one that the URL names

    @LOC-028
    Scenario: A Location is found by its id
      Given the target publishes at least 1 Location object
      When the partner sends GET to the Location
      Then the response is the object that the URL names
      And every Location of the target is the same alone and in the list

    @LOC-029
    Scenario: An EVSE is found by Location id and uid
      Given the target publishes at least 1 Location object
      When the partner sends GET to the EVSE
      Then the response is the object that the URL names
      And every EVSE of the target is the same alone and in its Location

    @LOC-030
    Scenario: A Connector is found by Location id, EVSE uid and id
      Given the target publishes at least 1 Location object
      When the partner sends GET to the Connector
      Then the response is the object that the URL names
      And every Connector of the target is the same alone and in its EVSE

    @LOC-031
    Scenario Outline: An unknown <object> is not found
      Given the target publishes at least 1 Location object
      When the partner sends GET to an unknown <object>
      Then the response has HTTP status 404

      Examples: Levels
        | object    |
        | Location  |
        | EVSE      |
        | Connector |
