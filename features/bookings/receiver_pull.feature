@emsp @hub @nsp @nap @other @writes
Feature: Bookings that the target fetches
  A Receiver can read the lists of the CPO instead of waiting for pushes; what
  they leave out is no longer valid.

  Spec: mod_bookings_get_booking_locations, mod_bookings_get_bookings

  Background:
    Given the partner is registered with the target

  Rule: A complete list replaces what was known before

    @BOO-012
    Scenario: A BookingLocation that the list does not hold is forgotten
      Given the partner has pushed a BookingLocation
      And the target shows the BookingLocation
      And the target has pulled a list without the BookingLocation
      When the partner sends GET to the BookingLocation
      Then the response does not succeed

    @BOO-016
    Scenario: A Booking that the list does not hold is forgotten
      Given the partner has pushed a Booking
      And the target shows the Booking
      And the target has pulled a list without the Booking
      When the partner sends GET to the Booking
      Then the response does not succeed
