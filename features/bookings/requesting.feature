@emsp @writes
Feature: Bookings that the target requests
  An eMSP asks for a timeslot that it knows of; to change or to cancel what it
  has booked it asks once more.

  Spec: mod_bookings_flow_and_lifecycle, mod_bookings_cpo_post_booking_method,
  mod_bookings_request_class

  Background:
    Given the partner is registered with the target
    And the partner has pushed a BookingLocation

  Rule: A request is a BookingRequest of the eMSP for what it was shown

    @BOO-061
    Scenario: The body of a request is a BookingRequest
      When the operator has the target request a Booking
      Then every request of the target for a Booking is a BookingRequest

    @BOO-053 @flow
    Scenario: A request names its eMSP
      When the operator has the target request a Booking
      And the run has ended
      Then every BookingRequest of the target keeps BOO-053

    @BOO-050
    Scenario: What is booked was published before
      When the operator has the target request a Booking
      Then every booking request of the target is for a BookingLocation that was published

  Rule: Edits are requests with the same request_id

    @BOO-025
    Scenario: A change has the request_id of the Booking
      Given the target has been made to request a Booking
      When the operator has the target request a change of the Booking
      Then every booking request of the target for an edit has the request_id of the first one

    @BOO-030
    Scenario: A cancellation is a request that says so
      Given the target has been made to request a Booking
      When the operator has the target request the cancellation of the Booking
      Then every booking request of the target that cancels says so

    @BOO-031 @flow
    Scenario: The reason of a cancellation fits the eMSP
      Given the target has been made to request a Booking
      When the operator has the target request the cancellation of the Booking
      And the run has ended
      Then every BookingRequest of the target keeps BOO-031
