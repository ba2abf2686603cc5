@ptp @sender
Feature: Terminals of a payment terminal provider
  A provider lists its Terminals page by page, and lets a CPO say where each of
  them is used and which data of the CPO's own belong to it.

  Spec: mod_payments_ptp_terminals_interface, mod_payments_ptp_get_terminals_method,
  mod_payments_ptp_get_terminal_method, mod_payments_ptp_patch_terminal_method,
  mod_payments_ptp_terminal_put_method, mod_payments_ptp_terminal_post_activate_method,
  mod_payments_ptp_terminal_post_deactivate_method, mod_payments_interfaces_and_endpoints

  Background:
    Given the partner is registered with the target

  Rule: Terminals are read in a list or one by one

    @PAY-007
    Scenario: The list of Terminals is below the URL of the module
      When the partner sends GET to the terminals sender interface
      Then the response comes from below the URL of its module

    @PAY-002
    Scenario: The list of Terminals answers GET
      When the partner sends GET to the terminals sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @PAY-002
    Scenario: A Terminal answers GET at its own URL
      Given the target publishes at least 1 Terminal object
      When the partner sends GET to the Terminal
      Then the response is successful

    @PAY-016
    Scenario: The URL of a Terminal leads to that Terminal
      Given the target publishes at least 1 Terminal object
      When the partner sends GET to the Terminal
      Then the response is the object that the URL names

    @PAY-016
    Scenario: A Terminal that there is not is not found
      Given the target publishes at least 1 Terminal object
      When the partner sends GET to an unknown Terminal
      Then the response reports an unknown object of payments

  Rule: The list is paginated and can be narrowed by date

    @PAY-008
    Scenario: A Terminal is in the periods that hold its last_updated
      Given the target publishes at least 1 Terminal object
      When the partner asks for these pages of the terminals list
        | limit | date_from                                        | date_to                                         |
        | 50    | a second before the last_updated of the Terminal | a second after the last_updated of the Terminal |
        | 50    | a second before the last_updated of the Terminal | the last_updated of the Terminal                |
        | 50    | the last_updated of the Terminal                 | a second after the last_updated of the Terminal |
        | 50    |                                                  |                                                 |
        | 50    | a second before the last_updated of the Terminal | a second after the last_updated of the Terminal |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @PAY-008
    Scenario: A Terminal is in the periods about its last_updated alone
      Given the target publishes at least 1 Terminal object
      When the partner asks for these pages of the terminals list
        | limit | date_from                                           | date_to                                             |
        | 50    | two seconds before the last_updated of the Terminal | two seconds after the last_updated of the Terminal  |
        | 50    | two seconds after the last_updated of the Terminal  |                                                     |
        | 50    |                                                     | two seconds before the last_updated of the Terminal |
        | 50    |                                                     |                                                     |
        | 50    | two seconds before the last_updated of the Terminal | two seconds after the last_updated of the Terminal  |
      Then the pages hold what was updated well within their periods and nothing else

    @PAY-009
    Scenario: The list of Terminals comes in pages
      When the partner asks for these pages of the terminals list
        | limit |
        | 2     |
      Then the pages are paginated

    @PAY-009
    Scenario: The list of Terminals begins at the offset and ends at the limit
      Given the target publishes at least 2 Terminal objects
      When the partner asks for these pages of the terminals list
        | limit | offset |
        | 2     |        |
        | 1     | 1      |
        | 2     | 1      |
      Then the pages hold no more objects than asked for
      And the pages hold the objects at their places in the list

    @PAY-009
    Scenario: The pages of the list hold every Terminal once
      Given the target publishes at least 2 Terminal objects
      When the partner follows the terminals list to its end with the parameters
        | limit | 2 |
      Then the pages hold every object exactly once

  Rule: The CPO assigns Locations and EVSEs by PATCH

    @PAY-002 @writes
    Scenario: A Terminal is changed by PATCH
      Given the target publishes at least 1 Terminal object
      When the partner pushes the assignment of a Location with PATCH
      Then the response is successful

    @PAY-018 @writes
    Scenario Outline: <assignment> leads to what it says and leaves the rest
      Given the target publishes at least 1 Terminal object
      When the partner pushes <assignment> with PATCH
      Then the target's copy of the Terminal shows the change
      And the target's copy of the Terminal is otherwise as before

      Examples: What a Terminal can serve
        | assignment                               |
        | the assignment of a Location             |
        | the assignment of an EVSE                |
        | the assignment of a Location and an EVSE |

  Rule: The CPO changes other data by PUT

    @PAY-002 @writes
    Scenario: A Terminal is changed by PUT
      Given the target publishes at least 1 Terminal object
      When the partner pushes the Terminal with another customer_reference and invoice_base_url with PUT
      Then the response is successful

    @PAY-021 @writes
    Scenario: A Terminal shows the data that were put
      Given the target publishes at least 1 Terminal object
      When the partner pushes the Terminal with another customer_reference and invoice_base_url with PUT
      Then the target's copy of the Terminal has the data that the CPO has put

  Rule: A terminal is activated and deactivated by POST

    @PAY-022 @PAY-023 @writes
    Scenario: An activation by reference leads to a Terminal at the CPO
      Given the target offers a terminal to activate
      When the partner pushes the activation of the Terminal with POST
      Then the response is successful (PAY-022)
      And the target sends POST with a new Terminal to the partner's payments interface in time (PAY-023)

    @PAY-002 @PAY-024 @writes
    Scenario: A Terminal is deactivated by POST
      Given the target offers a terminal to deactivate
      When the partner pushes the deactivation of the Terminal with POST
      Then the response is successful

    @PAY-024 @writes
    Scenario: A Terminal that there is not cannot be deactivated
      When the partner pushes the deactivation of an unknown Terminal with POST
      Then the response reports an unknown object of payments

  Rule: Nothing else is offered to the CPO

    @PAY-006 @writes
    Scenario Outline: <method> is not part of the list of Terminals
      Given the two interfaces of payments have places of their own
      And the target publishes at least 1 Terminal object
      When the partner sends <method> to the terminals sender interface with the Terminal as it is
      Then the response does not succeed

      Examples: Methods that the list does not have
        | method |
        | POST   |
        | PUT    |
        | PATCH  |

    @PAY-006 @writes
    Scenario: DELETE is not part of the list of Terminals
      When the partner sends DELETE to the terminals sender interface
      Then the response does not succeed
