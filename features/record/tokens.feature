@emsp @sender
Feature: All Tokens of a run
  Whatever Token the target showed in the run, in a list or in a push, follows
  the rules of its class.

  Spec: mod_tokens_token_object, mod_tokens_tokentype_enum

  Background:
    Given the partner is registered with the target
    And the partner has read the tokens list

  Rule: A list holds whole Tokens with owners of their own

    @TOK-034
    Scenario: A listed Token has the form of its class
      When the run has ended
      Then every Token of the target keeps TOK-034

    @TOK-056
    Scenario: No two Tokens of a type share a uid
      When the run has ended
      Then every Token of the target keeps TOK-056

    @TOK-060
    Scenario: The owner of a Token is a party of the target
      When the run has ended
      Then every Token of the target keeps TOK-060

  Rule: The fields of a Token can be used by charge points

    @TOK-057
    Scenario: A group_id fits into OCPP 1.6
      When the run has ended
      Then every Token of the target keeps TOK-057

    @TOK-058
    Scenario: A contract_id is an eMA ID
      When the run has ended
      Then every Token of the target keeps TOK-058

    @TOK-059
    Scenario: The language of a Token is an ISO code
      When the run has ended
      Then every Token of the target keeps TOK-059

    @TOK-062
    Scenario: A Token of an app is on no whitelist
      When the run has ended
      Then every Token of the target keeps TOK-062

  Rule: A Token that changes says so

    @TOK-083 @flow
    Scenario: A Token that changed has a later last_updated
      When the partner follows the tokens list to its end
      And the run has ended
      Then every Token of the target keeps TOK-083
