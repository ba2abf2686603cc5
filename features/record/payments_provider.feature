@ptp
Feature: All Terminals and confirmations of a provider in a run
  Whatever Terminal or financial advice confirmation a provider showed in the
  run, in a list or in a request of its own, follows the rules of its class.

  Spec: mod_payments_terminal_object, mod_payments_financial_advice_confirmation_object,
  mod_payments_ptp_get_terminals_method, mod_payments_ptp_get_terminal_method,
  mod_payments_ptp_get_financial_advice_confirmations_method,
  mod_payments_capture_status_code_enum,
  mod_payments_cpo_financial_advice_confirmation_post_method

  Background:
    Given the partner is registered with the target

  Rule: A list holds whole Terminals, each as it is alone

    @PAY-010 @sender
    Scenario: A listed Terminal has the form of its class
      Given the partner has read the terminals list
      When the run has ended
      Then every Terminal of the target keeps PAY-010

    @PAY-016 @sender
    Scenario: A Terminal is the same alone and in the list
      Given the target publishes at least 1 Terminal object
      And the target shows the Terminal
      When the run has ended
      Then every Terminal of the target is the same alone and in the list

    @PAY-038
    Scenario: A Terminal of a provider names a party by both of its ids
      Given the partner has read the terminals list
      When the run has ended
      Then every Terminal of the target keeps PAY-038

    @PAY-040
    Scenario: The country of a provider's Terminal is an ISO code
      Given the partner has read the terminals list
      When the run has ended
      Then every Terminal of the target keeps PAY-040

  Rule: A list holds whole confirmations

    @PAY-014 @sender
    Scenario: A listed confirmation has the form of its class
      Given the partner has read the financial_advice_confirmations list
      When the run has ended
      Then every FinancialAdviceConfirmation of the target keeps PAY-014

    @PAY-042
    Scenario: The currency of a confirmation is an ISO code
      Given the partner has read the financial_advice_confirmations list
      When the run has ended
      Then every FinancialAdviceConfirmation of the target keeps PAY-042

    @PAY-043
    Scenario: A failed capture has a line of eft_data
      Given the partner has read the financial_advice_confirmations list
      When the run has ended
      Then every FinancialAdviceConfirmation of the target keeps PAY-043

    @PAY-044
    Scenario: Where a capture failed nothing was captured
      Given the partner has read the financial_advice_confirmations list
      When the run has ended
      Then every FinancialAdviceConfirmation of the target keeps PAY-044

    @PAY-054
    Scenario: The costs of a confirmation are a Price of this version
      Given the partner has read the financial_advice_confirmations list
      When the run has ended
      Then every FinancialAdviceConfirmation of the target keeps PAY-054

  Rule: A confirmation that is sent fits the Session that was paid

    @PAY-057 @writes @commands
    Scenario: A confirmation is sent with all that belongs to it
      Given the target has pushed a FinancialAdviceConfirmation
      When the run has ended
      Then every request of the target confirms a payment with all that belongs to it

    @PAY-041 @writes @commands
    Scenario: What was captured is what the CDR costs
      Given the target has pushed a FinancialAdviceConfirmation
      When the run has ended
      Then every FinancialAdviceConfirmation of the target captures what its CDR costs

    @PAY-042 @writes @commands
    Scenario: A payment is captured in the currency of its CDR
      Given the target has pushed a FinancialAdviceConfirmation
      When the run has ended
      Then every FinancialAdviceConfirmation of the target has the currency of its CDR
