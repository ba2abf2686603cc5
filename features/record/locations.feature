@cpo @sender
Feature: All Locations of a run
  Whatever Location, EVSE or Connector the target showed in the run, in a list,
  by itself or in a push, follows the rules of its class.

  Spec: mod_locations_object_description, mod_locations_data_types,
  mod_locations_get_list_response_data

  Background:
    Given the partner is registered with the target
    And the partner has read the locations list

  Rule: A list holds whole objects with an owner

    @LOC-023
    Scenario: A listed Location has all required fields
      When the run has ended
      Then every Location of the target that is listed has all required fields

    @LOC-058
    Scenario: The owner of a Location has an ISO country code
      When the run has ended
      Then every Location of the target has an ISO 3166-1 alpha-2 code as country_code

    @LOC-058
    Scenario: A Location belongs to a role of the target
      When the run has ended
      Then every object of the target that is a Location belongs to a role of the target

  Rule: An id names one object for ever

    @LOC-056 @flow
    Scenario: The id of a Location does not change
      Given the target publishes at least 1 Location object
      When the partner sends GET to the locations sender interface with the parameters
        | limit | 2 |
      And the run has ended
      Then every list of the target keeps the ids of its Locations

    @LOC-057
    Scenario: No two Locations share an id
      When the run has ended
      Then every Location of the target has an id of its own

    @LOC-069
    Scenario: No two EVSEs share a uid
      When the run has ended
      Then every EVSE of the target has a uid of its own

    @LOC-070 @flow
    Scenario: The uid of an EVSE does not change
      Given the target publishes at least 1 Location object
      When the partner sends GET to the locations sender interface with the parameters
        | limit | 2 |
      And the run has ended
      Then every Location of the target keeps the uids of its EVSEs

    @LOC-005 @flow
    Scenario: An EVSE does not vanish without being REMOVED
      Given the target publishes at least 1 Location object
      When the partner sends GET to the locations sender interface with the parameters
        | limit | 2 |
      And the run has ended
      Then every Location of the target keeps its EVSEs until they are REMOVED

    @LOC-076
    Scenario: No two Connectors of an EVSE share an id
      When the run has ended
      Then every EVSE of the target has connectors with ids of their own

    @LOC-071
    Scenario: An evse_id has the form of eMI3
      When the run has ended
      Then every EVSE of the target has an evse_id in eMI3 form

    @LOC-072
    Scenario: An EVSE in service has an evse_id
      When the run has ended
      Then every EVSE of the target that is in service has an evse_id

  Rule: Times tell what is new

    @LOC-025
    Scenario: A Location is updated with its EVSEs
      When the run has ended
      Then every EVSE of the target has a Location that is not older

    @LOC-026
    Scenario: An EVSE is updated with its Connectors
      When the run has ended
      Then every Connector of the target has an EVSE that is not older

    @LOC-129 @flow
    Scenario: What changes gets a later last_updated
      Given the target publishes at least 1 Location object
      When the partner sends GET to the locations sender interface with the parameters
        | limit | 2 |
      And the run has ended
      Then every object of the target that changed has a later last_updated

    @LOC-075
    Scenario: A scheduled status does not end before it begins
      When the run has ended
      Then every EVSE of the target has scheduled statuses that do not end before they begin

  Rule: A Location says where it is and who may see it

    @LOC-015
    Scenario: Charge points at one place are one Location
      When the run has ended
      Then every Location of the target stands alone at its place

    @LOC-065
    Scenario: The country of a Location is an ISO code
      When the run has ended
      Then every Location of the target has an ISO 3166-1 alpha-3 code as country

    @LOC-066
    Scenario: The time zone of a Location is in the tz database
      When the run has ended
      Then every Location of the target has a time zone of the tz database

    @LOC-092
    Scenario: Coordinates are decimal degrees of WGS 84
      When the run has ended
      Then every Location of the target and every EVSE in it stands at WGS 84 coordinates

    @LOC-059
    Scenario: A published Location has no publish tokens
      When the run has ended
      Then every Location of the target that is published names no publish tokens

    @LOC-097
    Scenario: A publish token is told by an id
      When the run has ended
      Then every Location of the target tells each publish token by uid, visual_number or group_id

    @LOC-098
    Scenario: A publish token with a uid has a type
      When the run has ended
      Then every Location of the target names the type of each publish token with a uid

    @LOC-099
    Scenario: A publish token with a visual number has an issuer
      When the run has ended
      Then every Location of the target names the issuer of each publish token with a visual_number

  Rule: Opening times leave no doubt

    @LOC-088
    Scenario: Regular hours go with a Location that closes
      When the run has ended
      Then every Location of the target has regular hours only, and then at least one, when not always open

    @LOC-106
    Scenario: Opening around the clock is said by twentyfourseven
      When the run has ended
      Then every Location of the target has no regular hours that stand for twentyfourseven

    @LOC-090
    Scenario: Regular hours end after they begin
      When the run has ended
      Then every Location of the target has regular hours that end after they begin

    @LOC-126
    Scenario: Weekdays run from Monday to Sunday
      When the run has ended
      Then every Location of the target numbers the weekdays of its regular hours from 1 to 7

    @LOC-127
    Scenario: Regular hours are in 24-hour form
      When the run has ended
      Then every Location of the target writes its regular hours in 24-hour form

    @LOC-087
    Scenario: An exceptional period does not end before it begins
      When the run has ended
      Then every Location of the target has exceptional periods that do not end before they begin

    @LOC-089
    Scenario: Exceptional closings and openings do not overlap
      When the run has ended
      Then every Location of the target has exceptional closings apart from exceptional openings

  Rule: Energy and images are described as recommended

    @LOC-085
    Scenario: Energy sources add up to 100 percent
      When the run has ended
      Then every Location of the target has energy sources that add up to 100 percent

    @LOC-128
    Scenario: An energy source is a share of the whole
      When the run has ended
      Then every Location of the target gives each energy source from 0 to 100 percent

    @LOC-142
    Scenario: An environmental impact names its source
      When the run has ended
      Then every Location of the target names the source of each environmental impact

    @LOC-086
    Scenario: Green energy is green
      When the run has ended
      Then every Location of the target with green energy names green sources and no waste

    @LOC-093
    Scenario: Images show at least a logo and a photo
      When the run has ended
      Then every Location of the target that shows images shows a logo and a photo

    @LOC-094
    Scenario: Images have the recommended dimensions
      When the run has ended
      Then every Location of the target shows photos and logos in the recommended dimensions

  Rule: Connectors fit their power and their Tariffs

    @LOC-077
    Scenario: The power of a Connector is plausible
      When the run has ended
      Then every Connector of the target delivers no more power than voltage and amperage allow

    @LOC-078
    Scenario: Tariffs of one type do not overlap on a Connector
      Given the partner has read the tariffs list
      When the run has ended
      Then every object of the target that is a Connector has one Tariff of a type at a time

    @LOC-079
    Scenario: Charging preferences come with Tariffs for them
      Given the partner has read the tariffs list
      When the run has ended
      Then every object of the target that is an EVSE with charging preferences has Tariffs for them

    @LOC-081
    Scenario: The Tariffs of a Connector are offered
      Given the partner has read the whole tariffs list
      When the run has ended
      Then every object of the target that is a Connector refers to Tariffs that are offered

    @LOC-108
    Scenario: A Connector refers to one Tariff
      When the run has ended
      Then every Location of the target has Connectors with one tariff_id, a voltage and an amperage

    @LOC-084
    Scenario: Capabilities go with an advertised module
      When the run has ended
      Then every object of the target that is an EVSE has capabilities whose module is advertised

  Rule: Parking places are told apart and described

    @LOC-109
    Scenario: No two parking places of a Location share an id
      When the run has ended
      Then every Location of the target has parking places with ids of their own

    @LOC-110
    Scenario: The parking of an EVSE is one of its Location
      When the run has ended
      Then every Location of the target has the parking places to which its EVSEs refer

    @LOC-111
    Scenario: A parking place for larger vehicles has its limits
      When the run has ended
      Then every Location of the target gives the limits of its parking places for larger vehicles

    @LOC-113
    Scenario: A parking place for disabled people has a photo
      When the run has ended
      Then every Location of the target shows a photo of its parking places for disabled people

    @LOC-117
    Scenario: Parking places say which vehicles they are for
      When the run has ended
      Then every EVSE of the target with parking places is not restricted to motorcycles

  Rule: An EVSE charges one vehicle at a time

    @LOC-074
    Scenario: No two Sessions are ACTIVE at one EVSE
      Given the partner has read the sessions list
      When the run has ended
      Then every list of the target shows one ACTIVE Session at an EVSE
