@cpo
Feature: All pushes of Sessions of a run
  Whatever Session the target pushed to the partner in the run stands at the
  right URL, and a PATCH of one holds what a PATCH of a Session needs.

  Spec: mod_sessions_emsp_interface, mod_sessions_cpo_put_request_parameters,
  mod_sessions_patch_method, mod_sessions_msp_put_method

  Background:
    Given the partner is registered with the target

  Rule: A push goes to the URL of its Session

    @SES-032
    Scenario: A Session is addressed by its owner and its id
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a Session is addressed by its owner and its id

    @SES-037
    Scenario: A Session is pushed under the owner it names
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a whole Session goes to the URL of its owner

    @SES-077
    Scenario: A Session is pushed under its own id
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a whole Session carries the id of its URL

    @SES-042
    Scenario: A PATCH is for the whole Session
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target by PATCH goes to the whole Session

  Rule: A PATCH holds what is new

    @SES-040
    Scenario: A PATCH of a Session tells when the change was
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a change of a Session holds last_updated

    @SES-046
    Scenario: A PATCH brings charging periods that are new
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a change of a Session adds charging periods that are new

    @SES-085
    Scenario: A PUT repeats the charging periods that are to stay
      Given the target has pushed a Session from begin to end
      When the run has ended
      Then every push of the target of a whole Session repeats the charging periods before
