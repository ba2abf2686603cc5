@cpo @commands
Feature: Charging with a card at the target's EVSEs
  What a driver of the partner goes through who holds a card to the reader: the
  eMSP is asked, the Session begins and ends, the bill says how it was allowed.

  Spec: mod_tokens_real-time_authorization, mod_tokens_whitelisttype_enum,
  mod_sessions_session_object, mod_cdrs_cdr_object, mod_cdrs_authmethod_enum

  Background:
    Given the partner is registered with the target
    And the target offers an EVSE to charge at

  Rule: A driver starts and stops charging

    @TOK-010 @TOK-049 @CDR-053 @CDR-054 @flow
    Scenario: A driver with a card that the CPO has never seen charges
      When the operator has the target present a Token that was never pushed
      Then the use of the Token is authorized in real time (TOK-010)
      And the use of the Token carries its reference into the Session (TOK-049)
      When the operator has the target end the Session of the Token
      Then the use of the Token leads to a CDR with the auth_method of its use (CDR-053)
      And the use of the Token leads to a CDR with the authorization_reference that was given (CDR-054)
