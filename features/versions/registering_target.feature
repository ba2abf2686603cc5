@credentials
Feature: A target that reads versions and details
  A target that registers with the partner finds its way by the partner's
  versions list and version details alone.

  Spec: credentials_registration, version_information_endpoint_endpoint_class

  Rule: The latest version in common is used

    @VER-024
    Scenario: The target registers in the latest version in common
      Given the target is invited to register
      And the partner offers an older version too
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time
      And every request of the target leads to the latest version that the partner offers

  Rule: The role of a credentials endpoint has no function

    @VER-014
    Scenario: The target registers whatever role the credentials endpoint has
      Given the target is invited to register
      And the partner answers requests for version details with the credentials endpoint as RECEIVER
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time

  Rule: What the target does not know does not stand in its way

    @VER-020 @VER-032
    Scenario Outline: The target registers with a partner that lists <thing>
      Given the target is invited to register
      And the partner answers requests for <place> with <thing>
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time

      Examples: Entries that no edition defines
        | thing             | place           |
        | a further version | versions        |
        | a further module  | version details |

    @TRN-089
    Scenario Outline: Undefined fields in <place> do not keep the target from registering
      Given the target is invited to register
      And the partner answers requests for <place> with undefined fields
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time

      Examples: What is read before the registration
        | place           |
        | versions        |
        | version details |

    @TRN-089 @flow @cpo
    Scenario: A CPO goes on after Credentials with undefined fields
      Given the partner is registered with the target
      And the target has been made to create a Location
      And the target is invited to register
      And the partner answers requests for credentials with undefined fields
      When the operator has the target register with the partner
      And the operator has the target create a Location
      Then the target sends PUT to the partner's locations interface in time

    @TRN-089 @flow @emsp
    Scenario: An eMSP goes on after Credentials with undefined fields
      Given the partner is registered with the target
      And the target has been made to pull the Location list
      And the target is invited to register
      And the partner answers requests for credentials with undefined fields
      When the operator has the target register with the partner
      And the operator has the target pull the Location list
      Then the target sends GET to the partner's locations interface in time

  Rule: A change of endpoints can be announced

    @VER-021
    Scenario: A target that changes announces itself by PUT
      Given the partner is registered with the target
      When the operator has the target update its credentials
      Then the target sends PUT to the partner's credentials endpoint in time
