Feature: Transport rules over a whole run
  What holds for every message of the target, whatever it was about. Judged at
  the end, over all that was seen.

  Spec: transport_and_format_response_format, transport_and_format_unique_messageg_ids, status_codes_status_codes

  Rule: Every answer has the response format

    @TRN-001
    Scenario: Every published URL is reached over TLS
      When the run has ended
      Then every response of the target publishes URLs over TLS only

    @TRN-070
    Scenario: Every answer is one JSON object
      When the run has ended
      Then every response of the target is one JSON object

    @TRN-071
    Scenario: Every answer is an envelope
      When the run has ended
      Then every response of the target has status_code and timestamp

    @TRN-072
    Scenario: Data is of the kind that the request asks for
      When the run has ended
      Then every response of the target has data of the right kind

    @TRN-073 @TRN-093
    Scenario: Every status_code is one of the tables
      When the run has ended
      Then every response of the target has a status_code of four digits

    @TRN-074
    Scenario: Every timestamp is the present time
      When the run has ended
      Then every response of the target bears the time of its making
      And every response of the target bears a time that goes on

    @TRN-075
    Scenario: Every HTTP error is explained
      When the run has ended
      Then every response of the target explains an HTTP error in the response format

    @TRN-077
    Scenario: No answer to a push holds data
      When the run has ended
      Then every response of the target leaves unspecified data unset

  Rule: Every status says what it means

    @STA-007
    Scenario: No answer of the OCPI layer is empty
      When the run has ended
      Then every response of the target has a body when it comes from the OCPI layer

    @STA-008
    Scenario: No answer uses a custom status_code
      When the run has ended
      Then every response of the target has no custom status_code

    @STA-027
    Scenario: No answer uses a status_code of later versions
      When the run has ended
      Then every response of the target has a status_code that its version lists

    @STA-009
    Scenario: Success comes with the data that was asked for
      When the run has ended
      Then every response of the target has the data that the request asks for

    @STA-011
    Scenario: Success is always 1000
      When the run has ended
      Then every response of the target reports success with 1000

  Rule: Every answer finds its way back

    @RTE-003
    Scenario: Every answer is addressed back to the requester
      When the run has ended
      Then every response of the target is addressed back

    @RTE-005
    Scenario: No answer of a configuration module is routed
      When the run has ended
      Then every response of the target bears no routing headers in a configuration module

    @RTE-037
    Scenario: Every answer repeats the X-Request-ID
      When the run has ended
      Then every response of the target repeats the X-Request-ID

    @RTE-039
    Scenario: Every answer repeats the X-Correlation-ID
      When the run has ended
      Then every response of the target repeats the X-Correlation-ID

  Rule: Every request says who sends it and what it is

    @TRN-003
    Scenario: Every request carries its authorization
      When the run has ended
      Then every request of the target carries an Authorization header

    @TRN-004 @TRN-084
    Scenario: Every request names the scheme
      When the run has ended
      Then every request of the target names the scheme Token and one token

    @TRN-019
    Scenario: Every request uses a method of OCPI
      When the run has ended
      Then every request of the target uses a method of the protocol

    @TRN-020 @TRN-092
    Scenario: Every body is declared as JSON
      When the run has ended
      Then every request of the target declares its body as JSON

    @TRN-079
    Scenario: Every request goes where the partner is
      When the run has ended
      Then every request of the target goes to a URL that was published

    @TRN-082
    Scenario: No failed push is sent again later
      When the run has ended
      Then every push of the target stays undone when it has failed

    @RTE-006
    Scenario: No request to a configuration module is routed
      Given the partner is registered with the target
      When the run has ended
      Then every request of the target bears no routing headers in a configuration module

    @TRN-081
    Scenario: Every URL is joined with one slash
      Given the partner is registered with the target
      When the run has ended
      Then every request of the target joins its URLs with one slash

    @RTE-002
    Scenario: Every request to a functional module is routed
      When the run has ended
      Then every request of the target carries its routing headers

    @RTE-004
    Scenario: Every request is between parties of the two platforms
      When the run has ended
      Then every request of the target is from a party of the target to a party of the partner

    @RTE-035
    Scenario: Every request has an X-Request-ID
      When the run has ended
      Then every request of the target carries an X-Request-ID

    @RTE-036
    Scenario: Every X-Request-ID is used once
      Given the partner is registered with the target
      When the run has ended
      Then every request of the target has an X-Request-ID of its own

    @RTE-038
    Scenario: Every request has an X-Correlation-ID
      When the run has ended
      Then every request of the target carries an X-Correlation-ID

    @RTE-040
    Scenario: Every message id is a UUID
      When the run has ended
      Then every request of the target has UUIDs as message ids

  Rule: A field of one's own is named like all others

    @TRN-090
    Scenario: No field of one's own is marked as such
      Given the partner is registered with the target
      And the partner has read every list
      When the run has ended
      Then every object of the target has no prefix such as x- in front of a field of its own
