@cpo @writes
Feature: The use of Tokens at the target
  A driver presents a Token at an EVSE of the CPO, which knows by the whitelist
  of the Token whether to ask its eMSP first.

  Spec: mod_tokens_whitelisttype_enum, mod_tokens_real-time_authorization,
  mod_tokens_pull_model, mod_tokens_post_method, mod_tokens_authorizationinfo_object,
  mod_tokens_locationreferences_class

  Background:
    Given the partner is registered with the target
    And the target offers an EVSE to charge at

  Rule: The whitelist says whether the eMSP is asked

    @TOK-052
    Scenario: A Token with whitelist ALWAYS is not asked about
      Given the partner has pushed a Token with whitelist ALWAYS
      When the operator has the target present the Token
      Then the use of the Token is not authorized in real time

    @TOK-054
    Scenario: A Token with whitelist ALLOWED_OFFLINE is asked about
      Given the partner has pushed a Token with whitelist ALLOWED_OFFLINE
      When the operator has the target present the Token
      Then the use of the Token is authorized in real time

    @TOK-055
    Scenario: A Token with whitelist NEVER is asked about
      Given the partner has pushed a Token with whitelist NEVER
      When the operator has the target present the Token
      Then the use of the Token is authorized in real time

    @TOK-051
    Scenario: A Token that is not valid any more is asked about
      Given the partner has pushed a Token
      When the operator has the target present the Token
      Then the use of the Token is authorized in real time

    @TOK-010
    Scenario: A Token that nobody knows is asked about
      When the operator has the target present a Token that was never pushed
      Then the use of the Token is authorized in real time

    @TOK-072
    Scenario: The EMAID of a vehicle is asked about
      When the operator has the target present an EMAID Token
      Then the use of the Token is authorized in real time

    @TOK-007
    Scenario: The list of Tokens is not read for an authorization
      Given the partner has pushed a Token with whitelist NEVER
      When the operator has the target present the Token
      Then the use of the Token reads no list of Tokens

  Rule: Who may charge does so

    @TOK-074
    Scenario: A Token with whitelist ALWAYS begins a Session
      Given the partner has pushed a Token with whitelist ALWAYS
      When the operator has the target present the Token
      Then the use of the Token begins a Session

    @TOK-053
    Scenario: A Token with whitelist ALLOWED begins a Session either way
      Given the partner has pushed a Token with whitelist ALLOWED
      When the operator has the target present the Token
      Then the use of the Token begins a Session

  Rule: While the eMSP is away the whitelist decides

    @TOK-075 @TOK-076
    Scenario: A Token with whitelist ALLOWED_OFFLINE begins a Session offline
      Given the partner has pushed a Token with whitelist ALLOWED_OFFLINE
      And the partner answers requests for authorizations with a closed connection
      When the operator has the target present the Token
      Then the use of the Token begins a Session

    @TOK-055
    Scenario: A Token with whitelist NEVER begins no Session offline
      Given the partner has pushed a Token with whitelist NEVER
      And the partner answers requests for authorizations with a closed connection
      When the operator has the target present the Token
      Then the use of the Token begins no Session

  Rule: The eMSP is asked in the form of the text

    @TOK-050
    Scenario Outline: The eMSP is asked about <token>
      Given the partner has pushed <token>
      When the operator has the target ask about the Token
      Then the use of the Token is asked about in the form of the text

      Examples: Tokens by their type
        | token             |
        | a Token           |
        | a Token of an app |

    @TOK-050
    Scenario: The eMSP is asked about a Token at an EVSE
      Given the partner has pushed a Token
      When the operator has the target ask about the Token at the EVSE
      Then the use of the Token is asked about in the form of the text

    @TOK-077
    Scenario: The EVSE that the eMSP is asked about has its uid
      Given the partner has read the locations list
      And the partner has pushed a Token
      When the operator has the target ask about the Token at the EVSE
      Then the use of the Token names EVSEs by their uid

  Rule: The reference of an authorization stays with what was charged

    @TOK-049
    Scenario: A Session names the authorization that it began with
      Given the partner has pushed a Token with whitelist NEVER
      When the operator has the target present the Token
      Then the use of the Token carries its reference into the Session

    @TOK-049
    Scenario: A CDR names the authorization of its Session
      Given the partner has pushed a Token with whitelist NEVER
      And the target has been made to present the Token
      When the operator has the target end the Session of the Token
      Then the use of the Token carries its reference into the CDR
