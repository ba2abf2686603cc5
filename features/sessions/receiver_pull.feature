@receiver @emsp @scsp @hub @nap @other
Feature: The Sessions that a Receiver fetches
  A Receiver asks the Sender for the Sessions that changed since a moment, and
  takes what it is told for all that there is to know of them.

  Spec: mod_sessions_pull_model, mod_sessions_cpo_get_request_parameters,
  mod_sessions_cpo_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender's list is where a Receiver gets what was not pushed

    @SES-005
    Scenario: The target reads the partner's list of Sessions
      When the operator has the target pull the Session list
      Then the target sends GET to the partner's sessions interface in time

    @SES-014
    Scenario: The list of Sessions is asked for from a moment on
      Given the target has been made to pull the Session list
      When the run has ended
      Then every page request of the target for Sessions names a date_from

  Rule: A Session in the list replaces what was known of it

    @SES-018 @writes
    Scenario: A field of a Session that the list does not hold is forgotten
      Given a driver of the target has charged at the partner
      And the partner has pushed a Session
      And the target has pulled a list that holds the Session without its meter_id
      When the partner sends GET to the Session
      Then the target's copy of the Session has nothing that was left out
