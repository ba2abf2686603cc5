@emsp @writes
Feature: Charging preferences that the target sets
  An eMSP sends what its driver wants to the Session at the CPO, where the EVSE
  can take it into account.

  Spec: mod_sessions_set_charging_preferences, mod_sessions_cpo_put_method,
  mod_sessions_cpo_post_request_body, mod_sessions_charging_preferences_object

  Background:
    Given the partner is registered with the target
    And a driver of the target has charged at the partner

  Rule: Preferences are PUT below the Session that they are for

    @SES-073
    Scenario: Charging preferences go to the URL of their own
      Given the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      When the operator has the target set charging preferences
      Then every request for preferences of the target goes to the URL that ends in charging_preferences

    @SES-074
    Scenario: The body of the request is ChargingPreferences
      Given the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      When the operator has the target set charging preferences
      Then every request for preferences of the target holds ChargingPreferences

  Rule: Only what the EVSE supports is asked for

    @SES-029
    Scenario: Preferences are for an EVSE with the capability
      Given the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      And the partner has pushed a Session at an EVSE that takes no preferences
      When the operator has the target set charging preferences of some Session
      Then every request for preferences of the target is for an EVSE that takes them

    @SES-075
    Scenario: The profile type is one that the Connector has a Tariff for
      Given the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      When the operator has the target set charging preferences
      Then every request for preferences of the target names a profile type of the Connector
