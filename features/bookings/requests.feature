@cpo @sender @writes @commands
Feature: Requests for Bookings
  A CPO answers a request with a Booking and sends its decision later; a request
  with the same request_id changes or cancels what was booked.

  Spec: mod_bookings_flow_and_lifecycle, mod_bookings_make_request,
  mod_bookings_cpo_post_booking_method, mod_bookings_booking_terms_class

  Background:
    Given the partner is registered with the target

  Rule: A request is answered with the Booking

    @BOO-004
    Scenario: A Booking can be requested
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest
      Then the response shows that Bookings can be requested

    @BOO-019
    Scenario: The answer to a request is a Booking
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest
      Then the response holds a Booking that a request can lead to

    @BOO-055
    Scenario: The Booking has the request_id of its request
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest
      Then the response repeats the request_id

    @BOO-020
    Scenario: The decision on a Booking is pushed
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest
      Then the result is sent to the Receiver interface

  Rule: Who has booked asks for changes by the same request_id

    @BOO-024
    Scenario: A change leaves the Booking RESERVED until it is decided
      Given the target offers a Booking that is RESERVED
      When the partner sends POST to the Booking sender interface with the BookingRequest for a later period
      Then the response keeps the Booking RESERVED and lists the change as PENDING

    @BOO-026
    Scenario: A Booking lists the request for a change too
      Given the target offers a Booking that is RESERVED
      When the partner sends POST to the Booking sender interface with the BookingRequest for a later period
      Then the result lists every request that was made

    @BOO-056
    Scenario: A cancellation in time makes the Booking CANCELED
      Given the target offers a Booking that is RESERVED
      When the partner sends POST to the Booking sender interface with the BookingRequest as a cancellation
      Then the result is a Booking that is CANCELED

  Rule: What is not offered is not reserved

    @BOO-040
    Scenario: A change that comes too late is declined
      Given the target offers a RESERVED Booking that is too near to be changed
      When the partner sends POST to the Booking sender interface with the BookingRequest for a later period
      Then the result declines the change

    @BOO-041
    Scenario Outline: <request> reserves nothing
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with <request>
      Then the result reserves nothing

      Examples: Periods against the terms
        | request                           |
        | a BookingRequest that is too short |
        | a BookingRequest that is too long  |

    @BOO-042
    Scenario: A time in which nothing is available is not reserved
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest between two timeslots
      Then the result reserves nothing

    @BOO-044
    Scenario: What comes of a period in no whole increments is noted
      Given the target offers a timeslot to book
      When the partner sends POST to the Booking sender interface with a BookingRequest of no whole increments
      Then the result is noted if it is RESERVED

  Rule: What a driver makes of a Booking shows in its status

    @BOO-027
    Scenario: A Booking that was used is FULFILLED
      Given the target offers a Booking that is RESERVED
      When the operator has the target let a driver use the Booking
      Then the result is a Booking that is FULFILLED in the end

    @BOO-028
    Scenario: A Booking for which nobody came is a NO_SHOW
      Given the target offers a Booking that is RESERVED
      When the operator has the target let nobody come for the Booking
      Then the result is a Booking that is NO_SHOW in the end

    @BOO-048
    Scenario: Session and CDR carry the reference of the Booking
      Given the target offers a Booking that is RESERVED
      When the operator has the target let a driver use the Booking
      Then the result has its authorization_reference in Session and CDR

    @CDR-087
    Scenario: The CDR names the Booking that was used
      Given the target offers a Booking that is RESERVED
      When the operator has the target let a driver use the Booking
      Then the result is named by its CDR
