@cpo @sender @commands
Feature: What a reservation costs that nobody has used
  A reservation ends at its expiry_date where no driver has come by then. A CPO
  that bills it has prices for that case.

  Spec: mod_tariffs_reservation_restriction_type, mod_commands_reservenow_object

  Background:
    Given the partner is registered with the target

  Rule: The price of expired reservations takes the place of the usual one

    @TAR-044
    Scenario: The time of an expired reservation has its own price
      Given the target offers an EVSE with a price for expired reservations
      When the partner sends the command RESERVE_NOW with an expiry_date that is near
      Then the CDR of the command has the price of an expired reservation
