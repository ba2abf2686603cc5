@receiver @writes @emsp @scsp @hub @nap @other
Feature: PATCH of Sessions
  A PATCH brings the fields of a Session that change, and the moment of the
  change; charging periods are added to those that are there.

  Spec: mod_sessions_patch_method, transport_and_format_patch

  Background:
    Given the partner is registered with the target
    And a driver of the target has charged at the partner

  Rule: A PATCH changes what it names and nothing else

    @SES-039
    Scenario: The copy of the Session shows what was changed
      Given the partner has pushed a Session
      When the partner pushes more energy of the Session with PATCH
      Then the target's copy of the Session shows the change

    @SES-039
    Scenario: All of the Session beside the change stays
      Given the partner has pushed a Session
      When the partner pushes more energy of the Session with PATCH
      Then the target's copy of the Session is otherwise as before

  Rule: Charging periods are added

    @SES-044
    Scenario: A charging period is added to those that are there
      Given the partner has pushed a Session
      When the partner pushes one more charging period of the Session with PATCH
      Then the target's copy of the Session has its charging_periods and those of the push

    @SES-045
    Scenario Outline: <change> leaves the charging periods as they are
      Given the partner has pushed a Session
      When the partner pushes <change> with PATCH
      Then the target's copy of the Session has its charging_periods and those of the push

      Examples: Changes without charging periods
        | change                                           |
        | more energy of the Session                       |
        | an empty list of charging periods of the Session |

    @SES-068
    Scenario: A charging period is added to those that were pushed before
      Given the partner has pushed a Session
      When the partner pushes one more charging period of the Session with PATCH
      Then the target's copy of the Session has its charging_periods and those of the push

  Rule: A PATCH is for the whole Session and says when the change was

    @SES-041
    Scenario: A change without last_updated is refused
      Given the partner has pushed a Session
      When the partner pushes more energy of the Session without last_updated with PATCH
      Then the response is refused as invalid
      And the target's copy of the Session is as before

    @SES-067
    Scenario: A change without last_updated is taken
      Given the partner has pushed a Session
      When the partner pushes more energy of the Session without last_updated with PATCH
      Then the response is successful

    @SES-043
    Scenario: A PATCH below the Session is not processed
      Given the partner has pushed a Session
      When the partner pushes one more charging period below the Session with PATCH
      Then the response does not succeed
      And the target's copy of the Session is as before
