Feature: Credentials and their tokens over the whole run
  What holds for every Credentials object that the target sent and for every
  request that it made, whatever the scenario was about.

  Spec: credentials_credentials_object, credentials_delete_method,
  transport_and_format_authorization_header

  Rule: Every Credentials object has its form

    @CRD-055
    Scenario: Every Credentials object is valid
      When the run has ended
      Then every Credentials of the target is valid

    @CRD-036 @CRD-052
    Scenario: Every token consists of printable characters
      When the run has ended
      Then every Credentials of the target has a printable token

    @CRD-039
    Scenario: Every role is unique in its Credentials
      When the run has ended
      Then every Credentials of the target has each role once

    @CRD-056
    Scenario: Every role has a country of two letters
      When the run has ended
      Then every Credentials of the target has two-letter country codes

    @CRD-051
    Scenario: No role is that of a hub where there is no such role
      Given the partner is registered with the target
      When the run has ended
      Then every Credentials of the target names no role HUB

    @CRD-048
    Scenario: A platform of one party names it at the top level
      Given the partner is registered with the target
      When the run has ended
      Then every Credentials of the target names one party at the top level

  Rule: Every request carries a token that is in force

    @TRN-005
    Scenario: Every token travels in Base64
      When the run has ended
      Then every request of the target carries its token in Base64

    @CRD-008 @cpo
    Scenario: A CPO pushes with a token that it was given
      Given the partner is registered with the target
      And the target has been made to create a Location
      When the run has ended
      Then every request of the target carries a token that was given to the target

    @CRD-008 @emsp
    Scenario: An eMSP pushes with a token that it was given
      Given the partner is registered with the target
      And the target has been made to create a Token
      When the run has ended
      Then every request of the target carries a token that was given to the target

    @CRD-025 @credentials
    Scenario: No request follows the end of a registration
      Given the partner has unregistered from the target
      When the run has ended
      Then the registration rests after its end
