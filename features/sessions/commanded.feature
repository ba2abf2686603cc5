@cpo @commands
Feature: Sessions that a command has begun
  A reservation is a Session before anybody charges; what a command has started
  shows with which Token and by which right.

  Spec: mod_sessions_reservation, mod_sessions_session_object,
  mod_sessions_sessionstatus_enum, mod_cdrs_authmethod_enum

  Background:
    Given the partner is registered with the target

  Rule: A reservation is a Session until somebody charges or nobody comes

    @SES-006
    Scenario: A reservation is a Session with the status RESERVATION
      Given the target offers an EVSE to reserve
      When the partner sends the command RESERVE_NOW
      Then the Session of the command is one of a reservation

    @SES-007
    Scenario: The Session of a reservation is pushed by PUT
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command CANCEL_RESERVATION
      Then the target's Session was pushed whole when it began

    @SES-008
    Scenario: A reservation that is taken up becomes ACTIVE
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command START_SESSION
      Then the target's Session was ACTIVE once somebody charged

    @SES-009
    Scenario: A reservation that nobody takes up is COMPLETED
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command CANCEL_RESERVATION
      Then the target's Session was COMPLETED without charging

  Rule: A Session tells by which Token and by whose right it goes on

    @SES-057
    Scenario: The Session of a command names its Token
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the Session of the command names the Token that was given

    @SES-070
    Scenario: The Session of a command has the auth_id of its Token
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the Session of the command names the Token that was given

    @SES-082
    Scenario: The Session of a command is authorized by the command
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the target's Session names COMMAND as its auth_method
