@receiver @credentials
Feature: The end of a registration
  A registered client sends DELETE: its token is worth nothing from then on and
  both parties leave each other alone.

  Spec: credentials_delete_method, transport_and_format_authorization_header

  Rule: DELETE ends a registration

    @CRD-002
    Scenario: The target serves DELETE of the Credentials
      Given the partner is registered with the target
      When the partner sends its credentials with DELETE
      Then the response is served

    @CRD-024 @cpo
    Scenario: The token of a client that has left opens no list of Locations
      Given the partner has unregistered from the target
      When the partner sends GET to the locations sender interface
      Then the response does not succeed

    @CRD-024 @emsp
    Scenario: The token of a client that has left opens no list of Tokens
      Given the partner has unregistered from the target
      When the partner sends GET to the tokens sender interface
      Then the response does not succeed

    @CRD-024 @ptp
    Scenario: The token of a client that has left opens no list of Terminals
      Given the partner has unregistered from the target
      When the partner sends GET to the terminals sender interface
      Then the response does not succeed

    @CRD-024
    Scenario: The token of a client that has left opens no Credentials
      Given the partner has unregistered from the target
      When the partner sends GET to the credentials endpoint
      Then the response does not succeed

    @CRD-025 @cpo
    Scenario: The target pushes nothing to a client that has left
      Given the partner has unregistered from the target
      When the operator has the target create a Location
      Then the target sends nothing to the partner

    @CRD-025 @emsp @ptp
    Scenario: The target pulls nothing from a client that has left
      Given the partner has unregistered from the target
      When the operator has the target pull the Location list
      Then the target sends nothing to the partner

  Rule: A client that has left can come back

    @CRD-026
    Scenario: A client registers again with another CREDENTIALS_TOKEN_A
      Given the partner has unregistered from the target
      And the partner is not registered with the target
      When the partner sends its credentials with POST
      Then the response is successful

  Rule: A token belongs to one registration

    @TRN-009
    Scenario: A second party is given a token of its own
      Given the partner is registered with the target
      When a second party of the partner registers with the target
      Then the registration gives a token that no other party has
