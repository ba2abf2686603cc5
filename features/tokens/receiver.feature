@receiver @writes @cpo @hub @other
Feature: Tokens that the target receives
  A CPO keeps the Tokens that eMSPs push, each by its owner, its uid and its
  type, as their owner last described it.

  Spec: mod_tokens_cpo_interface, mod_tokens_cpo_get_method, mod_tokens_put_method,
  mod_tokens_patch_method, mod_tokens_cpo_put_request_parameters, transport_and_format_put,
  transport_and_format_patch, transport_and_format_client_owned_object_push

  Background:
    Given the partner is registered with the target

  Rule: The interface takes GET, PUT and PATCH, and no other method

    @TOK-014
    Scenario: A new Token is taken by PUT
      When the partner pushes a Token with PUT
      Then the response is successful

    @TOK-014
    Scenario: A change of a Token is taken by PATCH
      Given the partner has pushed a Token
      When the partner pushes the invalidation of the Token with PATCH
      Then the response is successful

    @TOK-014
    Scenario: A Token that was pushed is read by GET
      Given the partner has pushed a Token
      When the partner sends GET to the Token
      Then the response is successful

    @TOK-015
    Scenario: A new Token is not taken by POST
      When the partner pushes a Token with POST
      Then the response does not succeed

    @TOK-015
    Scenario: A DELETE of a Token does not succeed
      Given the partner has pushed a Token
      When the partner sends DELETE to the Token
      Then the response does not succeed

    @TOK-028
    Scenario: A DELETE leaves the Token as it was
      Given the partner has pushed a Token
      When the partner sends DELETE to the Token
      Then the target's copy of the Token is as before

    @TOK-082
    Scenario: A Token that was never pushed is not found
      When the partner sends GET to an unknown Token
      Then the response reports that nothing is there

  Rule: A Token is kept as it was pushed last

    @TRN-065
    Scenario: A PUT creates a Token that was unknown
      When the partner pushes a Token with PUT
      Then the response is successful
      And the target's copy of the Token has the pushed id

    @TOK-020
    Scenario Outline: The copy of <thing> says what was pushed
      When the partner pushes <thing> with PUT
      Then the target's copy of the Token equals what was pushed

      Examples: New Tokens
        | thing            |
        | a Token          |
        | a complete Token |
        | a Token of an app |

    @TOK-021
    Scenario: A Token is replaced by the Token that is pushed
      Given the partner has pushed a Token
      When the partner pushes the Token with another issuer with PUT
      Then the target's copy of the Token equals what was pushed

    @TRN-055
    Scenario Outline: An optional field that <thing> leaves out is gone
      Given the partner has pushed a complete Token
      When the partner pushes <thing> with PUT
      Then the target's copy of the Token has nothing that was left out

      Examples: Replacements with less than before
        | thing                               |
        | the Token without its visual_number |
        | the Token without its language      |
        | the Token without its group_id      |

    @TOK-023
    Scenario: A Token with another party_id than its URL is not taken
      When the partner pushes a Token with another party_id than its URL with PUT
      Then the response does not succeed

  Rule: A PATCH changes what it names and says when that was

    @TOK-025
    Scenario: The copy of a Token shows that it is no longer valid
      Given the partner has pushed a complete Token
      When the partner pushes the invalidation of the Token with PATCH
      Then the target's copy of the Token shows the change

    @TOK-025 @TRN-058
    Scenario: All of a Token beside the change stays
      Given the partner has pushed a complete Token
      When the partner pushes the invalidation of the Token with PATCH
      Then the target's copy of the Token is otherwise as before

    @TOK-027
    Scenario: A change without last_updated is refused
      Given the partner has pushed a complete Token
      When the partner pushes the invalidation of the Token without last_updated with PATCH
      Then the response is refused as invalid
      And the target's copy of the Token is as before

    @TOK-065
    Scenario: A change without last_updated is taken
      Given the partner has pushed a complete Token
      When the partner pushes the invalidation of the Token without last_updated with PATCH
      Then the response is successful
      And the target's copy of the Token shows the change

  Rule: Tokens of one uid are told apart by their type

    @TOK-017
    Scenario: A Token of another type is taken with its type
      When the partner pushes a Token of an app with PUT
      Then the response takes the type that the URL names

    @TOK-017
    Scenario: A change with a type reaches the Token of that type
      Given the partner has pushed a Token
      And the partner has pushed the same Token of an app
      When the partner pushes the invalidation of the Token with PATCH
      Then the response is successful

    @TOK-017
    Scenario: The type in a URL selects the Token of that type
      Given the partner has pushed a Token of an app
      And the partner has pushed the same Token as RFID
      When the partner sends GET to the Token with the parameters
        | type | APP_USER |
      Then the response is the Token of the type that the URL names

    @TOK-018
    Scenario: Without a type in the URL the RFID Token is meant
      Given the partner has pushed a Token
      And the partner has pushed the same Token of an app
      When the partner sends GET to an untyped Token
      Then the response is the Token of the type that the URL names

    @TOK-018
    Scenario: A Token that was pushed as RFID is found without a type
      Given the partner has pushed a Token with its type in the URL
      When the partner sends GET to an untyped Token
      Then the response is the Token of the type that the URL names

    @TOK-019
    Scenario: A change of one Token leaves the other one of its uid alone
      Given the partner has pushed a Token of an app
      And the partner has pushed the same Token as RFID
      When the partner pushes the invalidation of the Token of the app with PATCH
      Then the response is about a known object
      And the target's copy of the Token is as before

  Rule: Every owner has Tokens of its own

    @TRN-063 @credentials
    Scenario: Two Tokens of one uid are kept apart by their owner
      Given the partner acts for a second party
      And the partner has pushed a Token
      And the partner has pushed the same Token of the second party
      When the partner pushes another issuer of the first party's Token with PATCH
      Then the response is about a known object
      And the target's copy of the Token is as before
