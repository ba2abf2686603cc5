@cpo @sender
Feature: All BookingLocations and Bookings of a run
  Whatever the target showed in the run of what can be booked and was booked
  follows the rules of its class.

  Spec: mod_bookings_bookinglocation_object, mod_bookings_calendar_object,
  mod_bookings_booking_object, mod_bookings_flow_and_lifecycle,
  mod_bookings_canceled_reason_enum, mod_tariffs_tariffrestrictions_class

  Background:
    Given the partner is registered with the target

  Rule: A list holds whole BookingLocations with owners of their own

    @BOO-011
    Scenario: A listed BookingLocation has the form of its class
      Given the partner has read the booking_locations list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-011

    @BOO-054
    Scenario: The owner of a BookingLocation is a party of the target
      Given the partner has read the booking_locations list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-054

    @BOO-032
    Scenario: A BookingLocation says what is booked there
      Given the partner has read the booking_locations list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-032

    @BOO-045
    Scenario: A BookingLocation for large vehicles has its measures
      Given the partner has read the booking_locations list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-045

    @BOO-043
    Scenario: Timeslots lie in their Calendar
      Given the partner has read the booking_locations list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-043

    @BOO-043
    Scenario: Timeslots of a Calendar by itself lie in it
      Given the target publishes at least 1 BookingLocation object
      And the target shows the Calendar
      When the run has ended
      Then every Calendar of the target keeps BOO-043

  Rule: What is booked is at a Location of the target and has its Tariffs

    @BOO-049
    Scenario: Location and Tariffs of a BookingLocation are published
      Given the partner has read the booking_locations list
      And the partner has read the whole locations list
      And the partner has read the whole tariffs list
      When the run has ended
      Then every BookingLocation of the target keeps BOO-049

    @BOO-049 @commands
    Scenario: Location and Tariffs of a Booking are published
      Given the target has pushed a Booking from request to cancellation
      And the partner has read the whole locations list
      And the partner has read the whole tariffs list
      When the run has ended
      Then every Booking of the target keeps BOO-049

    @TAR-072
    Scenario: The price of a Booking is a fee or one of time
      Given the partner has read the tariffs list
      When the run has ended
      Then every Tariff of the target keeps TAR-072

  Rule: A list holds whole Bookings with owners of their own

    @BOO-015 @commands
    Scenario: A listed Booking has the form of its class
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-015

    @BOO-054 @commands
    Scenario: The owner of a Booking is a party of the target
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-054

  Rule: A Booking goes on until it is in a final state

    @BOO-021 @commands
    Scenario: A Booking that is PENDING becomes what it can become
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-021

    @BOO-022 @commands
    Scenario: A Booking that is RESERVED becomes what it can become
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-022

    @BOO-023 @commands
    Scenario: A final state of a Booking stays
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-023

    @BOO-057 @commands
    Scenario: A Booking that is CANCELED says why and by whom
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-057

    @BOO-031 @commands
    Scenario: The reason of a cancellation fits who has canceled
      Given the target has pushed a Booking from request to cancellation
      When the run has ended
      Then every Booking of the target keeps BOO-031
