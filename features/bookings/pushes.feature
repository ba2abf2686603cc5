@cpo @sender
Feature: BookingLocations and Bookings that the target pushes
  A CPO tells eMSPs what can be booked and what becomes of their Bookings; each
  push goes to the URL of the owner.

  Spec: mod_bookings_interfaces_and_endpoints, mod_bookings_emsp_interface,
  mod_bookings_put_booking_location_method, mod_bookings_booking_location_patch_method,
  mod_bookings_cannceled_request

  Background:
    Given the partner is registered with the target

  Rule: What is new or changed is pushed

    @BOO-058
    Scenario: A BookingLocation is pushed
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target push a BookingLocation
      Then the target sends PUT or PATCH with a whole BookingLocation to the partner's Booking interface in time

    @BOO-058
    Scenario: A change of a Calendar is pushed
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target change a Calendar
      Then the target sends PUT or PATCH with a Calendar or its BookingLocation to the partner's Booking interface in time

    @BOO-029 @commands
    Scenario: The cancellation of a Booking by the CPO is pushed
      Given the target offers a Booking that is RESERVED
      When the operator has the target cancel the Booking
      Then the target sends PUT or PATCH with a Booking that is CANCELED to the partner's Booking interface in time

  Rule: A push goes to the URL of the owner and says all that it must

    @BOO-033
    Scenario: A BookingLocation is pushed under the owner that it names
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target push a BookingLocation
      Then every request of the target with a whole Booking or BookingLocation names its owner in the URL

    @BOO-033 @commands
    Scenario: A Booking is pushed under the owner that it names
      Given the target offers a Booking that is RESERVED
      When the operator has the target cancel the Booking
      Then every request of the target with a whole Booking or BookingLocation names its owner in the URL

    @BOO-034
    Scenario Outline: A <object> is pushed to the URL that its class has
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target <act>
      Then every request of the target about bookings goes to the URL of its owner and ids

      Examples: What a CPO publishes
        | object          | act                    |
        | BookingLocation | push a BookingLocation |
        | Calendar        | change a Calendar      |

    @BOO-034 @commands
    Scenario: A Booking is pushed to the URL that its class has
      Given the target offers a Booking that is RESERVED
      When the operator has the target cancel the Booking
      Then every request of the target about bookings goes to the URL of its owner and ids

    @BOO-035
    Scenario: A change of a Calendar says when it was
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target change a Calendar
      Then every request of the target with a change of bookings holds last_updated

    @BOO-060
    Scenario: A BookingLocation that is pushed has no status
      Given the target publishes at least 1 BookingLocation object
      When the operator has the target push a BookingLocation
      Then every request of the target with a BookingLocation has no status in it
