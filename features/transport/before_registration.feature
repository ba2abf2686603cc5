Feature: A registration token and the other modules
  CREDENTIALS_TOKEN_A opens the way to a registration and to nothing else.

  Spec: transport_and_format_authorization_header, credentials_registration

  Rule: A registration token is good for versions and credentials only

    @TRN-014
    Scenario: A registration token opens no other module
      Given the partner is not registered with the target
      When the partner calls every advertised endpoint but credentials authorized with CREDENTIALS_TOKEN_A
      Then the answers are refused as unauthorized
