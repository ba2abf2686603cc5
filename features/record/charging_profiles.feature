@emsp @sender @commands
Feature: All charging profiles of a run
  Whatever profile the target has set in the run follows the rules of its class.

  Spec: mod_charging_profiles_charging_profile_class, mod_charging_profiles_charging_profile_period_class

  Background:
    Given the partner is registered with the target
    And the target has pushed a charging profile

  Rule: A profile is a list of periods with limits

    @CHP-028
    Scenario: The periods of a charging profile are in order
      When the run has ended
      Then every object of the target has charging profile periods in order

    @CHP-029
    Scenario: The rates of a charging profile have one decimal at most
      When the run has ended
      Then every object of the target has charging rates of one decimal at most

    @CHP-031
    Scenario: The duration of a charging profile covers its periods
      When the run has ended
      Then every object of the target has a charging profile duration beyond its periods
