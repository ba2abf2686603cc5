@receiver @writes @credentials
Feature: What a target reads of the clients of a hub
  Whoever is not sure of what the hub has told, or starts up, can read the whole
  list, which then is all that holds.

  Spec: mod_hub_client_info_pull_model, mod_hub_client_info_hub_get

  Background:
    Given the partner is registered with the target as a HUB

  Rule: The list of the hub can be read

    @HUB-019
    Scenario: The target reads the list of the hub
      When the operator has the target pull the ClientInfo list
      Then the target sends GET to the partner's hubclientinfo interface in time

    @HUB-030
    Scenario: A request for the list bears no routing headers
      When the operator has the target pull the ClientInfo list
      Then every request of the target bears no routing headers in a configuration module

  Rule: What the whole list leaves out is no longer valid

    @HUB-011
    Scenario: A party that the list does not hold is forgotten
      Given the partner has pushed a ClientInfo
      And the target has pulled a list without the ClientInfo
      When the partner sends GET to the ClientInfo
      Then the response does not succeed
