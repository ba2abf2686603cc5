@receiver @writes @cpo @hub @other
Feature: Types in Tokens that a Receiver takes
  The texts and the empty fields of a pushed Token mean the same in every form
  that the types and cardinalities allow.

  Spec: types_string_type, terminology_cardinality, mod_tokens_token_object

  Background:
    Given the partner is registered with the target
    And the partner has pushed a Token

  Rule: A string keeps its text

    @TYP-004
    Scenario: Text beyond ASCII in a Token comes back as it was pushed
      When the partner pushes a Token with text beyond ASCII with PUT
      Then the target's copy of the Token keeps its text unchanged

  Rule: An open enum may hold a value of its sender

    @TYP-027
    Scenario: A Token with a type of its own is taken
      When the partner pushes a Token with a type of its own with PUT
      Then the response is successful
      And the target's copy of the Token keeps the values that no open enum lists

  Rule: An optional field may be left out or null

    @TYP-014
    Scenario: A Token with null in its optional fields is taken
      When the partner pushes a Token with null in its optional fields with PUT
      Then the response is successful

    @TYP-014
    Scenario: A field of a Token that was null comes back without a value
      When the partner pushes a Token with null in its optional fields with PUT
      Then the target's copy of the Token has no value where null was pushed
