@cpo @sender @writes
Feature: Charging preferences that are set at the target
  A driver tells when to leave and with how much energy; the CPO says whether
  its EVSE can take that into account.

  Spec: mod_sessions_set_charging_preferences, mod_sessions_cpo_put_method,
  mod_sessions_charging_preferences_object,
  mod_sessions_charging_preferences_response_enum

  Background:
    Given the partner is registered with the target

  Rule: Preferences are PUT to a Session that goes on

    @SES-011 @SES-019
    Scenario: A Session at a capable EVSE takes charging preferences
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences
      Then the response is a ChargingPreferencesResponse whatever it says

    @SES-020
    Scenario: The answer to charging preferences is one word
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences
      Then the response is one word for the charging preferences

    @SES-021
    Scenario: An EVSE without the capability takes no preferences
      Given the target offers an EVSE without charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences
      Then the response refuses preferences where there are none

    @SES-022
    Scenario: An unknown Session takes no charging preferences
      When the partner sends PUT to the preferences of an unknown Session with charging preferences
      Then the response reports an unknown object

    @SES-023
    Scenario: A Session that is over takes no charging preferences
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      And the target has been made to stop the Session
      When the partner sends PUT to the preferences of the Session with charging preferences
      Then the response does not succeed

  Rule: A field that is left out is asked for only where it is needed

    @SES-024
    Scenario Outline: To <wish> the answer asks only for what is missing
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with <wish>
      Then the response asks only for what was left out

      Examples: Fields that a CPO may need
        | wish                                        |
        | charging preferences                        |
        | charging preferences without departure_time |
        | charging preferences without energy_need    |

    @SES-028
    Scenario: Nobody has to say that discharging is not allowed
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences without discharge_allowed
      Then the response is a ChargingPreferencesResponse whatever it says

  Rule: A wish is promised only where it may come true

    @SES-025
    Scenario: A profile type without a Tariff is not promised
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences of a type without Tariff
      Then the response does not promise the profile type

    @SES-026
    Scenario: What nobody can fulfil is taken or called NOT_POSSIBLE
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences that nobody can fulfil
      Then the response takes the wish or says that it is NOT_POSSIBLE

    @SES-027
    Scenario Outline: <profile> is ACCEPTED where a Tariff is for it
      Given the target offers an EVSE with charging preferences
      And the target has begun a Session
      When the partner sends PUT to the preferences of the Session with charging preferences for <profile>
      Then the target's Session has a Tariff for each profile type that was ACCEPTED

      Examples: Profile types that have a TariffType of their own
        | profile |
        | CHEAP   |
        | FAST    |
        | GREEN   |
