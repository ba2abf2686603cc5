@emsp @nsp @nap @hub @ptp @other
Feature: Tariffs that the target fetches
  A Receiver reads the whole list of the CPO to begin with, and whenever it is
  not sure; what the list leaves out is no longer valid.

  Spec: mod_tariffs_pull_model, mod_tariffs_interfaces_and_endpoints, mod_tariffs_cpo_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The list is where a Receiver gets what was not pushed

    @TAR-074
    Scenario: The target reads the Tariff list of the partner
      When the operator has the target pull the Tariff list
      Then the target sends GET to the partner's tariffs interface in time

    @TAR-081
    Scenario: The target reads the Tariff list as a whole
      When the operator has the target pull the Tariff list
      Then the target sends GET with no date filter to the partner's tariffs interface in time

  Rule: A complete list replaces what was known before

    @TAR-005 @writes
    Scenario: A Tariff that the list does not hold is forgotten
      Given the partner has pushed a Tariff
      And the target shows the Tariff
      And the target has pulled a list without the Tariff
      When the partner sends GET to the Tariff
      Then the response does not succeed

    @TAR-012 @writes
    Scenario: A field that the list does not hold is forgotten
      Given the partner has pushed a Tariff
      And the target has pulled a list that holds the Tariff without its tariff_alt_text
      When the partner sends GET to the Tariff
      Then the target's copy of the Tariff has nothing that was left out
