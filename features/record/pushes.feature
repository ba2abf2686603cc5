Feature: All pushes of a run
  Whatever the target pushed to the partner in the run stands at the right URL
  and holds what its method asks for.

  Spec: transport_and_format_client_owned_object_push, transport_and_format_put,
  transport_and_format_patch, mod_locations_request_parameters_msp,
  mod_locations_example_add_an_evse, mod_locations_patch_method

  Background:
    Given the partner is registered with the target

  Rule: A push goes to the URL of its object

    @TRN-061 @cpo @emsp
    Scenario: A push is addressed by owner and object
      Given the target has pushed a change
      When the run has ended
      Then every push of the target is addressed by its owner and its ids

    @TRN-062 @cpo @emsp
    Scenario: The owner in a push URL is a role of the target
      Given the target has pushed a change
      When the run has ended
      Then every object of the target is pushed under a role of the target

    @LOC-035 @cpo
    Scenario: A push stands at the level of its object
      Given the target has pushed a change
      When the run has ended
      Then every push of the target stands at the URL of its own class

    @LOC-044 @cpo
    Scenario: A Location is pushed under the owner it names
      Given the target has pushed a new Location
      When the run has ended
      Then every push of the target of a whole Location goes to the URL of its owner

    @LOC-124 @cpo
    Scenario: A whole object is pushed under its own id
      Given the target has pushed a whole object
      When the run has ended
      Then every push of the target of a whole object carries the id of its URL

  Rule: PUT sends whole objects, PATCH what has changed

    @TRN-054 @cpo @emsp
    Scenario: A PUT holds all required fields
      Given the target has pushed a whole object
      When the run has ended
      Then every push of the target by PUT holds all required fields

    @LOC-047 @cpo
    Scenario: A PUT of an EVSE holds all required fields
      Given the target has pushed a whole EVSE
      When the run has ended
      Then every push of the target of a whole EVSE holds all required fields

    @TRN-057 @cpo @emsp
    Scenario: A PATCH is a valid part of an object
      Given the target has pushed a partial object
      When the run has ended
      Then every push of the target by PATCH is a valid part of an object

    @LOC-051 @cpo
    Scenario: A PATCH tells when the change was
      Given the target has pushed a partial object
      When the run has ended
      Then every push of the target by PATCH holds last_updated

    @LOC-004 @cpo
    Scenario: A PATCH holds nothing but changes
      Given the partner has read the locations list
      And the target has pushed a partial object
      When the run has ended
      Then every object of the target is pushed by PATCH with its changes only
