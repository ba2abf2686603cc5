Feature: Invoice reconciliation records that the target fetches
  Who does not let records be pushed reads the list of the party that sends
  invoices; what the list leaves out is no longer valid.

  Spec: mod_invoice_reconciliation_pull_model, mod_invoice_reconciliation_sender_get_method

  Background:
    Given the partner is registered with the target

  Rule: The list is where a Receiver gets what was not pushed

    @INV-014
    Scenario: The target reads the partner's list of records
      When the operator has the target pull the InvoiceReconciliationRecord list
      Then the target sends GET to the partner's invoicereconciliation interface in time

  Rule: A complete list replaces what was known before

    @INV-010 @writes
    Scenario: A record that the list does not hold is forgotten
      Given the target offers a CDR to invoice
      And the partner has pushed an InvoiceReconciliationRecord
      And the target shows the InvoiceReconciliationRecord
      And the target has pulled a list without the InvoiceReconciliationRecord
      When the partner sends GET to the InvoiceReconciliationRecord
      Then the response does not succeed
