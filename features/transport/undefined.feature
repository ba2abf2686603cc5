Feature: What the transport leaves undefined
  Things that the text neither asks for nor forbids. A run takes down how the
  target handles them; nothing here fails.

  Spec: transport_and_format_get, transport_and_format_response_format,
  transport_and_format_authorization_header

  Background:
    Given the partner is registered with the target

  Rule: A token is all that a client needs

    @TRN-002
    Scenario: No client certificate is asked for
      When the partner sends GET to the versions endpoint
      Then the response asks for no client certificate

  Rule: Only the list of most modules is defined

    @TRN-053 @sender
    Scenario Outline: A single <object> is not offered by its Sender
      Given the target publishes at least 1 <object> objects
      When the partner sends GET to the <object>
      Then the response does not succeed

      @cpo
      Examples: What a CPO sends
        | object  |
        | Session |
        | CDR     |
        | Tariff  |

      @emsp
      Examples: What an eMSP sends
        | object |
        | Token  |

  Rule: A list may grow while it is read

    @TRN-037 @cpo @sender
    Scenario: A new Location leaves the first page as it was
      When the partner sends the same GET to the locations sender interface as usual and with a new Location in between
      Then the answers begin alike and count one more

  Rule: A field that is not defined does no harm

    @TRN-095 @emsp @receiver @writes
    Scenario: A Location with an undefined field is taken
      When the partner pushes a Location with an undefined field with PUT
      Then the response is successful

    @TRN-095 @cpo @receiver @writes
    Scenario: A Token with an undefined field is taken
      When the partner pushes a Token with an undefined field with PUT
      Then the response is successful

  Rule: An error has a status of its range and needs no data

    @STA-010
    Scenario: An error holds no data
      When the partner sends GET to the versions endpoint authorized with an unknown token
      Then the response has no data beside its error

    @STA-012
    Scenario: An error of the client has a status of client errors
      When the partner sends GET to the versions endpoint authorized with an unknown token
      Then the response has a status of client errors
