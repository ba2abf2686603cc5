@credentials
Feature: A change of the version
  Two platforms that are connected in one version go over to another one: a PUT
  to the credentials endpoint of that version takes the connection there. Each scenario
  has a registration of its own, which ends with it.

  Spec: credentials_updating_to_a_newer_version, credentials_put_method

  Rule: A PUT to another version takes the connection there

    @CRD-021 @receiver @flow @cpo
    Scenario: The target pushes in the version of the update
      Given the partner is registered and speaks another version too
      When the partner sends credentials of the other version with PUT
      And the operator has the target create a Location
      Then the registration is carried on in the version of the update

    @CRD-021 @receiver @flow @emsp
    Scenario: The target pulls in the version of the update
      Given the partner is registered and speaks another version too
      When the partner sends credentials of the other version with PUT
      And the operator has the target pull the Location list
      Then the registration is carried on in the version of the update

  Rule: A move to a newer version is an update of the registration

    @CRD-046 @sender
    Scenario: The target moves to a newer version by PUT
      Given the partner is registered and speaks a newer version too
      When the operator has the target move to the newer version
      Then the target sends PUT to the partner's credentials endpoint in time
      And the registration is moved to the newer version
