@cpo
Feature: CDRs that the target pushes
  A CPO sends each CDR to the eMSP that pays for it, once, when the session is
  over; what was wrong in it is credited.

  Spec: mod_cdrs_cdrs_module, mod_cdrs_push_model, mod_cdrs_post_method,
  mod_cdrs_response_url, mod_cdrs_credit_cdrs, mod_cdrs_cdr_token_object

  Background:
    Given the partner is registered with the target

  Rule: A new CDR is pushed to the party that it concerns

    @CDR-089
    Scenario: A new CDR is pushed by POST
      When the operator has the target create a CDR
      Then the target sends POST to the partner's cdrs interface in time

    @CDR-028
    Scenario: A CDR goes to the endpoint URL by itself
      Given the target has pushed a CDR
      When the run has ended
      Then every push of the target of a CDR brings one CDR to the endpoint itself

    @CDR-106 @credentials
    Scenario: A CDR is pushed to the party of its Token only
      Given a second party of the partner is registered too
      When the operator has the target create a CDR
      Then every push of the target of a CDR goes to the party of its Token

    @CDR-014
    Scenario: A CDR is for a Token of the party that gets it
      Given the partner has read the cdrs list
      When the run has ended
      Then every CDR of the target is for a Token of the partner

    @CDR-031
    Scenario: A CDR is read back at the URL that it was given
      Given the target has pushed a CDR
      When the run has ended
      Then every request of the target for a CDR goes to the URL that it was given

  Rule: A CDR is final, and comes when the session is over

    @CDR-090 @flow
    Scenario: A CDR is complete when it is pushed
      Given the target has pushed a CDR
      When the partner follows the cdrs list to its end
      And the run has ended
      Then every CDR of the target was complete when it was pushed

    @CDR-002
    Scenario: A CDR comes soon after its session
      Given the partner has read the cdrs list
      When the run has ended
      Then every CDR of the target comes soon after its session

    @CDR-079
    Scenario: The contract in a CDR has an eMA ID
      Given the partner has read the cdrs list
      When the run has ended
      Then every CDR of the target names its contract by an eMA ID

  Rule: A CDR that was wrong is credited

    @CDR-004
    Scenario: A correction is made by a Credit CDR
      When the operator has the target correct a CDR
      Then the correction is a Credit CDR

    @CDR-012
    Scenario: A correction begins with the Credit CDR
      When the operator has the target correct a CDR
      Then the correction begins with the Credit CDR
