@ptp
Feature: What a payment terminal provider sends to a CPO
  A provider makes new Terminals known, starts Sessions for drivers who pay at
  one, and confirms what was captured where the CPO makes the invoice.

  Spec: mod_payments_transaction_flow, mod_payments_cpo_terminal_post_method,
  mod_payments_cpo_financial_advice_confirmation_post_method,
  mod_payments_interfaces_and_endpoints, mod_payments_payments_module

  Background:
    Given the partner is registered with the target

  Rule: A new Terminal is created at the CPO

    @PAY-052
    Scenario: A Terminal that was shipped is created by POST
      When the operator has the target ship a Terminal
      Then the target sends POST with a new Terminal to the partner's payments interface in time

    @PAY-026
    Scenario: A Terminal that nobody has activated has no place yet
      When the operator has the target ship a Terminal
      Then every request of the target creates a Terminal without a place

    @PAY-046
    Scenario: The POST of a Terminal carries the routing headers
      When the operator has the target ship a Terminal
      Then every request of the target carries its routing headers

    @PAY-046 @credentials
    Scenario: Among several parties the POST of a Terminal is routed too
      Given the partner acts for a second party
      When the operator has the target ship a Terminal
      Then every request of the target carries its routing headers

  Rule: Who pays is shown the Connector and its Tariff first

    @PAY-031 @writes @commands
    Scenario: A Session at a terminal is started under a reference
      Given the partner publishes a Location
      When the operator has the target send START_SESSION
      Then every command of the target starts a Session under a reference of its own

    @PAY-032 @writes @commands
    Scenario: The Connector is read before a Session is started there
      Given the partner publishes a Location
      When the operator has the target send START_SESSION
      Then every command of the target is for a Connector that was looked up

    @PAY-048 @writes @commands
    Scenario: The Tariff is read before a Session is started at it
      Given the partner publishes a Location with a Tariff of its own
      When the operator has the target send START_SESSION
      Then every command of the target is for a Connector with a Tariff that was looked up

  Rule: What was captured is confirmed where the CPO makes the invoice

    @PAY-028 @writes @commands
    Scenario: A payment that the CPO makes the invoice for is confirmed
      Given the partner publishes a Location with a terminal of the CPO's invoices
      And the target has been made to send START_SESSION
      When the operator has the target confirm the payment
      Then the target sends POST with a confirmation to the partner's payments interface in time

    @PAY-030 @writes @commands
    Scenario: A confirmation has the reference of the Session that is paid
      Given the partner publishes a Location with a terminal of the CPO's invoices
      And the target has been made to send START_SESSION
      When the operator has the target confirm the payment
      Then every FinancialAdviceConfirmation of the target confirms what its START_SESSION has authorized
