@cpo @sender
Feature: CDRs that the target publishes
  A CPO lists the CDRs of all sessions that are over, page by page; the list is
  all that its Sender interface offers.

  Spec: mod_cdrs_cpo_interface, mod_cdrs_request_parameters, mod_cdrs_cpo_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender interface offers GET and nothing else

    @CDR-018
    Scenario: The CDR list answers GET
      When the partner sends GET to the cdrs sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @CDR-019 @writes
    Scenario Outline: <method> is not part of the CDR list
      Given the target publishes at least 1 CDR object
      When the partner sends <method> to the cdrs sender interface with the CDR as it is
      Then the response does not succeed

      Examples: Methods that neither interface defines there
        | method |
        | PUT    |
        | PATCH  |

    @CDR-019 @writes
    Scenario: DELETE is not part of the CDR list
      When the partner sends DELETE to the cdrs sender interface
      Then the response does not succeed

    @CDR-019 @writes
    Scenario: POST is not part of the CDR list
      Given the two interfaces of cdrs have places of their own
      And the target publishes at least 1 CDR object
      When the partner sends POST to the cdrs sender interface with the CDR as it is
      Then the response does not succeed

  Rule: The list is paginated and can be narrowed by date

    @CDR-020
    Scenario: The CDR list needs no parameter
      When the partner asks for these pages of the cdrs list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @CDR-021
    Scenario: A CDR is in the periods that hold its last_updated
      Given the target publishes at least 1 CDR object
      When the partner asks for these pages of the cdrs list
        | limit | date_from                                   | date_to                                    |
        | 50    | a second before the last_updated of the CDR | a second after the last_updated of the CDR |
        | 50    | a second before the last_updated of the CDR | the last_updated of the CDR                |
        | 50    | the last_updated of the CDR                 | a second after the last_updated of the CDR |
        | 50    | 2010-01-01T00:00:00Z                        |                                            |
        | 50    | a second before the last_updated of the CDR | a second after the last_updated of the CDR |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @CDR-081
    Scenario: A CDR is in the periods about its last_updated
      Given the target publishes at least 1 CDR object
      When the partner asks for these pages of the cdrs list
        | limit | date_from                                      | date_to                                        |
        | 50    | two seconds before the last_updated of the CDR | two seconds after the last_updated of the CDR  |
        | 50    | two seconds after the last_updated of the CDR  |                                                |
        | 50    |                                                | two seconds before the last_updated of the CDR |
        | 50    | 2010-01-01T00:00:00Z                           |                                                |
        | 50    | two seconds before the last_updated of the CDR | two seconds after the last_updated of the CDR  |
      Then the pages hold what was updated well within their periods and nothing else

    @CDR-022
    Scenario: The CDR list comes in pages
      When the partner asks for these pages of the cdrs list
        | limit |
        | 2     |
      Then the pages are paginated

    @CDR-022
    Scenario: The CDR list begins at the offset and ends at the limit
      Given the target publishes at least 2 CDR objects
      When the partner asks for these pages of the cdrs list
        | limit | offset |
        | 2     |        |
        | 1     | 1      |
      Then the pages hold no more objects than asked for
      And the pages hold the objects at their places in the list

    @CDR-022
    Scenario: The pages of the CDR list hold every CDR once
      When the partner follows the cdrs list to its end
      Then the pages hold every object exactly once
