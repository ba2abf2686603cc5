@cpo
Feature: Sessions that the target pushes
  A CPO tells the eMSP of a Session when it begins, as it goes on and when it
  ends. One that only lets itself be asked is not judged by its pushes.

  Spec: mod_sessions_push_model, mod_sessions_session_object,
  mod_sessions_sessionstatus_enum

  Background:
    Given the partner is registered with the target

  Rule: A Session is pushed whole at first, then by its changes

    @SES-001
    Scenario: A new Session is pushed by PUT
      Given the target offers an EVSE to charge at
      And the target has begun a Session
      When the operator has the target stop the Session
      Then the target's Session was pushed whole when it began

    @SES-002
    Scenario: A Session that goes on is pushed with its change
      Given the target offers an EVSE to charge at
      And the target has begun a Session
      When the operator has the target go on with the Session
      Then the target's Session is pushed with its change

    @SES-080 @credentials
    Scenario: A Session is pushed to the party of its Token only
      Given a second party of the partner is registered too
      And the target offers an EVSE to charge at
      And the target has begun a Session
      When the operator has the target stop the Session
      Then every push of the target of a Session goes to the party of its Token

  Rule: A Session has a begin and an end

    @SES-050
    Scenario: A pending Session starts when it becomes ACTIVE
      Given the target offers an EVSE to charge at
      And the target has begun a pending Session
      When the operator has the target go on with the Session
      Then the target's Session starts when it becomes ACTIVE

    @SES-072
    Scenario: A Session that is stopped comes to its end
      Given the target offers an EVSE to charge at
      And the target has begun a Session
      When the operator has the target stop the Session
      Then the target's Session has come to its end
