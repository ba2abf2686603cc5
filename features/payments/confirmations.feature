@cpo @receiver @writes @commands @credentials
Feature: Financial advice confirmations that a CPO is given
  Once a Session that was started at a terminal is paid, its provider tells the
  CPO by POST what was captured, and can read there what the CPO keeps of that.

  Spec: mod_payments_transaction_flow, mod_payments_cpo_financial_advice_confirmations_interface,
  mod_payments_cpo_financial_advice_confirmation_get_method,
  mod_payments_cpo_financial_advice_confirmation_post_method,
  mod_payments_financial_advice_confirmation_object

  Background:
    Given the partner is registered with the target as a PTP
    And the target offers an EVSE to charge at

  Rule: A Session that a terminal has started leads to a CDR

    @PAY-035
    Scenario: The provider gets the CDR of a Session that it has started
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      When the partner sends the command STOP_SESSION
      Then the CDR of the command is there for who has started it

    @PAY-034
    Scenario: The CDR of a terminal of the CPO's invoices refers to one
      Given the partner has pushed a Terminal
      And the target has been made to assign a Terminal
      And the partner has sent the command START_SESSION with an AD_HOC_USER Token
      When the partner sends the command STOP_SESSION
      Then the CDR of the command refers to an invoice of the CPO

  Rule: A confirmation is created by POST and read by GET

    @PAY-005
    Scenario: A confirmation is taken by POST
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      When the partner pushes a FinancialAdviceConfirmation with POST
      Then the response is successful

    @PAY-005
    Scenario: A confirmation that was created is read by GET
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed a FinancialAdviceConfirmation
      When the partner sends GET to the FinancialAdviceConfirmation
      Then the response shows that GET is offered

    @PAY-058
    Scenario Outline: <thing> is read as it was sent
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed <thing>
      When the partner sends GET to the FinancialAdviceConfirmation
      Then the target's copy of the FinancialAdviceConfirmation equals what was pushed

      Examples: Outcomes of a capture
        | thing                                                |
        | a FinancialAdviceConfirmation                        |
        | a FinancialAdviceConfirmation of a part of the costs |
        | a FinancialAdviceConfirmation of a failure           |

    @PAY-058
    Scenario: A confirmation that was never created is not found
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed a FinancialAdviceConfirmation
      When the partner sends GET to an unknown FinancialAdviceConfirmation
      Then the response reports an unknown object of payments

  Rule: Nothing else is offered to the provider

    @PAY-006
    Scenario Outline: <method> does not change a confirmation
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed a FinancialAdviceConfirmation
      When the partner sends <method> to the FinancialAdviceConfirmation with another capture_status_message
      Then the response does not succeed
      And the target's copy of the FinancialAdviceConfirmation is as before

      Examples: Methods that no interface of confirmations has
        | method |
        | PUT    |
        | PATCH  |

    @PAY-006
    Scenario: DELETE does not remove a confirmation
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed a FinancialAdviceConfirmation
      When the partner sends DELETE to the FinancialAdviceConfirmation
      Then the response does not succeed
      And the target's copy of the FinancialAdviceConfirmation is as before

  Rule: What the list of the provider leaves out is no longer valid

    @PAY-015
    Scenario: A confirmation that the list does not hold is forgotten
      Given the partner has sent the command START_SESSION with an AD_HOC_USER Token
      And the partner has sent the command STOP_SESSION
      And the partner has pushed a FinancialAdviceConfirmation
      And the target has pulled a list without the FinancialAdviceConfirmation
      When the partner sends GET to the FinancialAdviceConfirmation
      Then the response does not succeed
