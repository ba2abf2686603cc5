@emsp @hub @nap @other
Feature: CDRs that the target fetches
  A Receiver that is not sent CDRs reads the list of the CPO to get them.

  Spec: mod_cdrs_pull_model

  Background:
    Given the partner is registered with the target

  Rule: The list is where a Receiver gets what was not pushed

    @CDR-016
    Scenario: The target reads the CDR list of the partner
      When the operator has the target pull the CDR list
      Then the target sends GET to the partner's cdrs interface in time
