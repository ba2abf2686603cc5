@sender @credentials
Feature: The target registers with the partner
  The target is the Sender: the partner has given it a CREDENTIALS_TOKEN_A, takes
  its Credentials and gives it CREDENTIALS_TOKEN_C.

  Spec: credentials_registration, credentials_interfaces_and_endpoints, credentials_put_method,
  credentials_required_endpoints_not_available

  Rule: Either side can begin a registration

    @CRD-001 @CRD-057
    Scenario: The target begins a registration
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time

    @CRD-006
    Scenario: The target begins with CREDENTIALS_TOKEN_A
      When the operator has the target register with the partner
      Then the registration is begun with CREDENTIALS_TOKEN_A

    @CRD-007
    Scenario: CREDENTIALS_TOKEN_B is a new token
      When the operator has the target register with the partner
      Then the registration gives a new token

    @CRD-055
    Scenario: The target sends a valid Credentials object
      When the operator has the target register with the partner
      Then the registration gives valid Credentials

    @TRN-005
    Scenario: The target sends the token of the partner in Base64
      When the operator has the target register with the partner
      Then the registration is used with tokens in Base64

    @TRN-084
    Scenario: The target sends the token of the partner as it is
      When the operator has the target register with the partner
      Then the registration is used with tokens as they are

    @CRD-038 @flow
    Scenario: The url of the target's Credentials leads to its versions
      When the operator has the target register with the partner
      And the partner sends GET to the versions endpoint of its Credentials
      Then the response lists the version in use

  Rule: The Sender uses CREDENTIALS_TOKEN_C from then on

    @CRD-012 @flow @cpo
    Scenario: The target pushes with CREDENTIALS_TOKEN_C
      When the operator has the target register with the partner
      And the operator has the target create a Location
      Then the registration is carried on with CREDENTIALS_TOKEN_C

    @CRD-012 @flow @emsp @ptp
    Scenario: The target pulls with CREDENTIALS_TOKEN_C
      When the operator has the target register with the partner
      And the operator has the target pull the Location list
      Then the registration is carried on with CREDENTIALS_TOKEN_C

  Rule: Either side can update its Credentials

    @CRD-023
    Scenario: The target updates its Credentials
      Given the partner is registered with the target
      When the operator has the target update its credentials
      Then the target sends PUT to the partner's credentials endpoint in time

    @CRD-054 @flow @cpo
    Scenario: The target pushes with the token of the answer to its update
      Given the partner is registered with the target
      When the operator has the target update its credentials
      And the operator has the target create a Location
      Then the registration is carried on with the token of the answer

    @CRD-054 @flow @emsp @ptp
    Scenario: The target pulls with the token of the answer to its update
      Given the partner is registered with the target
      When the operator has the target update its credentials
      And the operator has the target pull the Location list
      Then the registration is carried on with the token of the answer

  Rule: Either side can end a registration

    @CRD-025 @cpo
    Scenario: The target pushes nothing after it has left the partner
      Given the partner is registered with the target
      And the target has been made to unregister from the partner
      When the operator has the target create a Location
      Then the target sends nothing to the partner

    @CRD-025 @emsp @ptp
    Scenario: The target pulls nothing after it has left the partner
      Given the partner is registered with the target
      And the target has been made to unregister from the partner
      When the operator has the target pull the Location list
      Then the target sends nothing to the partner

  Rule: The Sender does not register where it cannot work

    @CRD-031
    Scenario: The target leaves a partner alone that lacks its endpoints
      Given the target is invited to register
      And the partner answers requests for version details with the credentials endpoint only
      When the operator has the target register with the partner
      Then every request of the target leads to no registration
