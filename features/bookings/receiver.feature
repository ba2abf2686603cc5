@emsp @hub @nap @other @receiver @writes
Feature: BookingLocations and Bookings that the target receives
  An eMSP takes BookingLocations, Calendars and its own Bookings by PUT, changes
  by PATCH, and lets its CPO read them.

  Spec: mod_bookings_emsp_interface, mod_bookings_msp_booking_location_get_method,
  mod_bookings_booking_location_patch_method

  Background:
    Given the partner is registered with the target
    And the partner has pushed a Location

  Rule: The interface takes GET, PUT and PATCH, and no other method

    @BOO-006
    Scenario: A BookingLocation is taken by PUT
      When the partner pushes a BookingLocation with PUT
      Then the response is successful

    @BOO-006
    Scenario: A change of a BookingLocation is taken by PATCH
      Given the partner has pushed a BookingLocation
      When the partner pushes another policy of the BookingLocation with PATCH
      Then the response is successful

    @BOO-006
    Scenario: A BookingLocation that was pushed is read by GET
      Given the partner has pushed a BookingLocation
      When the partner sends GET to the BookingLocation
      Then the response is successful

    @BOO-006
    Scenario: A change of a Calendar is taken by PATCH
      Given the partner has pushed a BookingLocation
      When the partner pushes fewer timeslots of the Calendar with PATCH
      Then the response is successful

    @BOO-006
    Scenario: A Calendar by itself is taken by PUT
      Given the partner has pushed a BookingLocation
      When the partner pushes another Calendar with PUT
      Then the response preferably takes it

    @BOO-006
    Scenario: A Calendar by itself is read by GET
      Given the partner has pushed a BookingLocation
      When the partner sends GET to the Calendar
      Then the response preferably takes it

    @BOO-008
    Scenario: A BookingLocation is not taken by POST
      When the partner pushes a BookingLocation with POST
      Then the response does not succeed

    @BOO-008
    Scenario: A DELETE of a BookingLocation does not succeed
      Given the partner has pushed a BookingLocation
      When the partner sends DELETE to the BookingLocation
      Then the response does not succeed

  Rule: What was pushed is stored as it is

    @BOO-038
    Scenario: A BookingLocation is read as it was pushed
      Given the partner has pushed a BookingLocation
      When the partner sends GET to the BookingLocation
      Then the target's copy of the BookingLocation equals what was pushed

    @BOO-038
    Scenario: A BookingLocation is replaced by the one that is pushed
      Given the partner has pushed a BookingLocation
      When the partner pushes the BookingLocation with another policy with PUT
      Then the target's copy of the BookingLocation equals what was pushed

    @BOO-038
    Scenario: A BookingLocation that was never pushed is not there
      Given the partner has pushed a BookingLocation
      When the partner sends GET to an unknown BookingLocation
      Then the response reports an unknown object

  Rule: A PATCH changes what it names and nothing else

    @BOO-036
    Scenario: The copy of the BookingLocation shows what was changed
      Given the partner has pushed a BookingLocation
      When the partner pushes another policy of the BookingLocation with PATCH
      Then the target's copy of the BookingLocation shows the change

    @BOO-036
    Scenario: All of the BookingLocation beside the change stays
      Given the partner has pushed a BookingLocation
      When the partner pushes another policy of the BookingLocation with PATCH
      Then the target's copy of the BookingLocation is otherwise as before

    @BOO-036
    Scenario: The copy of the Calendar shows what was changed
      Given the partner has pushed a BookingLocation
      When the partner pushes fewer timeslots of the Calendar with PATCH
      Then the target's copy of the Calendar shows the change

    @BOO-037
    Scenario: A change of a Calendar is one of its BookingLocation
      Given the partner has pushed a BookingLocation
      When the partner pushes fewer timeslots of the Calendar with PATCH
      Then the target's copy of the BookingLocation has the last_updated of the push or a later one

  Rule: Bookings are pushed to who has requested them

    @BOO-007
    Scenario: A Booking that was requested is taken by PUT
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      When the partner pushes the Booking as it was requested with PUT
      Then the response is successful

    @BOO-007
    Scenario: A Booking that nobody has requested is preferably taken too
      When the partner pushes a Booking that nobody has requested with PUT
      Then the response preferably takes it

    @BOO-007
    Scenario: A change of a Booking is taken by PATCH
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner pushes access_information of the Booking with PATCH
      Then the response is successful

    @BOO-007
    Scenario: A Booking that was pushed is read by GET
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner sends GET to the Booking
      Then the response is successful

    @BOO-008
    Scenario: A DELETE of a Booking does not succeed
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner sends DELETE to the Booking
      Then the response does not succeed

    @BOO-036
    Scenario: The copy of the Booking shows what was changed
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner pushes access_information of the Booking with PATCH
      Then the target's copy of the Booking shows the change

    @BOO-036
    Scenario: All of the Booking beside the change stays
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner pushes access_information of the Booking with PATCH
      Then the target's copy of the Booking is otherwise as before

    @BOO-038
    Scenario: A Booking is read as it was pushed
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner pushes the Booking with access_information with PUT
      Then the target's copy of the Booking equals what was pushed

    @BOO-039
    Scenario: A request_id leads to its Booking or to none
      Given the partner has pushed a BookingLocation
      And the target has been made to request a Booking
      And the partner has pushed the Booking as it was requested
      When the partner sends GET to the request_id of the Booking
      Then the response is the Booking of this request_id or none
