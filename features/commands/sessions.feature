@cpo @receiver @commands
Feature: The Sessions of commands
  What was started or reserved for a driver shows as a Session, with the Token
  and the reference that came with the command.

  Spec: mod_commands_startsession_object, mod_commands_reservenow_object,
  mod_commands_flow, mod_sessions_session_object

  Background:
    Given the partner is registered with the target

  Rule: A Session that a command has started is known by what the command gave

    @CMD-037
    Scenario: START_SESSION leads to a Session at its Location
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the Session of the command is at its Location

    @CMD-030
    Scenario Outline: A Session names <token> of its command
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with <token>
      Then the Session of the command names the Token that was given

      Examples: Tokens that the CPO knows, and that it does not
        | token                         |
        | a Token of its own            |
        | a Token that was never pushed |
        | an AD_HOC_USER Token          |

    @CMD-030 @flow
    Scenario: A CDR names the Token of its command
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command names the Token that was given

    @CMD-036 @SES-053
    Scenario: A Session has the authorization_reference of its command
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the Session of the command has its authorization_reference

    @CMD-036
    Scenario: A CDR has the authorization_reference of its command
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has its authorization_reference

    @SES-054
    Scenario: Of two authorization_references the Session has the last one
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command START_SESSION
      Then the Session of the command has its authorization_reference

  Rule: A reservation is a Session too

    @CMD-040
    Scenario: A reservation shows as a Session with the status RESERVATION
      Given the target offers an EVSE to reserve
      When the partner sends the command RESERVE_NOW
      Then the Session of the command is one of a reservation

    @CMD-041
    Scenario: Without evse_uid one EVSE of the Location is reserved
      Given the target offers an EVSE to reserve
      When the partner sends the command RESERVE_NOW without evse_uid
      Then the Session of the command is at one EVSE of the Location or at none yet

    @CMD-039
    Scenario: RESERVE_NOW with a known reservation_id replaces the reservation
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command RESERVE_NOW with a later expiry_date
      Then the response accepts the command
      And the result does not tell that the EVSE is reserved
      And the Session of the command is the only one that is open

    @CMD-043 @credentials @flow
    Scenario: Two eMSPs can reserve under one reservation_id
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When a second party of the partner registers with the target
      And the partner sends the command RESERVE_NOW with the same reservation_id at another EVSE
      Then the Session of the first command is still open

    @CMD-048
    Scenario: A reservation that the CPO cancels is reported to its eMSP
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the operator has the target cancel the reservation
      Then the result is followed by CANCELED_RESERVATION

  Rule: Charging begins when the result says so

    @CMD-038
    Scenario Outline: A Session at <what> comes after success only
      Given the target offers <what>
      When the partner sends the command START_SESSION
      Then the Session of the command comes with success and not without

      Examples: An EVSE that answers, and one that does not
        | what                             |
        | an EVSE to charge at             |
        | an EVSE of a silent charge point |

  Rule: A Token that only a command has brought need not be kept

    @CMD-029
    Scenario: A Token of a command is known as it was or not at all
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION with a Token that was never pushed
      When the partner sends GET to the Token
      Then the response shows the Token of the URL or none
