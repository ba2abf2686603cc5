@receiver @writes @emsp @scsp @hub @nap @other
Feature: Sessions that the target receives
  An eMSP takes each Session by PUT, its changes by PATCH, and lets its CPO read
  it; nothing that it was sent is ever deleted.

  Spec: mod_sessions_emsp_interface, mod_sessions_msp_get_method,
  mod_sessions_msp_put_method, mod_sessions_cpo_put_request_parameters,
  mod_sessions_push_model

  Background:
    Given the partner is registered with the target
    And a driver of the target has charged at the partner

  Rule: The interface takes GET, PUT and PATCH, and no other method

    @SES-030
    Scenario Outline: <thing> is taken by PUT
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Sessions with few and with many fields
        | thing              |
        | a Session          |
        | a complete Session |
        | a minimal Session  |

    @SES-030
    Scenario: A change of a Session is taken by PATCH
      Given the partner has pushed a Session
      When the partner pushes more energy of the Session with PATCH
      Then the response is successful

    @SES-030
    Scenario: A Session that was pushed is read by GET
      Given the partner has pushed a Session
      When the partner sends GET to the Session
      Then the response is successful

    @SES-031
    Scenario: A new Session is not taken by POST
      When the partner pushes a Session with POST
      Then the response does not succeed

    @SES-031
    Scenario: A DELETE of a Session does not succeed
      Given the partner has pushed a Session
      When the partner sends DELETE to the Session
      Then the response does not succeed

    @SES-003
    Scenario: A Session outlives a DELETE
      Given the partner has pushed a Session
      When the partner sends DELETE to the Session
      Then the target's copy of the Session is as before

  Rule: What was pushed can be read back

    @SES-033
    Scenario Outline: <thing> is read as it was pushed
      Given the partner has pushed <thing>
      When the partner sends GET to the Session
      Then the target's copy of the Session equals what was pushed

      Examples: Sessions with few and with many fields
        | thing              |
        | a Session          |
        | a complete Session |
        | a minimal Session  |

    @SES-076
    Scenario: A Session that was never pushed is not found
      When the partner sends GET to an unknown Session
      Then the response reports that nothing is there

  Rule: A PUT replaces the whole Session

    @SES-034
    Scenario: A Session is replaced by the one that is pushed
      Given the partner has pushed a Session
      When the partner pushes the Session with more energy with PUT
      Then the target's copy of the Session equals what was pushed

    @SES-035
    Scenario: Charging periods are replaced by those that are pushed
      Given the partner has pushed a Session
      When the partner pushes the Session with other charging periods with PUT
      Then the target's copy of the Session has the charging_periods of the push and no others

    @SES-036
    Scenario Outline: <thing> has no charging periods any more
      Given the partner has pushed a Session
      When the partner pushes <thing> with PUT
      Then the target's copy of the Session has the charging_periods of the push and no others

      Examples: Ways to say that there are none
        | thing                                              |
        | the Session without charging periods               |
        | the Session with an empty list of charging periods |

    @SES-038
    Scenario: A Session with another party_id than its URL is not taken
      When the partner pushes a Session with another party_id than its URL with PUT
      Then the response does not succeed

  Rule: A driver may authorize in more than one way

    @SES-052
    Scenario: Another auth_method of a Session is taken by PATCH
      Given the partner has pushed a Session
      When the partner pushes another auth_method of the Session with PATCH
      Then the response is successful

  Rule: A charging period measures what only Sessions have

    @SES-081
    Scenario: A Session with dimensions of its own is taken by PUT
      When the partner pushes a Session with dimensions of Sessions with PUT
      Then the response is successful

    @SES-081
    Scenario: A charging period with dimensions of its own is taken by PATCH
      Given the partner has pushed a Session
      When the partner pushes one more charging period with dimensions of Sessions with PATCH
      Then the response is successful
