@cpo @sender
Feature: All Tariffs of a run
  Whatever Tariff the target showed in the run, in a list or in a push, follows
  the rules of its class.

  Spec: mod_tariffs_tariff_object, mod_tariffs_tariffelement_class,
  mod_tariffs_pricecomponent_class, mod_tariffs_tariffrestrictions_class

  Background:
    Given the partner is registered with the target
    And the partner has read the tariffs list

  Rule: A list holds whole Tariffs with ids and owners of their own

    @TAR-011
    Scenario: A listed Tariff has the form of its class
      When the run has ended
      Then every Tariff of the target keeps TAR-011

    @TAR-031
    Scenario: No two Tariffs share an id
      When the run has ended
      Then every Tariff of the target keeps TAR-031

    @TAR-060
    Scenario: The owner of a Tariff is a party of the target
      When the run has ended
      Then every Tariff of the target keeps TAR-060

    @TAR-032
    Scenario: The currency of a Tariff is an ISO code
      When the run has ended
      Then every Tariff of the target keeps TAR-032

    @TAR-036
    Scenario: A Tariff does not end before it starts
      When the run has ended
      Then every Tariff of the target keeps TAR-036

    @TAR-088
    Scenario: The minimum price is not above the maximum price
      When the run has ended
      Then every Tariff of the target keeps TAR-088

  Rule: Elements leave no doubt about the price

    @TAR-027
    Scenario: A dimension has a price without restrictions
      When the run has ended
      Then every Tariff of the target keeps TAR-027

    @TAR-028
    Scenario: A price without restrictions comes last
      When the run has ended
      Then every Tariff of the target keeps TAR-028

    @TAR-029
    Scenario: Free of charge is one flat price of 0
      When the run has ended
      Then every Tariff of the target keeps TAR-029

    @TAR-067
    Scenario: Free of charge is a flat price of 0
      When the run has ended
      Then every Tariff of the target keeps TAR-067

    @TAR-075
    Scenario: The last element has no restrictions
      When the run has ended
      Then every Tariff of the target keeps TAR-075

    @TAR-043
    Scenario: A step size is 1
      When the run has ended
      Then every Tariff of the target keeps TAR-043

    @TAR-085
    Scenario: A limit of the price is one before taxes
      When the run has ended
      Then every Tariff of the target keeps TAR-085

    @TAR-055
    Scenario: A reservation is priced by fee and time only
      When the run has ended
      Then every Tariff of the target keeps TAR-055

    @TAR-083
    Scenario: An element prices a dimension once
      When the run has ended
      Then every Tariff of the target keeps TAR-083

  Rule: Restrictions can be met

    @TAR-057
    Scenario: Lower limits are below upper limits
      When the run has ended
      Then every Tariff of the target keeps TAR-057

    @TAR-079
    Scenario: Times of day are in 24-hour form
      When the run has ended
      Then every Tariff of the target keeps TAR-079

    @TAR-080
    Scenario: Dates are year, month and day
      When the run has ended
      Then every Tariff of the target keeps TAR-080

  Rule: A list holds the Tariffs as they are now

    @TAR-013
    Scenario: A listed Tariff has not ended
      When the run has ended
      Then every Tariff of the target keeps TAR-013

    @TAR-092 @flow
    Scenario: A Tariff that changed has a later last_updated
      When the partner follows the tariffs list to its end
      And the run has ended
      Then every Tariff of the target keeps TAR-092
