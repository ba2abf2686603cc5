@ptp @sender
Feature: Financial advice confirmations of a payment terminal provider
  A provider lists what was captured page by page, for reading only.

  Spec: mod_payments_ptp_financial_advice_confirmation_interface,
  mod_payments_ptp_get_financial_advice_confirmations_method,
  mod_payments_ptp_get_financial_advice_confirmation_method,
  mod_payments_interfaces_and_endpoints

  Background:
    Given the partner is registered with the target

  Rule: Confirmations are read in a list or one by one

    @PAY-003
    Scenario: The list of confirmations answers GET
      When the partner sends GET to the financial_advice_confirmations sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @PAY-003
    Scenario: A confirmation answers GET at its own URL
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner sends GET to the FinancialAdviceConfirmation
      Then the response is successful

    @PAY-017
    Scenario: The URL of a confirmation leads to that confirmation
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner sends GET to the FinancialAdviceConfirmation
      Then the response is the object that the URL names

    @PAY-017
    Scenario: A confirmation that there is not is not found
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner sends GET to an unknown FinancialAdviceConfirmation
      Then the response reports an unknown object of payments

  Rule: The list is paginated and can be narrowed by date

    @PAY-012
    Scenario: A confirmation is in the periods that hold its last_updated
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner asks for these pages of the financial_advice_confirmations list
        | limit | date_from                                                           | date_to                                                            |
        | 50    | a second before the last_updated of the FinancialAdviceConfirmation | a second after the last_updated of the FinancialAdviceConfirmation |
        | 50    | a second before the last_updated of the FinancialAdviceConfirmation | the last_updated of the FinancialAdviceConfirmation                |
        | 50    | the last_updated of the FinancialAdviceConfirmation                 | a second after the last_updated of the FinancialAdviceConfirmation |
        | 50    |                                                                     |                                                                    |
        | 50    | a second before the last_updated of the FinancialAdviceConfirmation | a second after the last_updated of the FinancialAdviceConfirmation |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @PAY-012
    Scenario: A confirmation is in the periods about its last_updated alone
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner asks for these pages of the financial_advice_confirmations list
        | limit | date_from                                                              | date_to                                                                |
        | 50    | two seconds before the last_updated of the FinancialAdviceConfirmation | two seconds after the last_updated of the FinancialAdviceConfirmation  |
        | 50    | two seconds after the last_updated of the FinancialAdviceConfirmation  |                                                                        |
        | 50    |                                                                        | two seconds before the last_updated of the FinancialAdviceConfirmation |
        | 50    |                                                                        |                                                                        |
        | 50    | two seconds before the last_updated of the FinancialAdviceConfirmation | two seconds after the last_updated of the FinancialAdviceConfirmation  |
      Then the pages hold what was updated well within their periods and nothing else

    @PAY-013
    Scenario: The list of confirmations comes in pages
      When the partner asks for these pages of the financial_advice_confirmations list
        | limit |
        | 2     |
      Then the pages are paginated

    @PAY-013
    Scenario: The list of confirmations begins at the offset and ends at the limit
      Given the target publishes at least 2 FinancialAdviceConfirmation objects
      When the partner asks for these pages of the financial_advice_confirmations list
        | limit | offset |
        | 2     |        |
        | 1     | 1      |
        | 2     | 1      |
      Then the pages hold no more objects than asked for
      And the pages hold the objects at their places in the list

    @PAY-013
    Scenario: The pages of the list hold every confirmation once
      Given the target publishes at least 2 FinancialAdviceConfirmation objects
      When the partner follows the financial_advice_confirmations list to its end with the parameters
        | limit | 2 |
      Then the pages hold every object exactly once

  Rule: Nothing else is offered to the CPO

    @PAY-006 @writes
    Scenario Outline: <method> does not change a confirmation of the provider
      Given the target publishes at least 1 FinancialAdviceConfirmation object
      When the partner sends <method> to the FinancialAdviceConfirmation with another capture_status_message
      Then the response does not succeed

      Examples: Methods that no interface of confirmations has
        | method |
        | PUT    |
        | PATCH  |
