Feature: The module Bookings in the version details
  Who has the module is found by its identifier, which the text prints in one
  way and the paths in another.

  Spec: mod_bookings_booking_module

  Background:
    Given the partner is registered with the target

  Rule: The module is advertised under its identifier

    @BOO-001
    Scenario: The identifier is the one that is printed
      When the partner sends GET to the version details endpoint
      Then the response names the module as it is printed
