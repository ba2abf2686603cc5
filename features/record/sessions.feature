@cpo @sender
Feature: All Sessions of a run
  Whatever Session the target showed in the run, in a list or in a push, follows
  the rules of its class.

  Spec: mod_sessions_session_object, mod_sessions_cpo_get_method,
  mod_cdrs_cdrdimensiontype_enum

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
    Scenario: The owner of a Session has an ISO country code
      When the run has ended
      Then every Session of the target keeps SES-060

  Rule: A Session says when, where and in which currency

    @SES-051
    Scenario: A Session does not end before it starts
      When the run has ended
      Then every Session of the target keeps SES-051

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

  Rule: Charging periods tell the driver how far it is

    @SES-047
    Scenario: Charging periods of a Session come neither too often nor too rarely
      When the run has ended
      Then every Session of the target keeps SES-047

    @CDR-069
    Scenario: A state of charge is a percentage
      When the run has ended
      Then every Session of the target keeps CDR-069
