@cpo @sender
Feature: All Sessions of a run
  Whatever Session the target showed in the run, in a list or in a push, follows
  the rules of its class.

  Spec: mod_sessions_session_object, mod_sessions_cpo_get_method,
  mod_sessions_sessionstatus_enum, mod_cdrs_cdrdimensiontype_enum

  Background:
    Given the partner is registered with the target
    And the partner has read the sessions list

  Rule: A list holds whole Sessions with ids and owners of their own

    @SES-017
    Scenario: A listed Session has the form of its class
      When the run has ended
      Then every Session of the target keeps SES-017

    @SES-049
    Scenario: No two Sessions share an id
      When the run has ended
      Then every Session of the target keeps SES-049

    @SES-060
    Scenario: The owner of a Session is a party of the target
      When the run has ended
      Then every Session of the target keeps SES-060

  Rule: A Session says when, where and in which currency

    @SES-051
    Scenario: A Session does not end before it starts
      When the run has ended
      Then every Session of the target keeps SES-051

    @SES-069
    Scenario: A Session that is ACTIVE or over has begun
      When the run has ended
      Then every Session of the target keeps SES-069

    @SES-083
    Scenario: A completed Session has an end
      When the run has ended
      Then every Session of the target keeps SES-083

    @SES-056
    Scenario: An EVSE is unknown only before charging
      When the run has ended
      Then every Session of the target keeps SES-056

    @SES-058
    Scenario: The currency of a Session is an ISO code
      When the run has ended
      Then every Session of the target keeps SES-058

    @SES-079
    Scenario: The total cost of a Session is a number
      When the run has ended
      Then every Session of the target keeps SES-079

  Rule: Charging periods tell the driver how far it is

    @SES-047
    Scenario: Charging periods of a Session come neither too often nor too rarely
      When the run has ended
      Then every Session of the target keeps SES-047

    @SES-084
    Scenario: The energy of a charging period is in kWh
      When the run has ended
      Then every Session of the target keeps SES-084

    @CDR-069
    Scenario: A state of charge is a percentage
      When the run has ended
      Then every Session of the target keeps CDR-069

    @SES-048
    Scenario: A charging period of a Session starts where a price changes
      Given the partner has read the locations list
      And the partner has read the tariffs list
      When the run has ended
      Then every Session of the target keeps SES-048

  Rule: A Session is at an EVSE of the target

    @SES-071
    Scenario: The Location in a Session has one EVSE and one Connector
      When the run has ended
      Then every Session of the target keeps SES-071

    @SES-055
    Scenario: The EVSE and Connector of a Session are in its Location
      Given the partner has read the locations list
      When the run has ended
      Then every Session of the target keeps SES-055

  Rule: A Session goes on until it is over

    @SES-061 @flow
    Scenario: A COMPLETED Session stays as it is
      When the partner follows the sessions list to its end
      And the run has ended
      Then every Session of the target keeps SES-061

    @SES-063 @flow
    Scenario: The status of a Session changes as described
      When the partner follows the sessions list to its end
      And the run has ended
      Then every Session of the target keeps SES-063

    @SES-078 @flow
    Scenario: A Session that changed has a later last_updated
      When the partner follows the sessions list to its end
      And the run has ended
      Then every Session of the target keeps SES-078
