@cpo @commands
Feature: Charging with an app at the target's EVSEs
  What a driver of the partner goes through, from the command in the app to the
  CDR: each object on the way is about the same driver, place and price.

  Spec: mod_commands_flow, mod_commands_startsession_object,
  mod_commands_reservenow_object, mod_commands_commandresulttype_enum,
  mod_sessions_session_object, mod_cdrs_cdr_object

  Background:
    Given the partner is registered with the target

  Rule: A driver starts and stops charging

    @CMD-010 @CMD-030 @CDR-049 @CDR-051 @CDR-078 @CDR-094 @CDR-059 @CDR-065 @flow
    Scenario: A driver with an app charges and gets the bill
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the result comes (CMD-010)
      And the Session of the command names the Token that was given (CMD-030)
      When the partner sends the command STOP_SESSION
      Then the result comes (CMD-010)
      And the CDR of the command belongs to its Session
      And the CDR of the command costs what its Tariffs say

    @CMD-024 @CMD-030 @CDR-049 @CDR-051 @CDR-078 @CDR-094 @flow
    Scenario: A driver without a contract charges ad hoc
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with an AD_HOC_USER Token
      Then the result comes without a real-time authorization (CMD-024)
      And the Session of the command names the Token that was given (CMD-030)
      When the partner sends the command STOP_SESSION
      Then the CDR of the command names the Token that was given (CMD-030)
      And the CDR of the command belongs to its Session

  Rule: A driver finds the EVSE that was reserved

    @SES-054 @CMD-036 @CDR-049 @CDR-051 @CDR-078 @CDR-094 @flow
    Scenario: A driver who has reserved charges and gets one bill
      Given the target offers an EVSE to reserve
      And the partner has sent the command RESERVE_NOW
      When the partner sends the command START_SESSION
      Then the Session of the command has its authorization_reference (SES-054)
      When the partner sends the command STOP_SESSION
      Then the CDR of the command has its authorization_reference (CMD-036)
      And the CDR of the command belongs to its Session

  Rule: A driver is told when nothing comes of it

    @CMD-020 @CMD-009
    Scenario: A driver stops what nobody has started
      When the partner sends the command STOP_SESSION for an unknown Session
      Then the response reports an unknown Session (CMD-020)
      And the result does not come (CMD-009)

    @CMD-010 @CMD-050
    Scenario: A driver waits at a charge point that does not answer
      Given the target offers an EVSE of a silent charge point
      When the partner sends the command START_SESSION
      Then the result comes (CMD-010)
      And the result is TIMEOUT unless the command was refused (CMD-050)
