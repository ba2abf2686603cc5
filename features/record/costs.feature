@cpo @sender
Feature: The costs in all CDRs of a run
  Anybody can recompute what a CDR costs from the tariffs and the charging
  periods in it.

  Spec: mod_cdrs_cdr_object, mod_tariffs_tariff_object,
  mod_tariffs_pricecomponent_class, mod_tariffs_tariffrestrictions_class,
  mod_tariffs_tariffdimensiontype_enum

  Background:
    Given the partner is registered with the target
    And the partner has read the cdrs list

  Rule: The costs are those of tariffs and periods

    @CDR-015
    Scenario: The periods hold the dimensions that are priced
      When the run has ended
      Then every CDR of the target keeps CDR-015

    @CDR-059
    Scenario: The total cost is the sum of all costs
      When the run has ended
      Then every CDR of the target keeps CDR-059

    @CDR-084
    Scenario: The total cost of a CDR is a number
      When the run has ended
      Then every CDR of the target keeps CDR-084

    @CDR-060
    Scenario: Fixed costs hold no fee of a reservation
      When the run has ended
      Then every CDR of the target keeps CDR-060

    @CDR-065
    Scenario: The costs are those that tariffs and periods give
      When the run has ended
      Then every CDR of the target keeps CDR-065

    @TAR-034
    Scenario: A CDR costs no less than the minimum price
      When the run has ended
      Then every CDR of the target keeps TAR-034

    @TAR-035
    Scenario: A CDR costs no more than the maximum price
      When the run has ended
      Then every CDR of the target keeps TAR-035

    @TAR-039
    Scenario: Prices are taken without VAT
      When the run has ended
      Then every CDR of the target keeps TAR-039

    @TAR-069
    Scenario: Prices are taken with or without taxes as they say
      When the run has ended
      Then every CDR of the target keeps TAR-069

    @TAR-070
    Scenario: Where no tax applies no tax is in the costs
      When the run has ended
      Then every CDR of the target keeps TAR-070

    @TAR-040
    Scenario: Without VAT in the tariffs there is none in the costs
      When the run has ended
      Then every CDR of the target keeps TAR-040

  Rule: A step size rounds a session once

    @CDR-040
    Scenario: A step size counts once in a session
      When the run has ended
      Then every CDR of the target keeps CDR-040

    @CDR-041
    Scenario: Charging before parking is not rounded
      When the run has ended
      Then every CDR of the target keeps CDR-041

    @CDR-042
    Scenario: A change of element rounds nothing
      When the run has ended
      Then every CDR of the target keeps CDR-042

    @CDR-043
    Scenario: The last step size is the one that counts
      When the run has ended
      Then every CDR of the target keeps CDR-043

    @CDR-044
    Scenario: A change of tariff rounds nothing
      When the run has ended
      Then every CDR of the target keeps CDR-044

    @CDR-045
    Scenario: A step size rounds the total
      When the run has ended
      Then every CDR of the target keeps CDR-045

    @CDR-046
    Scenario: Of charging and parking only parking is rounded
      When the run has ended
      Then every CDR of the target keeps CDR-046

    @TAR-041
    Scenario: A quantity is rounded up to a multiple of the step size
      When the run has ended
      Then every CDR of the target keeps TAR-041

    @TAR-042
    Scenario: A step is 1 Wh or 1 second
      When the run has ended
      Then every CDR of the target keeps TAR-042

  Rule: The first element that matches has the price

    @TAR-024
    Scenario: The first matching element has the price
      When the run has ended
      Then every CDR of the target keeps TAR-024

    @TAR-066
    Scenario: The first element whose restrictions match has the price
      When the run has ended
      Then every CDR of the target keeps TAR-066

    @TAR-025
    Scenario: Components of one dimension are not added up
      When the run has ended
      Then every CDR of the target keeps TAR-025

    @TAR-026
    Scenario: A dimension without matching element costs nothing
      When the run has ended
      Then every CDR of the target keeps TAR-026

    @TAR-046
    Scenario: An element applies when all its restrictions match
      When the run has ended
      Then every CDR of the target keeps TAR-046

    @TAR-047
    Scenario: Restrictions may match a part of a session
      When the run has ended
      Then every CDR of the target keeps TAR-047

  Rule: A restriction is about the course of the session

    @TAR-050
    Scenario: Limits of energy are about the energy so far
      When the run has ended
      Then every CDR of the target keeps TAR-050

    @TAR-051
    Scenario: Limits of current are about the momentary current
      When the run has ended
      Then every CDR of the target keeps TAR-051

    @TAR-052
    Scenario: Limits of power are about the momentary power
      When the run has ended
      Then every CDR of the target keeps TAR-052

    @TAR-053
    Scenario: Limits of duration are about the time so far
      When the run has ended
      Then every CDR of the target keeps TAR-053

    @TAR-045
    Scenario: The time of a reservation has the price of reservations
      When the run has ended
      Then every CDR of the target keeps TAR-045

    @TAR-084
    Scenario: A reservation that was used has not expired
      When the run has ended
      Then every CDR of the target keeps TAR-084

  Rule: A restriction by clock or calendar is in the time zone of the Location

    @TAR-048
    Scenario: Times of day are local times
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps TAR-048

    @TAR-049
    Scenario: The first date counts and the last one does not
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps TAR-049

    @TAR-054
    Scenario: A price of some weekdays is for these
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps TAR-054

    @TAR-076
    Scenario: A price over midnight goes on the next day
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps TAR-076

    @TAR-077
    Scenario: A price until 00:00 is one until midnight
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps TAR-077
