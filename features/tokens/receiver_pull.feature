@receiver @cpo @hub @other
Feature: The Token list that the target fetches
  A CPO that starts up, or is not sure what it knows, reads the whole list of an
  eMSP, and takes it for the truth.

  Spec: mod_tokens_pull_model, mod_tokens_msp_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The eMSP's list is there for who wants to be sure

    @TOK-080
    Scenario: The target reads the whole list of the partner
      When the operator has the target pull the Token list
      Then the target sends GET to the partner's tokens interface in time

  Rule: What the list holds is what there is

    @TOK-006 @writes
    Scenario: A Token that is new in the list is added
      Given the target has pulled a list that holds a Token
      When the partner sends GET to the Token
      Then the target's copy of the Token equals what was pushed

    @TOK-006 @writes
    Scenario: A Token that is known is updated from the list
      Given the partner has pushed a Token
      And the target has pulled a list that holds the Token with another issuer
      When the partner sends GET to the Token
      Then the target's copy of the Token equals what was pushed

    @TOK-035 @writes
    Scenario: A field that the list does not hold is forgotten
      Given the partner has pushed a complete Token
      And the target has pulled a list that holds the Token without its language
      When the partner sends GET to the Token
      Then the target's copy of the Token has nothing that was left out

    @TOK-036 @writes
    Scenario: A Token that is listed as invalid is known as invalid
      Given the target has pulled a list that holds a Token
      When the partner sends GET to the Token
      Then the response shows no valid Token
