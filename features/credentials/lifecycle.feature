@receiver @credentials
Feature: Changes of a registration
  A registered client sends its Credentials by PUT: the target fetches its
  endpoints again, uses the new token and gives a new one.

  Spec: credentials_put_method, credentials_updating_the_credentials_and_resetting_the_token,
  credentials_changing_endpoints_for_the_current_version, credentials_credentials_object

  Background:
    Given the partner is registered with the target

  Rule: A platform may have several parties

    @CRD-040
    Scenario: A role with a second party is accepted
      When the partner sends credentials with a second party with PUT
      Then the response is successful

  Rule: A PUT updates the registration on both sides

    @CRD-002
    Scenario: The target serves PUT of the Credentials
      When the partner sends its credentials with PUT
      Then the registration is taken with its update

    @CRD-017
    Scenario: The target fetches the endpoints of the partner again
      When the partner sends its credentials with PUT
      Then the registration is looked up again for the update

    @CRD-018
    Scenario: The target answers an update with a new token
      When the partner sends its credentials with PUT
      Then the registration gives a new token for the update

    @CRD-020
    Scenario: The target looks the partner up with the token of the update
      When the partner sends its credentials with PUT
      Then the registration is carried on with the token of the update

    @CRD-020 @flow @cpo
    Scenario: The target pushes with the token of the update
      When the partner sends its credentials with PUT
      And the operator has the target create a Location
      Then the registration is carried on with the token of the update

    @CRD-020 @flow @emsp @ptp
    Scenario: The target pulls with the token of the update
      When the partner sends its credentials with PUT
      And the operator has the target pull the Location list
      Then the registration is carried on with the token of the update

    @CRD-019 @flow
    Scenario: The former token stops working after an update
      When the partner sends its credentials with PUT
      And the partner sends GET to the versions endpoint authorized with the previous token
      Then the response is refused as unauthorized

    @CRD-019 @flow
    Scenario: The new token works at once after an update
      When the partner sends its credentials with PUT
      And the partner sends GET to the versions endpoint authorized with the current token
      Then the response is not refused as unauthorized

    @CRD-022 @flow @cpo
    Scenario: The target pushes to endpoints that have moved
      Given the partner has moved its locations interface
      When the partner sends its credentials with PUT
      And the operator has the target create a Location
      Then the registration is carried on at the endpoints of the update

    @CRD-022 @flow @emsp @ptp
    Scenario: The target pulls from endpoints that have moved
      Given the partner has moved its locations interface
      When the partner sends its credentials with PUT
      And the operator has the target pull the Location list
      Then the registration is carried on at the endpoints of the update

  Rule: Any printable token of up to 64 characters can be used

    @CRD-037 @TRN-005
    Scenario Outline: The target uses a token of <form>
      When the partner sends credentials with a token of <form> with PUT
      Then the registration takes any token
      And the registration is used with tokens in Base64

      Examples: Tokens that show how they are handled
        | form                          |
        | 64 characters                 |
        | the look of Base64            |
        | all of Base64 in its encoding |

    @TRN-084
    Scenario Outline: The target sends a token of <form> as it is
      When the partner sends credentials with a token of <form> with PUT
      Then the registration is used with tokens as they are

      Examples: Tokens that show how they are handled
        | form               |
        | 64 characters      |
        | the look of Base64 |
