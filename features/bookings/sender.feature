@cpo @sender
Feature: What can be booked at the target
  A CPO lists its BookingLocations with their Calendars, and the Bookings that
  were made; these lists are for reading only.

  Spec: mod_bookings_cpo_interface, mod_bookings_get_booking_locations,
  mod_bookings_get_bookings

  Background:
    Given the partner is registered with the target

  Rule: BookingLocations and Calendars are read by GET and by nothing else

    @BOO-002
    Scenario: The list of BookingLocations answers GET
      When the partner sends GET to the booking_locations sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @BOO-002
    Scenario Outline: A <object> answers GET at its own URL
      Given the target publishes at least 1 BookingLocation object
      When the partner sends GET to the <object>
      Then the response is successful

      Examples: What has a URL of its own
        | object          |
        | BookingLocation |
        | Calendar        |

    @BOO-018
    Scenario Outline: The URL of a <object> leads to that <object>
      Given the target publishes at least 1 BookingLocation object
      When the partner sends GET to the <object>
      Then the response is the object that the URL names

      Examples: What has a URL of its own
        | object          |
        | BookingLocation |
        | Calendar        |

    @BOO-018
    Scenario Outline: A <object> that there is not is reported
      Given the target publishes at least 1 BookingLocation object
      When the partner sends GET to an unknown <object>
      Then the response reports an unknown object

      Examples: What has a URL of its own
        | object          |
        | BookingLocation |
        | Calendar        |

    @BOO-003 @writes
    Scenario Outline: <method> is not part of the list of BookingLocations
      Given the target publishes at least 1 BookingLocation object
      When the partner sends <method> to the booking_locations sender interface with the BookingLocation as it is
      Then the response does not succeed

      Examples: Methods that change
        | method |
        | POST   |
        | PUT    |
        | PATCH  |

    @BOO-003 @writes
    Scenario: DELETE is not part of the list of BookingLocations
      When the partner sends DELETE to the booking_locations sender interface
      Then the response does not succeed

  Rule: The list of BookingLocations is asked for by date and by timeslot, in pages

    @BOO-009
    Scenario: A BookingLocation is in the periods that hold its last_updated
      Given the target publishes at least 1 BookingLocation object
      When the partner asks for these pages of the booking_locations list
        | limit | date_from                                               | date_to                                                |
        | 50    | a second before the last_updated of the BookingLocation | a second after the last_updated of the BookingLocation |
        | 50    | a second before the last_updated of the BookingLocation | the last_updated of the BookingLocation                |
        | 50    | the last_updated of the BookingLocation                 | a second after the last_updated of the BookingLocation |
        | 50    |                                                         |                                                        |
        | 50    | a second before the last_updated of the BookingLocation | a second after the last_updated of the BookingLocation |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @BOO-010
    Scenario: The list of BookingLocations comes in pages
      When the partner asks for these pages of the booking_locations list
        | limit |
        | 2     |
      Then the pages are paginated

    @BOO-017
    Scenario: BookingLocations are found by their timeslots
      Given the target offers a timeslot
      When the partner asks for these pages of the booking_locations list
        | limit | timeslot_from                               | timeslot_to                                   |
        | 50    | a minute before the begin of the timeslot   | a minute after the end of the timeslot        |
        | 50    | a minute after the begin of the timeslot    | two minutes after the begin of the timeslot   |
        | 50    | 2010-01-01T00:00:00Z                        | 2010-01-02T00:00:00Z                          |
        | 50    | 2099-01-01T00:00:00Z                        |                                               |
      Then the pages hold the BookingLocations with a timeslot in their periods

  Rule: Bookings are listed by date, in pages

    @BOO-004
    Scenario: The list of Bookings answers GET
      When the partner sends GET to the Booking sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @BOO-005 @writes @commands
    Scenario Outline: <method> is not part of the list of Bookings
      Given the target offers a Booking that is RESERVED
      When the partner sends <method> to the Booking sender interface with the Booking as it is
      Then the response does not succeed

      Examples: Methods that change
        | method |
        | PUT    |
        | PATCH  |

    @BOO-005 @writes
    Scenario: DELETE is not part of the list of Bookings
      When the partner sends DELETE to the Booking sender interface
      Then the response does not succeed

    @BOO-013 @commands
    Scenario: A Booking is in the periods that hold its last_updated
      Given the target offers a Booking that is RESERVED
      And the target publishes at least 1 Booking object
      When the partner asks for these pages of the Booking list
        | limit | date_from                                       | date_to                                        |
        | 50    | a second before the last_updated of the Booking | a second after the last_updated of the Booking |
        | 50    | a second before the last_updated of the Booking | the last_updated of the Booking                |
        | 50    | the last_updated of the Booking                 | a second after the last_updated of the Booking |
        | 50    |                                                 |                                                |
        | 50    | a second before the last_updated of the Booking | a second after the last_updated of the Booking |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @BOO-014
    Scenario: The list of Bookings comes in pages
      When the partner asks for these pages of the Booking list
        | limit |
        | 2     |
      Then the pages are paginated
