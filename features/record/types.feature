Feature: All objects of a run
  Whatever object the target sent in the run, in an answer or in a request of
  its own, has values of the types that the specification gives them.

  Spec: types_types, terminology_variable_names, terminology_cardinality,
  transport_and_format_not_available

  Background:
    Given the partner is registered with the target
    And the partner has read every list

  Rule: Texts hold the characters of their type

    @TYP-002
    Scenario: A CiString is printable ASCII
      When the run has ended
      Then every object of the target has printable ASCII only in every CiString

    @TYP-003
    Scenario: A string holds no control character
      When the run has ended
      Then every object of the target has no control character in any string

    @TYP-023
    Scenario: A string is printable ASCII
      When the run has ended
      Then every object of the target has printable ASCII only in every string

    @TYP-009
    Scenario: A display text holds no markup
      When the run has ended
      Then every object of the target has no markup in any display text

    @TYP-010
    Scenario: A language is an ISO 639-1 code
      When the run has ended
      Then every object of the target has an ISO 639-1 code for every language

    @TYP-013
    Scenario: A URL is absolute
      When the run has ended
      Then every object of the target has an absolute URL in every URL field

    @TYP-021
    Scenario: EVSE ids and contract ids have the form of eMI3
      When the run has ended
      Then every object of the target has ids of the form of eMI3

    @TYP-031
    Scenario: No value is longer than its type
      When the run has ended
      Then every object of the target has no value that is longer than its type

  Rule: Timestamps and numbers have one form

    @TYP-006
    Scenario: A timestamp is in UTC
      When the run has ended
      Then every object of the target has every DateTime in UTC and in the one form

    @TYP-024
    Scenario: A timestamp is in UTC and whole seconds
      When the run has ended
      Then every object of the target has every DateTime in UTC and in whole seconds

    @TYP-011
    Scenario: A number is a JSON number
      When the run has ended
      Then every object of the target has a JSON number for every number

    @TYP-012
    Scenario: A number has four decimals at most
      When the run has ended
      Then every object of the target has at most four decimals in every number

  Rule: A field of an enum type holds a value of its list

    @TYP-005
    Scenario: The value of an enum has its letter case
      When the run has ended
      Then every object of the target has every enum value in its letter case

    @TYP-028 @TYP-030
    Scenario: The value of an enum is one of its list
      When the run has ended
      Then every object of the target has a value of the list in every enum field

    @TYP-029
    Scenario: A value of its own is no experiment by its name
      When the run has ended
      Then every object of the target has no experimental prefix in any enum value

  Rule: An object has the fields of its class

    @TYP-017
    Scenario: A list that needs an element has one
      When the run has ended
      Then every object of the target has an element in every list that needs one

    @TYP-018
    Scenario: The names of fields are in lower snake case
      When the run has ended
      Then every object of the target has every name in lower snake case

    @TYP-032
    Scenario: Required fields are there
      When the run has ended
      Then every object of the target has every required field

    @RTE-033
    Scenario: The placeholder for what is not known stands in required texts
      When the run has ended
      Then every object of the target has #NA in required texts only

  Rule: A price is an object

    @TYP-019 @cpo
    Scenario: A price has its amount without VAT
      When the run has ended
      Then every object of the target has every price as an object with excl_vat

    @TYP-025 @cpo
    Scenario: A price has its amount before taxes
      When the run has ended
      Then every object of the target has every price as an object with before_taxes

    @TYP-026 @cpo
    Scenario: A tax is its percentage of the price
      When the run has ended
      Then every object of the target has taxes that are their percentages of the price
