@cpo @sender
Feature: Sessions that the target publishes
  A CPO lists the Sessions that changed since a moment; its list is for reading
  only.

  Spec: mod_sessions_cpo_interface, mod_sessions_cpo_get_method,
  mod_sessions_cpo_get_request_parameters, mod_sessions_cpo_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender interface offers GET and PUT and nothing else

    @SES-011
    Scenario: The Session list answers GET
      When the partner sends GET to the sessions sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @SES-064
    Scenario: The Session list answers GET without charging preferences
      When the partner sends GET to the sessions sender interface with the parameters
        | date_from | 2010-01-01T00:00:00Z |
        | limit     | 2                    |
      Then the response is successful

    @SES-065 @writes
    Scenario Outline: <method> is not part of a list for reading
      Given the target publishes at least 1 Session object
      When the partner sends <method> to the sessions sender interface with the Session as it is
      Then the response does not succeed

      Examples: Methods that change
        | method |
        | POST   |
        | PUT    |
        | PATCH  |

    @SES-065 @writes
    Scenario: DELETE is not part of a list for reading
      When the partner sends DELETE to the sessions sender interface
      Then the response does not succeed

    @SES-012 @writes
    Scenario: POST is not part of the Session list
      When the partner sends POST to the sessions sender interface
      Then the response does not succeed

    @SES-012 @writes
    Scenario: PATCH is not part of a Session of the Sender
      Given the two interfaces of sessions have places of their own
      And the target publishes at least 1 Session object
      When the partner sends PATCH to the Session with the Session as it is
      Then the response does not succeed

    @SES-012 @writes
    Scenario: DELETE is not part of a Session of the Sender
      When the partner sends DELETE to an unknown Session
      Then the response does not succeed

  Rule: The list is asked for from a moment on, in pages

    @SES-013
    Scenario: A request without date_from is refused
      When the partner sends GET to the sessions sender interface
      Then the response is refused as invalid

    @SES-015
    Scenario: A Session is in the periods that hold its last_updated
      Given the target publishes at least 1 Session object
      When the partner asks for these pages of the sessions list
        | limit | date_from                                       | date_to                                        |
        | 50    | a second before the last_updated of the Session | a second after the last_updated of the Session |
        | 50    | a second before the last_updated of the Session | the last_updated of the Session                |
        | 50    | the last_updated of the Session                 | a second after the last_updated of the Session |
        | 50    | 2010-01-01T00:00:00Z                            |                                                |
        | 50    | a second before the last_updated of the Session | a second after the last_updated of the Session |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @SES-066
    Scenario: A Session is in the periods about its last_updated
      Given the target publishes at least 1 Session object
      When the partner asks for these pages of the sessions list
        | limit | date_from                                          | date_to                                            |
        | 50    | two seconds before the last_updated of the Session | two seconds after the last_updated of the Session  |
        | 50    | two seconds after the last_updated of the Session  |                                                    |
        | 50    | 2010-01-01T00:00:00Z                               | two seconds before the last_updated of the Session |
        | 50    | 2010-01-01T00:00:00Z                               |                                                    |
        | 50    | two seconds before the last_updated of the Session | two seconds after the last_updated of the Session  |
      Then the pages hold what was updated well within their periods and nothing else

    @SES-016
    Scenario: The Session list comes in pages
      When the partner asks for these pages of the sessions list
        | limit |
        | 2     |
      Then the pages are paginated
