@receiver @emsp @nsp @nap @hub @ptp @other
Feature: The Locations that a Receiver fetches
  A Receiver reads the list of the Sender to get to know all Locations, and
  takes it for the whole truth.

  Spec: mod_locations_interfaces_and_endpoints, mod_locations_get_list_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender's list is where a Receiver gets what was not pushed

    @LOC-017 @LOC-121
    Scenario: The target reads the partner's list
      When the operator has the target pull the Location list
      Then the target sends GET to the partner's locations interface in time

  Rule: A complete list replaces what was known before

    @LOC-024 @writes
    Scenario: A field that the list does not hold is forgotten
      Given the partner has pushed a Location
      And the target has pulled a list that holds the Location without its name
      When the partner sends GET to the Location
      Then the target's copy of the Location has nothing that was left out

  Rule: A list may hold more than valid Locations

    @LOC-027 @writes
    Scenario: A Location without valid EVSEs leaves the rest of the list as it is
      Given the target has pulled a list that holds a Location without valid EVSEs
      And the target has pulled a list that holds a Location
      When the partner sends GET to the Location
      Then the target's copy of the Location equals what was pushed
