@receiver
Feature: Before registration
  What the target lets a partner do that holds CREDENTIALS_TOKEN_A and nothing
  else. None of these scenarios spends the token when the target refuses as it has to.

  Spec: credentials_registration, credentials_credentials_endpoint,
  transport_and_format_authorization_header

  Background:
    Given the partner is not registered with the target

  Rule: CREDENTIALS_TOKEN_A opens the way to a registration

    @CRD-053
    Scenario Outline: CREDENTIALS_TOKEN_A is accepted by <place>
      When the partner sends GET to <place> authorized with CREDENTIALS_TOKEN_A
      Then the response is not refused as unauthorized

      Examples: What a registration begins with
        | place                        |
        | the versions endpoint        |
        | the version details endpoint |

    @TRN-006
    Scenario: CREDENTIALS_TOKEN_A is decoded from Base64
      When the partner sends GET to the versions endpoint authorized with CREDENTIALS_TOKEN_A
      Then the response is not refused as unauthorized

    @TRN-085
    Scenario: CREDENTIALS_TOKEN_A is recognised as it is
      When the partner sends GET to the versions endpoint authorized with CREDENTIALS_TOKEN_A
      Then the response is not refused as unauthorized

    @TRN-007
    Scenario Outline: CREDENTIALS_TOKEN_A has one form, not <form>
      When the partner sends GET to the versions endpoint authorized with <form>
      Then the response does not take the token

      Examples: Forms of older versions and of known mistakes
        | form                      |
        | the token as it is        |
        | the token and a line feed |
        | the token encoded twice   |

    # What a GET means before there are credentials is not defined.
    @CRD-028
    Scenario: Credentials are asked for before they exist
      When the partner sends GET to the credentials endpoint
      Then the response has one of the HTTP statuses 200, 401, 405

  Rule: Only a registered client updates or ends its registration

    @CRD-015 @credentials
    Scenario: An update without a registration is refused
      When the partner sends its credentials with PUT
      Then the response has HTTP status 405

    @CRD-016 @credentials
    Scenario: The end of a registration that does not exist is refused
      When the partner sends its credentials with DELETE
      Then the response has HTTP status 405

  Rule: Incomplete credentials lead to no registration

    @CRD-047 @credentials
    Scenario Outline: Credentials without <field> lead to no registration
      When the partner sends credentials without <field> with POST
      Then the response refuses the credentials

      Examples: What a registration cannot do without
        | field |
        | token |
        | url   |

    @CRD-047 @credentials
    Scenario: Credentials without roles are better refused
      When the partner sends credentials without roles with POST
      Then the response preferably refuses the credentials
