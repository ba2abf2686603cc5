Feature: The module of payments in version details
  Payments are one module with one identifier, whether it is listed once or with
  a URL for each of its two collections.

  Spec: mod_payments_payments_module, mod_payments_interfaces_and_endpoints

  Background:
    Given the partner is registered with the target

  Rule: The module is called payments

    @PAY-001
    Scenario: Version details call the module payments
      When the partner sends GET to the version details endpoint
      Then the response calls payments by its identifier
