@cpo @sender
Feature: Tariffs that the target publishes
  A CPO lists its Tariffs, page by page; the list is all that its Sender
  interface offers.

  Spec: mod_tariffs_cpo_interface, mod_tariffs_cpo_get_request_parameters, mod_tariffs_cpo_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender interface offers GET and nothing else

    @TAR-006
    Scenario: The Tariff list answers GET
      When the partner sends GET to the tariffs sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @TAR-007 @writes
    Scenario Outline: <method> is not part of the Tariff list
      Given the target publishes at least 1 Tariff object
      When the partner sends <method> to the tariffs sender interface with the Tariff as it is
      Then the response does not succeed

      Examples: Methods that neither interface defines there
        | method |
        | POST   |
        | PUT    |
        | PATCH  |

    @TAR-007 @writes
    Scenario: DELETE is not part of the Tariff list
      When the partner sends DELETE to the tariffs sender interface
      Then the response does not succeed

  Rule: The list is paginated and can be narrowed by date

    @TAR-008
    Scenario: The Tariff list needs no parameter
      When the partner asks for these pages of the tariffs list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @TAR-009
    Scenario: A Tariff is in the periods that hold its last_updated
      Given the target publishes at least 1 Tariff object
      When the partner asks for these pages of the tariffs list
        | limit | date_from                                      | date_to                                       |
        | 50    | a second before the last_updated of the Tariff | a second after the last_updated of the Tariff |
        | 50    | a second before the last_updated of the Tariff | the last_updated of the Tariff                |
        | 50    | the last_updated of the Tariff                 | a second after the last_updated of the Tariff |
        | 50    | 2010-01-01T00:00:00Z                           |                                               |
        | 50    | a second before the last_updated of the Tariff | a second after the last_updated of the Tariff |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @TAR-062
    Scenario: A Tariff is in the periods about its last_updated
      Given the target publishes at least 1 Tariff object
      When the partner asks for these pages of the tariffs list
        | limit | date_from                                         | date_to                                           |
        | 50    | two seconds before the last_updated of the Tariff | two seconds after the last_updated of the Tariff  |
        | 50    | two seconds after the last_updated of the Tariff  |                                                   |
        | 50    |                                                   | two seconds before the last_updated of the Tariff |
        | 50    | 2010-01-01T00:00:00Z                              |                                                   |
        | 50    | two seconds before the last_updated of the Tariff | two seconds after the last_updated of the Tariff  |
      Then the pages hold what was updated well within their periods and nothing else

    @TAR-010
    Scenario: The Tariff list comes in pages
      When the partner asks for these pages of the tariffs list
        | limit |
        | 2     |
      Then the pages are paginated

    @TAR-010
    Scenario: The Tariff list begins at the offset and ends at the limit
      Given the target publishes at least 2 Tariff objects
      When the partner asks for these pages of the tariffs list
        | limit | offset |
        | 2     |        |
        | 1     | 1      |
      Then the pages hold no more objects than asked for
      And the pages hold the objects at their places in the list

    @TAR-010
    Scenario: The pages of the Tariff list hold every Tariff once
      When the partner follows the tariffs list to its end
      Then the pages hold every object exactly once
