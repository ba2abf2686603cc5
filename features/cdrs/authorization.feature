@cpo
Feature: What a CDR keeps of the start of its session
  A CDR tells by which method its driver was allowed to charge, repeats the
  reference that the eMSP gave for it, and has the place as it was then.

  Spec: mod_cdrs_cdr_object, mod_cdrs_authmethod_enum

  Background:
    Given the partner is registered with the target

  Rule: auth_id is that of the Token

    @CDR-086 @commands
    Scenario: A CDR has the auth_id of the Token of its session
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command names the Token that was given

  Rule: auth_method is the method that was used last

    @CDR-053 @commands
    Scenario: A session that was started from afar is by COMMAND
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has the auth_method COMMAND

    @CDR-053 @writes
    Scenario Outline: <token> has the method of its use
      Given the target offers an EVSE to charge at
      And the partner has pushed <token>
      And the target has been made to present the Token
      When the operator has the target end the Session of the Token
      Then the use of the Token leads to a CDR with the auth_method of its use

      Examples: Tokens on the whitelist and not on it
        | token                          |
        | a Token with whitelist ALLOWED |
        | a Token with whitelist NEVER   |

    @CDR-052 @commands
    Scenario: A driver who comes to a reservation has used another method
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      And the target has been made to present the Token
      When the operator has the target end the Session of the Token
      Then the use of the Token leads to a CDR by another method than the command before

  Rule: A change during the session is not in its CDR

    @CDR-036 @commands @flow
    Scenario: A CDR names its Location as it was at the start
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      And the target has been made to change a Location
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has the Location of the start of its Session

  Rule: The reference of the eMSP is repeated

    @CDR-054 @commands
    Scenario: A CDR repeats the reference of its command
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has its authorization_reference

    @CDR-054 @commands
    Scenario: Of two references a CDR repeats the last one
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      And the partner has sent the command START_SESSION
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has its authorization_reference

    @CDR-054 @writes
    Scenario: A CDR repeats the reference of the authorization
      Given the target offers an EVSE to charge at
      And the partner has pushed a Token with whitelist NEVER
      And the target has been made to present the Token
      When the operator has the target end the Session of the Token
      Then the use of the Token leads to a CDR with the authorization_reference that was given
