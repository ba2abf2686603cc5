@sender
Feature: Invoice reconciliation records that the target publishes
  Who sends invoices lists which CDRs each of them is about, page by page; the
  list is all that its Sender interface offers.

  Spec: mod_invoice_reconciliation_module, mod_invoice_reconciliation_sender_interface,
  mod_invoice_reconciliation_sender_get_method

  Background:
    Given the partner is registered with the target

  Rule: The module has one identifier

    @INV-001
    Scenario: The module is called invoicereconciliation
      When the partner sends GET to the version details endpoint
      Then the response calls invoice reconciliation by its identifier

  Rule: The Sender interface offers GET and nothing else

    @INV-002
    Scenario: The list of records answers GET
      When the partner sends GET to the invoicereconciliation sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @INV-003 @writes
    Scenario Outline: <method> is not part of the list of records
      Given the two interfaces of invoicereconciliation have places of their own
      And the target publishes at least 1 InvoiceReconciliationRecord object
      When the partner sends <method> to the invoicereconciliation sender interface with the InvoiceReconciliationRecord as it is
      Then the response does not succeed

      Examples: Methods that this interface does not define
        | method |
        | POST   |
        | PUT    |
        | PATCH  |

    @INV-003 @writes
    Scenario: DELETE is not part of the list of records
      Given the two interfaces of invoicereconciliation have places of their own
      When the partner sends DELETE to the invoicereconciliation sender interface
      Then the response does not succeed

  Rule: The list is paginated and can be narrowed by date

    @INV-006
    Scenario: The list of records needs no parameter
      When the partner asks for these pages of the invoicereconciliation list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @INV-007
    Scenario: A record is in the periods that hold its last_updated
      Given the target publishes at least 1 InvoiceReconciliationRecord object
      When the partner asks for these pages of the invoicereconciliation list
        | limit | date_from                                                           | date_to                                                            |
        | 50    | a second before the last_updated of the InvoiceReconciliationRecord | a second after the last_updated of the InvoiceReconciliationRecord |
        | 50    | a second before the last_updated of the InvoiceReconciliationRecord | the last_updated of the InvoiceReconciliationRecord                |
        | 50    | the last_updated of the InvoiceReconciliationRecord                 | a second after the last_updated of the InvoiceReconciliationRecord |
        | 50    | 2010-01-01T00:00:00Z                                                |                                                                    |
        | 50    | a second before the last_updated of the InvoiceReconciliationRecord | a second after the last_updated of the InvoiceReconciliationRecord |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @INV-007
    Scenario: A record is in the periods about its last_updated alone
      Given the target publishes at least 1 InvoiceReconciliationRecord object
      When the partner asks for these pages of the invoicereconciliation list
        | limit | date_from                                                              | date_to                                                                |
        | 50    | two seconds before the last_updated of the InvoiceReconciliationRecord | two seconds after the last_updated of the InvoiceReconciliationRecord  |
        | 50    | two seconds after the last_updated of the InvoiceReconciliationRecord  |                                                                        |
        | 50    |                                                                        | two seconds before the last_updated of the InvoiceReconciliationRecord |
        | 50    | 2010-01-01T00:00:00Z                                                   |                                                                        |
        | 50    | two seconds before the last_updated of the InvoiceReconciliationRecord | two seconds after the last_updated of the InvoiceReconciliationRecord  |
      Then the pages hold what was updated well within their periods and nothing else

    @INV-008
    Scenario: The list of records comes in pages
      When the partner asks for these pages of the invoicereconciliation list
        | limit |
        | 2     |
      Then the pages are paginated

    @INV-008
    Scenario: The list of records begins at the offset and ends at the limit
      Given the target publishes at least 2 InvoiceReconciliationRecord objects
      When the partner asks for these pages of the invoicereconciliation list
        | limit | offset |
        | 2     |        |
        | 1     | 1      |
        | 2     | 1      |
      Then the pages hold no more objects than asked for
      And the pages hold the objects at their places in the list

    @INV-008
    Scenario: The pages of the list hold every record once
      Given the target publishes at least 2 InvoiceReconciliationRecord objects
      When the partner follows the invoicereconciliation list to its end
      Then the pages hold every object exactly once

  Rule: Who was pushed a record may read the list all the same

    @INV-029
    Scenario: The list is there for who was away when records were pushed
      Given the target has pushed an InvoiceReconciliationRecord
      When the partner sends GET to the invoicereconciliation sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
      Then the response is successful
