Feature: Invoice reconciliation records that the target pushes
  Who sends invoices and pushes keeps the other side up to date: records that
  are new, that change, and that were a mistake.

  Spec: mod_invoice_reconciliation_push_model, mod_invoice_reconciliation_receiver_interface,
  mod_invoice_reconciliation_receiver_put_method

  Background:
    Given the partner is registered with the target

  Rule: What is new, changed or deleted is pushed

    @INV-011
    Scenario: A new record is pushed by POST
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target offers a CDR to invoice
      When the operator has the target create an InvoiceReconciliationRecord
      Then the target sends POST to the partner's invoicereconciliation interface in time

    @INV-012
    Scenario: A record that changed is pushed by PUT
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the operator has the target change an InvoiceReconciliationRecord
      Then the target sends PUT to the partner's invoicereconciliation interface in time

    @INV-013
    Scenario: A record that was a mistake is taken back by DELETE
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the operator has the target delete an InvoiceReconciliationRecord
      Then the target sends DELETE to the partner's invoicereconciliation interface in time

  Rule: A push says whose record it is

    @INV-031
    Scenario: Requests for a record name its owner and its id
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the operator has the target change an InvoiceReconciliationRecord
      Then every invoice request of the target is addressed by its owner and its id

    @INV-031
    Scenario: A record is pushed to the URL of the owner and id that it names
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the operator has the target change an InvoiceReconciliationRecord
      Then every invoice request of the target has the owner and id of its record in the URL

    @INV-030
    Scenario Outline: The body is complete when the target is made to <act>
      Given the target publishes at least 1 InvoiceReconciliationRecord object
      And the target offers a CDR to invoice
      And the target has been made to <act>
      When the run has ended
      Then every InvoiceReconciliationRecord of the target has the form of its class in each push

      Examples: What befalls a record
        | act                                   |
        | create an InvoiceReconciliationRecord |
        | change an InvoiceReconciliationRecord |

    @INV-027
    Scenario: A push carries the routing headers
      Given the target has pushed news of an InvoiceReconciliationRecord
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the operator has the target change an InvoiceReconciliationRecord
      Then every request of the target carries its routing headers

    @INV-027 @credentials
    Scenario: A push carries the routing headers where there are several parties
      Given the target publishes at least 1 InvoiceReconciliationRecord object
      And the partner acts for a second party
      When the operator has the target change an InvoiceReconciliationRecord
      Then every request of the target carries its routing headers
