@cpo @sender
Feature: All CDRs of a run
  Whatever CDR the target showed in the run, in a list or in a push, follows
  the rules of its class; what it costs is in a feature of its own.

  Spec: mod_cdrs_cdr_object, mod_cdrs_credit_cdrs, mod_cdrs_cdr_location_class,
  mod_cdrs_chargingperiod_class, mod_cdrs_cdrdimensiontype_enum,
  mod_cdrs_flow_and_lifecycle, mod_sessions_sessionstatus_enum

  Background:
    Given the partner is registered with the target
    And the partner has read the cdrs list

  Rule: A list holds whole CDRs with ids and owners of their own

    @CDR-023
    Scenario: A listed CDR has the form of its class
      When the run has ended
      Then every CDR of the target keeps CDR-023

    @CDR-047
    Scenario: No two CDRs of an owner share an id
      When the run has ended
      Then every CDR of the target keeps CDR-047

    @CDR-082
    Scenario: No two CDRs of the platform share an id
      When the run has ended
      Then every CDR of the target keeps CDR-082

    @CDR-048
    Scenario: Only a Credit CDR has an id of more than 36 characters
      When the run has ended
      Then every CDR of the target keeps CDR-048

    @CDR-093
    Scenario: The owner of a CDR is a party of the target
      When the run has ended
      Then every CDR of the target keeps CDR-093

  Rule: A Credit CDR takes back one CDR

    @CDR-005
    Scenario: A Credit CDR has an id of its own
      When the run has ended
      Then every CDR of the target keeps CDR-005

    @CDR-006
    Scenario: A CDR that refers to another one is a credit
      When the run has ended
      Then every CDR of the target keeps CDR-006

    @CDR-007
    Scenario: A Credit CDR refers to a CDR
      When the run has ended
      Then every CDR of the target keeps CDR-007

    @CDR-008
    Scenario: A Credit CDR refers to a CDR that was seen
      When the run has ended
      Then every CDR of the target keeps CDR-008

    @CDR-009
    Scenario: A Credit CDR repeats the data of the original
      When the run has ended
      Then every CDR of the target keeps CDR-009

    @CDR-010
    Scenario: A Credit CDR negates the total cost and nothing else
      When the run has ended
      Then every CDR of the target keeps CDR-010

    @CDR-011
    Scenario: The CDR after a Credit CDR is a new one
      When the run has ended
      Then every CDR of the target keeps CDR-011

  Rule: A CDR says when and where energy was charged

    @CDR-050
    Scenario: A CDR does not end before it starts
      When the run has ended
      Then every CDR of the target keeps CDR-050

    @CDR-066
    Scenario: A CDR gives moments that are known
      When the run has ended
      Then every CDR of the target keeps CDR-066

    @CDR-072
    Scenario: A CDR of charging knows its EVSE and Connector
      When the run has ended
      Then every CDR of the target keeps CDR-072

    @CDR-055
    Scenario: The Location in a CDR has one EVSE and one Connector
      When the run has ended
      Then every CDR of the target keeps CDR-055

    @CDR-083
    Scenario: A driver is authorized by request or by whitelist
      When the run has ended
      Then every CDR of the target keeps CDR-083

    @CDR-095
    Scenario: The country of a CDR is an ISO code
      When the run has ended
      Then every CDR of the target keeps CDR-095

    @CDR-097
    Scenario: An evse_id of a CDR has the form of eMI3
      When the run has ended
      Then every CDR of the target keeps CDR-097

    @CDR-056
    Scenario: The currency of a CDR is an ISO code
      When the run has ended
      Then every CDR of the target keeps CDR-056

    @CDR-076
    Scenario: Signed data is in Base64
      When the run has ended
      Then every CDR of the target keeps CDR-076

    @CDR-077
    Scenario: A signed value is one of the start, the end or between
      When the run has ended
      Then every CDR of the target keeps CDR-077

  Rule: Charging periods add up to the totals

    @CDR-061
    Scenario: The total energy is that of the periods in kWh
      When the run has ended
      Then every CDR of the target keeps CDR-061

    @CDR-062
    Scenario: The total time is the duration in hours
      When the run has ended
      Then every CDR of the target keeps CDR-062

    @CDR-063
    Scenario: The parking time is a part of the total time
      When the run has ended
      Then every CDR of the target keeps CDR-063

    @CDR-064
    Scenario: The time of charging is the rest of the total time
      When the run has ended
      Then every CDR of the target keeps CDR-064

    @CDR-067
    Scenario: A CDR has no dimension that is for Sessions only
      When the run has ended
      Then every CDR of the target keeps CDR-067

    @CDR-070
    Scenario: Volumes are in kWh and hours
      When the run has ended
      Then every CDR of the target keeps CDR-070

    @CDR-104
    Scenario: The dimensions of a CDR are known, a flat one among them
      When the run has ended
      Then every CDR of the target keeps CDR-104

    @CDR-102
    Scenario: A current is the sum over all phases
      When the run has ended
      Then every CDR of the target keeps CDR-102

    @CDR-074
    Scenario: Charging periods lie within the CDR
      When the run has ended
      Then every CDR of the target keeps CDR-074

    @CDR-075
    Scenario: A dimension occurs once in a charging period
      When the run has ended
      Then every CDR of the target keeps CDR-075

    @CDR-092
    Scenario: Energy and time are given whatever they cost
      When the run has ended
      Then every CDR of the target keeps CDR-092

  Rule: A CDR holds the tariffs of its periods

    @CDR-057
    Scenario: The tariffs of the periods are in the CDR
      When the run has ended
      Then every CDR of the target keeps CDR-057

    @CDR-058
    Scenario: The periods of a CDR name their tariffs
      When the run has ended
      Then every CDR of the target keeps CDR-058

    @CDR-098
    Scenario: The tariffs in a CDR have its currency
      When the run has ended
      Then every CDR of the target keeps CDR-098

    @TAR-087
    Scenario: A tariff in a CDR was valid when it was used
      When the run has ended
      Then every CDR of the target keeps TAR-087

  Rule: A CDR is sent once, when its session is over

    @CDR-001
    Scenario: A CDR is about a session that is over
      When the run has ended
      Then every CDR of the target keeps CDR-001

    @CDR-003 @flow
    Scenario: A CDR that was sent stays as it is
      When the partner follows the cdrs list to its end
      And the run has ended
      Then every CDR of the target keeps CDR-003

    @CDR-025 @flow
    Scenario: The last_updated of a CDR stays as it is
      When the partner follows the cdrs list to its end
      And the run has ended
      Then every CDR of the target keeps CDR-025

    @CDR-036 @flow
    Scenario: A CDR has the data of the start of its session
      Given the partner has read the locations list
      And the partner has read the tariffs list
      When the partner follows the locations list to its end
      And the run has ended
      Then every CDR of the target keeps CDR-036

  Rule: A reservation ends where charging starts

    @CDR-101
    Scenario: A period is no shorter than its time of reservation
      When the run has ended
      Then every CDR of the target keeps CDR-101

    @TAR-056
    Scenario: No time of a reservation comes after charging has started
      When the run has ended
      Then every CDR of the target keeps TAR-056

  Rule: A CDR goes with its Session

    @CDR-051
    Scenario: A CDR names its Session
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps CDR-051

    @CDR-049
    Scenario: A CDR starts with its Session
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps CDR-049

    @CDR-078
    Scenario: A CDR names the Token of its Session
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps CDR-078

    @CDR-094
    Scenario: A CDR names the EVSE and Connector of its Session
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps CDR-094

    @CDR-061
    Scenario: The energy of a CDR is in kWh, as that of its Session
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps CDR-061

    @SES-062
    Scenario: An INVALID Session is not billed
      Given the partner has read the sessions list
      When the run has ended
      Then every CDR of the target keeps SES-062

  Rule: A CDR goes with its Location

    @CDR-096
    Scenario: A CDR has the postal code of its Location
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps CDR-096

    @CDR-037
    Scenario: A charging period starts where a price changes
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps CDR-037

    @CDR-038
    Scenario: The periods beside a change of price hold what it prices
      Given the partner has read the locations list
      When the run has ended
      Then every CDR of the target keeps CDR-038
