@cpo @credentials @writes
Feature: All Terminals of a run
  Whatever Terminal the target sent to its provider in the run, as a whole or in
  part, follows the rules of its class.

  Spec: mod_payments_terminal_object

  Background:
    Given the partner is registered with the target as a PTP

  Rule: A Terminal names whose and where it is

    @PAY-038
    Scenario: The party of a Terminal is named by both of its ids
      Given the target has pushed a whole Terminal
      When the run has ended
      Then every Terminal of the target keeps PAY-038

    @PAY-040
    Scenario: The country of a Terminal is an ISO code
      Given the target has pushed a whole Terminal
      When the run has ended
      Then every Terminal of the target keeps PAY-040

    @PAY-039
    Scenario: A Terminal is at Locations and EVSEs of the CPO
      Given the target has pushed an assignment of a Terminal
      And the partner has read the whole locations list
      When the run has ended
      Then every Terminal of the target is at Locations and EVSEs of the target
