@receiver
Feature: A registration begun by the partner
  The partner is the Sender: it holds CREDENTIALS_TOKEN_A, hands over
  CREDENTIALS_TOKEN_B and is given CREDENTIALS_TOKEN_C. One registration serves all
  scenarios that look at it.

  Spec: credentials_registration, credentials_post_method, credentials_credentials_object,
  transport_and_format_authorization_header

  Rule: A POST of Credentials registers the partner

    @CRD-002
    Scenario: The target takes the partner's Credentials
      When the partner registers with the target
      Then the registration is taken

    @CRD-053
    Scenario: CREDENTIALS_TOKEN_A authorizes the registration
      When the partner registers with the target
      Then the registration is not refused as unauthorized

    @CRD-009
    Scenario: The target looks the partner up before it answers
      When the partner registers with the target
      Then the registration is looked up before it is answered

    @CRD-008
    Scenario: The target uses CREDENTIALS_TOKEN_B from then on
      When the partner registers with the target
      Then the registration is carried on with CREDENTIALS_TOKEN_B

    @TRN-005
    Scenario: The target sends its token in Base64
      When the partner registers with the target
      Then the registration is used with tokens in Base64

    @TRN-084
    Scenario: The target sends its token as it is
      When the partner registers with the target
      Then the registration is used with tokens as they are

  Rule: The answer holds the Credentials with which the partner accesses the target

    @CRD-010
    Scenario: CREDENTIALS_TOKEN_C is a new token
      When the partner registers with the target
      Then the registration gives a new token

    @CRD-011
    Scenario: The answer names the parties of the target
      When the partner registers with the target
      Then the registration gives business details

    @CRD-055
    Scenario: The answer is a valid Credentials object
      When the partner registers with the target
      Then the registration gives valid Credentials

    @CRD-036 @CRD-052
    Scenario: CREDENTIALS_TOKEN_C consists of printable characters
      When the partner registers with the target
      Then the registration gives a printable token

    @CRD-039
    Scenario: Each role is unique in the answer
      When the partner registers with the target
      Then the registration gives each role once

    @CRD-056
    Scenario: Each role has a country of two letters in the answer
      When the partner registers with the target
      Then the registration gives two-letter country codes

    @CRD-038
    Scenario: The url of the answer leads to the versions of the target
      Given the partner is registered with the target
      When the partner sends GET to the versions endpoint of its Credentials
      Then the response lists the version in use

  Rule: CREDENTIALS_TOKEN_C replaces CREDENTIALS_TOKEN_A

    @CRD-013 @flow
    Scenario: CREDENTIALS_TOKEN_A is worth nothing after the registration
      When the partner registers with the target
      And the partner sends GET to the versions endpoint authorized with the replaced CREDENTIALS_TOKEN_A
      Then the response is refused as unauthorized

    @TRN-006
    Scenario: CREDENTIALS_TOKEN_C is decoded from Base64
      Given the partner is registered with the target
      When the partner sends GET to the versions endpoint authorized with CREDENTIALS_TOKEN_C
      Then the response is not refused as unauthorized

    @TRN-085
    Scenario: CREDENTIALS_TOKEN_C is recognised as it is
      Given the partner is registered with the target
      When the partner sends GET to the versions endpoint authorized with CREDENTIALS_TOKEN_C
      Then the response is not refused as unauthorized

    @TRN-011
    Scenario: CREDENTIALS_TOKEN_B opens nothing at the target
      Given the partner is registered with the target
      When the partner sends GET to the versions endpoint authorized with CREDENTIALS_TOKEN_B
      Then the response is refused as unauthorized

  Rule: A registered client has its Credentials and cannot register again

    @CRD-002
    Scenario: The target serves GET of the Credentials
      Given the partner is registered with the target
      When the partner sends GET to the credentials endpoint
      Then the response is served

    @CRD-027
    Scenario: The Credentials of the target can be read
      Given the partner is registered with the target
      When the partner sends GET to the credentials endpoint
      Then the response is a valid Credentials
      And the response holds business details
      And the response holds the token of this connection

    @CRD-027 @flow
    Scenario: The url of the Credentials leads to the versions of the target
      Given the partner is registered with the target
      When the partner sends GET to the credentials endpoint
      And the partner sends GET to the versions endpoint of its Credentials
      Then the response lists the version in use

    @CRD-003 @credentials
    Scenario: PATCH is not part of the credentials module
      Given the partner is registered with the target
      When the partner sends PATCH to the credentials endpoint with credentials without token
      Then the response does not succeed

    @CRD-014 @credentials
    Scenario: A second registration is refused
      Given the partner is registered with the target
      When the partner sends its credentials with POST
      Then the response has HTTP status 405

    @CRD-014 @credentials @flow
    Scenario: A second registration leaves the first one as it is
      Given the partner is registered with the target
      When the partner sends its credentials with POST
      And the partner sends GET to the versions endpoint
      Then the response is not refused as unauthorized
