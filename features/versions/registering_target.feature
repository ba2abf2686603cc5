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

    @VER-020
    Scenario Outline: The target registers with a partner that lists <thing>
      Given the target is invited to register
      And the partner answers requests for <place> with <thing>
      When the operator has the target register with the partner
      Then the target sends POST to the partner's credentials endpoint in time

      Examples: Entries that no edition defines
        | thing             | place           |
        | a further version | versions        |
        | a further module  | version details |

  Rule: A change of endpoints can be announced

    @VER-021
    Scenario: A target that changes announces itself by PUT
      Given the partner is registered with the target
      When the operator has the target update its credentials
      Then the target sends PUT to the partner's credentials endpoint in time
