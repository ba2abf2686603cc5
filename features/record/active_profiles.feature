@cpo @receiver @commands
Feature: All active profiles of a run
  Whatever active profile the target has sent in the run, as a result or by
  itself, follows the rules of its class.

  Spec: mod_charging_profiles_charging_profile_class, mod_charging_profiles_charging_profile_period_class

  Background:
    Given the partner is registered with the target
    And the target has pushed an active profile

  Rule: A profile is a list of periods with limits

    @CHP-028
    Scenario: The periods of an active profile are in order
      When the run has ended
      Then every object of the target has charging profile periods in order

    @CHP-029
    Scenario: The limits of an active profile have one decimal at most
      When the run has ended
      Then every object of the target has charging rates of one decimal at most

    @CHP-031
    Scenario: The duration of an active profile covers its periods
      When the run has ended
      Then every object of the target has a charging profile duration beyond its periods
