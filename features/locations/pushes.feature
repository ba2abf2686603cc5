@cpo
Feature: Locations that the target pushes
  A CPO that pushes keeps its Receivers up to date: new Locations, changes at
  every level, and EVSEs that are gone for good. One that does not push is not
  judged here.

  Spec: mod_locations_flow_and_lifecycle, mod_locations_put_method,
  mod_locations_patch_method, mod_locations_statusschedule_class

  Background:
    Given the partner is registered with the target
    And the target publishes at least 1 Location object

  Rule: What is new or changed is pushed by PUT or PATCH

    @LOC-001
    Scenario: A new Location is pushed by PUT
      Given the target has pushed a change
      When the operator has the target create a Location
      Then the target sends PUT with a whole Location to the partner's locations interface in time

    @LOC-002
    Scenario Outline: The target pushes when it is made to <act>
      Given the target has pushed a change
      When the operator has the target <act>
      Then the target sends PUT or PATCH to the partner's locations interface in time

      Examples: Changes at each level
        | act                |
        | change a Location  |
        | change a Connector |

    @LOC-002 @LOC-003
    Scenario: A new status is pushed by PUT or PATCH
      Given the target has pushed a change
      When the operator has the target change the status of an EVSE
      Then the target sends PUT or PATCH to the partner's locations interface in time

    @LOC-055
    Scenario: A status that really changes is pushed itself
      Given the target has pushed a change
      When the operator has the target change the status of an EVSE
      Then the target sends PUT or PATCH with the status of an EVSE to the partner's locations interface in time

    @LOC-005
    Scenario: An EVSE that is removed is pushed as REMOVED
      Given the target has pushed a change
      When the operator has the target remove an EVSE
      Then the target sends PUT or PATCH with the status REMOVED to the partner's locations interface in time

  Rule: A PATCH that fails is followed up

    @TRN-059
    Scenario: After a failed PATCH the target looks for the object
      Given the target has pushed a partial EVSE
      And the partner answers requests for Location objects with HTTP status 404
      When the operator has the target change the status of an EVSE
      Then the target sends GET to the partner's locations interface in time

    @TRN-060
    Scenario: An object that the partner does not have is sent whole
      Given the target has pushed a partial EVSE
      And the partner answers requests for Location objects with HTTP status 404
      And the target has pushed a request for the object after a failed PATCH
      When the operator has the target change the status of an EVSE
      Then the target sends PUT to the partner's locations interface in time
