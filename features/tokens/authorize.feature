@emsp @sender
Feature: Real-time authorization by the target
  A CPO asks the eMSP whether a Token may be used, at a Location where it names
  one. The eMSP decides by the Token and its contract, not by what a charge
  point does at the moment.

  Spec: mod_tokens_real-time_authorization, mod_tokens_post_method,
  mod_tokens_authorizationinfo_object, mod_tokens_allowed_enum

  Background:
    Given the partner is registered with the target

  Rule: Whoever does not whitelist every Token authorizes in real time

    @TOK-008
    Scenario Outline: A Token with whitelist <whitelist> can be asked about
      Given the target offers a Token with whitelist <whitelist>
      When the partner sends POST to the authorization of the Token
      Then the response is about the authorization of the Token

      Examples: Tokens that are not always whitelisted
        | whitelist       |
        | NEVER           |
        | ALLOWED         |
        | ALLOWED_OFFLINE |

    @TOK-009
    Scenario: Only where all Tokens are ALWAYS there is no authorization
      Given the target offers a Token to authorize
      When the partner sends POST to the authorization of the Token
      Then the response shows that authorization is offered

    @TOK-029 @TOK-037
    Scenario: A Token is authorized by POST
      Given the target offers a Token to authorize
      When the partner sends POST to the authorization of the Token
      Then the response is about the authorization of the Token

    @TOK-037 @writes
    Scenario: A POST that does not say authorize is no authorization
      Given the target offers a Token to authorize
      When the partner sends POST to the Token
      Then the response is no authorization

    @TOK-011
    Scenario: A driver does not wait for the authorization
      Given the target offers a Token to authorize
      When the partner sends POST to the authorization of the Token
      Then the response comes soon enough for a driver who waits

  Rule: The type tells Tokens apart, without it RFID is meant

    @TOK-038
    Scenario: An RFID Token is authorized without its type
      Given the target offers an RFID Token
      When the partner sends POST to the authorization of the Token
      Then the response is about the authorization of the Token

    @TOK-038
    Scenario: A Token of another type is not authorized without its type
      Given the target offers a Token of another type
      When the partner sends POST to the authorization of the untyped Token
      Then the response is no authorization

    @TOK-069
    Scenario: The type can be called type
      Given the target offers a Token of another type
      When the partner sends POST to the authorization of the untyped Token with the parameters
        | type | OTHER |
      Then the response is about the authorization of the Token

    @TOK-069
    Scenario: The type can be called token_type
      Given the target offers a Token of another type
      When the partner sends POST to the authorization of the untyped Token with the parameters
        | token_type | OTHER |
      Then the response is about the authorization of the Token

  Rule: A Token that nobody knows is not found

    @TOK-039
    Scenario: An unknown Token is not found
      When the partner sends POST to the authorization of an unknown Token
      Then the response reports that nothing is there

    @TOK-040
    Scenario: An unknown Token has a status of its own and no data
      When the partner sends POST to the authorization of an unknown Token
      Then the response reports an unknown Token

    @STA-017
    Scenario: An unknown Token is reported as such
      When the partner sends POST to the authorization of an unknown Token
      Then the response reports the OCPI status 2004

    @TOK-067
    Scenario: An unknown Token is not allowed
      When the partner sends POST to the authorization of an unknown Token
      Then the response tells that nobody may charge

  Rule: LocationReferences are given where they are needed

    @TOK-042
    Scenario: An authorization needs no body
      Given the target offers a Token to authorize
      When the partner sends POST to the authorization of the Token
      Then the response does without a body

    @TOK-041 @TOK-068 @STA-015 @STA-031
    Scenario: A Token that is limited to locations needs one
      Given the target offers a Token that is limited to locations
      When the partner sends POST to the authorization of the Token
      Then the response asks for the Location

    @TOK-041
    Scenario: A Token that is not valid needs no Location
      Given the target offers a Token that is not valid
      When the partner sends POST to the authorization of the Token
      Then the response needs no Location

    @TOK-045
    Scenario: Without a Location none is returned
      Given the target offers a Token that is allowed
      When the partner sends POST to the authorization of the Token
      Then every AuthorizationInfo of the target names a Location only if one was asked for

    @TOK-045
    Scenario: Where a Token is refused no Location is returned
      Given the target offers a Token that is not valid
      When the partner sends POST to the authorization of the Token with references to an unknown Location
      Then every AuthorizationInfo of the target names a Location only if the Token is allowed there

    @TOK-043 @writes
    Scenario: The decision is about the Location that was asked for
      Given the partner has pushed a Location
      And the target offers a Token that is allowed at the EVSE
      When the partner sends POST to the authorization of the Token with references to the EVSE
      Then every AuthorizationInfo of the target names the Location that was asked for

    @TOK-044 @writes
    Scenario: Only EVSEs that were asked for are returned
      Given the partner has pushed a Location
      And the target offers a Token that is allowed at the EVSE
      When the partner sends POST to the authorization of the Token with references to the EVSE
      Then every AuthorizationInfo of the target names no EVSE that was not asked for

    @TOK-070 @writes
    Scenario: The references can name Connectors
      Given the partner has pushed a Location
      And the target offers a Token that is allowed at the EVSE
      When the partner sends POST to the authorization of the Token with references to the Connector
      Then the response allows the Token

    @TOK-044 @writes
    Scenario: Only Connectors that were asked for are returned
      Given the partner has pushed a Location
      And the target offers a Token that is allowed at the Connector
      When the partner sends POST to the authorization of the Token with references to the Connector
      Then every AuthorizationInfo of the target names no Connector that was not asked for

  Rule: What may be out of date decides nothing

    @TOK-012
    Scenario: A Token is allowed at a Location that was never published
      Given the target offers a Token that is allowed
      When the partner sends POST to the authorization of the Token with references to an unknown Location
      Then the response allows the Token

    @TOK-013 @writes
    Scenario Outline: A Token stays allowed at <place>
      Given the partner has pushed a Location
      And the target offers a Token that is allowed at the EVSE
      And the partner has pushed <place>
      When the partner sends POST to the authorization of the Token with references to the EVSE
      Then the response allows the Token

      Examples: Places where nobody could charge by what is known
        | place                               |
        | the Location while it is closed     |
        | the Location with an EVSE in use    |
        | the Location with an EVSE out of order |

  Rule: A Token that is known is told about, whatever its state

    @TOK-046
    Scenario: A Token that is not valid is told about
      Given the target offers a Token that is not valid
      When the partner sends POST to the authorization of the Token
      Then the response informs about the Token

    @TOK-048
    Scenario: A Token that is not valid is not allowed
      Given the target offers a Token that is not valid
      When the partner sends POST to the authorization of the Token
      Then the response does not allow the Token

    @TOK-079
    Scenario: A Token that is not valid is not refused for its place
      Given the target offers a Token that is not valid
      When the partner sends POST to the authorization of the Token
      Then the response does not blame the place

    @TOK-047
    Scenario Outline: The authorization of <token> holds all of it
      Given the target offers <token>
      When the partner sends POST to the authorization of the Token
      Then every AuthorizationInfo of the target holds the whole Token that was asked about

      Examples: Tokens by their type
        | token                   |
        | an RFID Token           |
        | a Token of another type |

    @TOK-078
    Scenario: An AuthorizationInfo can be without the Token
      Given the target offers a Token that is allowed
      When the partner sends POST to the authorization of the Token
      Then every AuthorizationInfo of the target holds neither Token nor reference
