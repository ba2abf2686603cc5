@emsp
Feature: Tokens that the target pushes
  An eMSP tells CPOs of new Tokens, of changes, and of Tokens that are no longer
  valid. One that only lets its list be pulled is advised to push.

  Spec: mod_tokens_push_model, mod_tokens_interfaces_and_endpoints, mod_tokens_put_method,
  mod_tokens_patch_method

  Background:
    Given the partner is registered with the target

  Rule: New Tokens and changes are pushed

    @TOK-001
    Scenario: A Token reaches the CPO by push
      When the operator has the target create a Token
      Then the target sends PUT or PATCH or POST to the partner's tokens interface in time

    @TOK-002
    Scenario: A new Token is pushed by PUT
      Given the target has been made to create a Token
      When the operator has the target create a Token
      Then the target sends PUT to the partner's tokens interface in time

    @TOK-003
    Scenario: A change of a Token is pushed by PUT or PATCH
      Given the target has been made to create a Token
      When the operator has the target change a Token
      Then the target sends PUT or PATCH to the partner's tokens interface in time

    @TOK-071 @flow
    Scenario: An EMAID Token is not pushed
      When the operator has the target create an EMAID Token
      And the operator has the target create a Token
      Then every push of the target is of another Token than an EMAID

  Rule: A Token that ends is made invalid, not deleted

    @TOK-004
    Scenario: A Token that is blocked is pushed as not valid
      Given the target has been made to create a Token
      When the operator has the target invalidate a Token
      Then the target sends PUT or PATCH with a Token that is not valid to the partner's tokens interface in time

    @TOK-073
    Scenario: A Token that is blocked is not deleted
      Given the target has been made to create a Token
      When the operator has the target invalidate a Token
      Then every request of the target about a Token deletes none

  Rule: An eMSP that is not sure looks at what the CPO has

    @TOK-005
    Scenario: After a change that failed the target reads the Token
      Given the target has been made to create a Token
      And the partner answers requests for Token objects with HTTP status 404
      When the operator has the target change a Token
      Then the target sends GET to the partner's tokens interface in time

  Rule: A Token has one place, and a push says all that it must

    @TOK-016 @flow
    Scenario: Requests for a Token name its owner and its uid
      Given the target has been made to create a Token
      When the operator has the target change a Token
      And the run has ended
      Then every request of the target for a Token goes to the URL of its owner and uid

    @TOK-022
    Scenario: A Token is pushed under the owner it names
      When the operator has the target create a Token
      Then every request of the target with a whole Token names its owner in the URL

    @TOK-081
    Scenario: A Token is pushed under the uid it has
      When the operator has the target create a Token
      Then every request of the target with a whole Token names its uid in the URL

    @TOK-024
    Scenario: A Token of another type is pushed with its type
      When the operator has the target create a Token of an app
      Then every request of the target with a whole Token names its type in the URL

    @TOK-026
    Scenario: A change of a Token says when it was
      Given the target has been made to create a Token
      When the operator has the target change a Token
      Then every request of the target with a change of a Token holds last_updated
