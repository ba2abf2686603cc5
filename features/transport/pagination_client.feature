Feature: Reading paginated lists
  A target that pulls the partner's lists goes from page to page by the links
  it is given, whatever the partner's URLs look like.

  Spec: transport_and_format_pagination, transport_and_format_paginated_response

  Background:
    Given the partner is registered with the target

  Rule: A client follows the links of the pages

    @TRN-044 @emsp @ptp @writes
    Scenario: The target goes on with the URL of the next link
      Given the partner publishes 5 Location objects
      And the partner's lists come in pages of 2 objects with opaque links
      When the operator has the target pull the Location list
      Then every page request of the target follows the link of the page before

  Rule: A client notices that objects left the list while it read

    @TRN-038 @emsp @ptp @writes
    Scenario: The target reads again when a filtered list gets shorter
      Given the partner publishes 5 Location objects
      And the partner's lists come in pages of 2 objects with opaque links
      And the partner answers requests for Location objects with a lower X-Total-Count from the second page on
      When the operator has the target pull the Location objects of the past day
      Then every page request of the target makes up for a list that got shorter
