@sender
Feature: All invoice reconciliation records of a run
  Whatever record of an invoice the target showed in the run, in a list or in a
  push, follows the rules of its class.

  Spec: mod_invoice_reconciliation_record_object, mod_invoice_reconciliation_sender_get_method

  Background:
    Given the partner is registered with the target
    And the target publishes at least 1 InvoiceReconciliationRecord object

  Rule: A list holds whole records with ids and owners of their own

    @INV-009
    Scenario: A listed record has the form of its class
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-009

    @INV-033
    Scenario: No two records of an owner share an id
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-033

    @INV-022
    Scenario: The owner of a record is a party of the target
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-022

  Rule: A record lists the CDRs that the invoice is about

    @INV-021
    Scenario: A record lists a CDR once
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-021

    @INV-021 @cpo
    Scenario: A record lists CDRs that the target has issued
      Given the partner has read the whole cdrs list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target lists CDRs that were exchanged

    @INV-021 @emsp
    Scenario: A record lists CDRs that the target was sent
      Given the target has pushed an InvoiceReconciliationRecord
      When the run has ended
      Then every InvoiceReconciliationRecord of the target lists CDRs that were exchanged

    @INV-023
    Scenario: A record lists ids of up to 36 characters
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-023

    @INV-023 @cpo
    Scenario: A CDR has an id that a record can list
      Given the partner has read the cdrs list
      When the run has ended
      Then every CDR of the target keeps INV-023

    @INV-032
    Scenario: A record lists its CDRs by their ids alone
      Given the partner has read the invoicereconciliation list
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-032

  Rule: A record that changes has a later moment

    @INV-024
    Scenario: A record that changed has a later last_updated
      Given the target has been made to change an InvoiceReconciliationRecord
      When the run has ended
      Then every InvoiceReconciliationRecord of the target keeps INV-024
