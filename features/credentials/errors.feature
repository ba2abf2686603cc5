@receiver @credentials
Feature: Errors during registration
  The partner cannot be used as it is: the target says so in its answer to the
  POST, and nobody is registered.

  Spec: credentials_errors_during_registration, credentials_required_endpoints_not_available,
  status_codes_3xxx_server_errors

  Background:
    Given the partner is not registered with the target

  Rule: A partner that cannot be looked up is reported

    @CRD-029
    Scenario Outline: The target reports <place> answered with <answer>
      Given the partner answers requests for <place> with <answer>
      When the partner sends its credentials with POST
      Then the registration is answered with OCPI status 3001

      Examples: What goes wrong when the target connects back
        | place           | answer              |
        | versions        | HTTP status 500     |
        | versions        | invalid JSON        |
        | versions        | a closed connection |
        | versions        | HTTP status 401     |
        | version details | OCPI status 3000    |
        | version details | HTTP status 404     |
        | version details | invalid JSON        |

    @CRD-032
    Scenario: The target reports a version that the partner does not have
      Given the partner answers requests for versions with another version only
      When the partner sends its credentials with POST
      Then the registration is answered with OCPI status 3002

  Rule: A platform can insist on endpoints of the other one

    @CRD-030
    Scenario: The target reports endpoints that the partner lacks
      Given the partner answers requests for version details with the credentials endpoint only
      When the partner sends its credentials with POST
      Then the registration is answered with OCPI status 3003

  Rule: A registration that failed can be tried again

    @CRD-033
    Scenario: CREDENTIALS_TOKEN_A serves for a second attempt
      Given a registration of the partner has failed
      When the partner sends its credentials with POST
      Then the response is successful
