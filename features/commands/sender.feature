@emsp @ptp @sender @commands @writes
Feature: Commands that the target sends
  An eMSP sends a command with all that the CPO needs to carry it out and a
  response_url, and takes what comes there.

  Spec: mod_commands_msp_post_request_parameters, mod_commands_emsp_interface,
  mod_commands_cpo_post_request_body, mod_commands_msp_post_method,
  mod_commands_startsession_object, mod_commands_reservenow_object,
  mod_commands_cancelreservation_object, mod_commands_stopsession_object,
  mod_commands_unlockconnector_object, mod_locations_location_object

  Background:
    Given the partner is registered with the target
    And the partner has pushed a Location

  Rule: A command is POSTed to the URL of its name with the body of its name

    @CMD-004
    Scenario Outline: <command> has the body that belongs to it
      When the operator has the target send <command>
      Then every command of the target has the body that belongs to it

      Examples: Commands that need nothing to have happened before
        | command          |
        | START_SESSION    |
        | RESERVE_NOW      |
        | UNLOCK_CONNECTOR |

    @CMD-004
    Scenario Outline: <command> after <earlier> has the body that belongs to it
      Given the target has been made to send <earlier>
      When the operator has the target send <command>
      Then every command of the target has the body that belongs to it

      Examples: Commands that follow another one
        | command            | earlier       |
        | STOP_SESSION       | START_SESSION |
        | CANCEL_RESERVATION | RESERVE_NOW   |

    @CMD-006
    Scenario: A command goes to the commands URL and its name
      When the operator has the target send START_SESSION
      Then every command of the target goes to the URL of its name

    @CMD-016
    Scenario: Two commands have two response_urls
      Given the target has been made to send UNLOCK_CONNECTOR
      When the operator has the target send UNLOCK_CONNECTOR
      Then every command of the target has a response_url of its own

  Rule: A command is about what the CPO has

    @CMD-054
    Scenario Outline: <command> is for a Location of the CPO
      When the operator has the target send <command>
      Then every command of the target is for a Location of the partner

      Examples: Commands that name a Location
        | command          |
        | START_SESSION    |
        | RESERVE_NOW      |
        | UNLOCK_CONNECTOR |

    @CMD-065
    Scenario Outline: <command> names an EVSE by its uid
      When the operator has the target send <command>
      Then every command of the target names an EVSE of the Location by its uid

      Examples: Commands that can name an EVSE
        | command          |
        | START_SESSION    |
        | RESERVE_NOW      |
        | UNLOCK_CONNECTOR |

    @CMD-066
    Scenario: A command names a Connector by its id
      When the operator has the target send UNLOCK_CONNECTOR
      Then every command of the target names a Connector of the EVSE by its id

    @CMD-032
    Scenario: A connector_id comes with the uid of its EVSE
      When the operator has the target send START_SESSION
      Then every command of the target names the EVSE of its connector_id

    @CMD-034
    Scenario: A connector_id is given where the EVSE requires one
      Given the partner has pushed a Location with an EVSE that needs a connector_id
      When the operator has the target send START_SESSION
      Then every command of the target names a Connector where the EVSE requires one

    @CMD-067
    Scenario: STOP_SESSION names the Session by its id
      Given the target has been made to send START_SESSION
      When the operator has the target send STOP_SESSION
      Then every command of the target stops a Session of the partner by its id

  Rule: Tokens and reservations are the eMSP's own

    @CMD-026 @LOC-062
    Scenario Outline: <command> is for a Token of the eMSP that sends it
      When the operator has the target send <command>
      Then every command of the target uses a Token of its own

      Examples: Commands with a Token
        | command       |
        | START_SESSION |
        | RESERVE_NOW   |

    @CMD-044
    Scenario: The end of a reservation is given in UTC
      When the operator has the target send RESERVE_NOW
      Then every command of the target gives its expiry_date in UTC

    @CMD-046
    Scenario: CANCEL_RESERVATION names the reservation that was made
      Given the target has been made to send RESERVE_NOW
      When the operator has the target send CANCEL_RESERVATION
      Then every command of the target cancels a reservation under the id that it was given

    @CMD-057
    Scenario: A reservation has a number
      When the operator has the target send RESERVE_NOW
      Then every command of the target reserves under a number

    @CMD-068
    Scenario: Two reservations have two reservation_ids
      Given the target has been made to send RESERVE_NOW
      And the partner has pushed a Location
      When the operator has the target send RESERVE_NOW
      Then every command of the target reserves another Location under another id

  Rule: The response_url takes results and nothing else

    @CMD-017
    Scenario Outline: The result <result> of <command> is taken
      Given the partner answers requests for commands with the result <result>
      When the operator has the target send <command>
      Then every answer to a result of the target is a success

      Examples: Results that a charge point can have
        | result           | command          |
        | ACCEPTED         | START_SESSION    |
        | EVSE_OCCUPIED    | RESERVE_NOW      |
        | EVSE_INOPERATIVE | RESERVE_NOW      |
        | FAILED           | UNLOCK_CONNECTOR |
        | NOT_SUPPORTED    | UNLOCK_CONNECTOR |
        | REJECTED         | UNLOCK_CONNECTOR |
        | TIMEOUT          | UNLOCK_CONNECTOR |

    @CMD-017
    Scenario: The result that a reservation is unknown is taken
      Given the target has been made to send RESERVE_NOW
      And the partner answers requests for commands with the result UNKNOWN_RESERVATION
      When the operator has the target send CANCEL_RESERVATION
      Then every answer to a result of the target is a success

    @CMD-018
    Scenario Outline: <method> is not part of the response_url
      Given the target has been made to send UNLOCK_CONNECTOR
      When the partner sends <method> to the response_url
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | GET    |
        | PUT    |
        | PATCH  |
        | DELETE |

    @CMD-049
    Scenario: The end of a reservation by the CPO is taken as a second result
      Given the target has been made to send RESERVE_NOW
      When the partner sends POST to the response_url with the result CANCELED_RESERVATION
      Then the response is successful
