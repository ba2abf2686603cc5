@receiver @writes
Feature: Invoice reconciliation records that the target receives
  Who is sent invoices keeps the records about them: new ones come by POST,
  changes by PUT, and one that was a mistake is deleted.

  Spec: mod_invoice_reconciliation_receiver_interface, mod_invoice_reconciliation_receiver_get_method,
  mod_invoice_reconciliation_receiver_post_method, mod_invoice_reconciliation_receiver_put_method,
  mod_invoice_reconciliation_receiver_delete_method

  Background:
    Given the partner is registered with the target
    And the target offers a CDR to invoice

  Rule: The interface takes GET, POST, PUT and DELETE, and no other method

    @INV-004
    Scenario: A new record is taken by POST
      When the partner pushes an InvoiceReconciliationRecord with POST
      Then the response is successful

    @INV-004
    Scenario: A record with another invoice_id is taken by PUT
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner pushes the InvoiceReconciliationRecord with another invoice_id with PUT
      Then the response is successful

    @INV-004
    Scenario Outline: A record that was pushed answers <method>
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner sends <method> to the InvoiceReconciliationRecord
      Then the response is successful

      Examples: Methods without a body
        | method |
        | GET    |
        | DELETE |

    @INV-005
    Scenario: A record is not changed by PATCH
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner pushes another invoice_id of the InvoiceReconciliationRecord with PATCH
      Then the response does not succeed
      And the target's copy of the InvoiceReconciliationRecord is as before

  Rule: What was pushed can be read back

    @INV-015
    Scenario: A record is created by POST
      When the partner pushes an InvoiceReconciliationRecord with POST
      Then the target's copy of the InvoiceReconciliationRecord has the pushed id

    @INV-016
    Scenario: A record is read as it was pushed
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner sends GET to the InvoiceReconciliationRecord
      Then the target's copy of the InvoiceReconciliationRecord equals what was pushed

    @INV-016
    Scenario: A record that was never pushed is not found
      When the partner sends GET to an unknown InvoiceReconciliationRecord
      Then the response reports an unknown object

    @INV-017
    Scenario: A record is replaced by PUT
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner pushes the InvoiceReconciliationRecord with another invoice_id with PUT
      Then the target's copy of the InvoiceReconciliationRecord equals what was pushed

    @INV-028
    Scenario: A record that was corrected is taken once more
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner pushes the InvoiceReconciliationRecord with another invoice_id with PUT
      Then the response is successful

    @INV-018
    Scenario: A record that was never pushed is taken by PUT or refused
      When the partner pushes an InvoiceReconciliationRecord with PUT
      Then the response is no server error

    @INV-019
    Scenario: A record that comes a second time is taken or refused
      Given the partner has pushed an InvoiceReconciliationRecord
      When the partner pushes the InvoiceReconciliationRecord as it is with POST
      Then the response is no server error

  Rule: What was deleted is gone

    @INV-020 @flow
    Scenario: A record that was deleted is no longer read
      Given the partner has pushed an InvoiceReconciliationRecord
      And the target shows the InvoiceReconciliationRecord
      When the partner sends DELETE to the InvoiceReconciliationRecord
      And the partner sends GET to the InvoiceReconciliationRecord
      Then the response does not succeed
