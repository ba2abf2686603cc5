@cpo @receiver @commands
Feature: The direct answer to a command
  A CPO says at once whether it takes a command; what the charge point makes of
  it comes later. What the CPO does not know, or cannot do, it does not take.

  Spec: mod_commands_cpo_interface, mod_commands_cpo_post_method,
  mod_commands_cpo_post_request_body, mod_commands_response_data,
  mod_commands_commandresponse_object, mod_commands_commandresponsetype_enum

  Background:
    Given the partner is registered with the target

  Rule: A command is sent by POST

    @CMD-002
    Scenario Outline: <command> is answered with a CommandResponse
      Given the target offers <what>
      When the partner sends the command <command>
      Then the response is a CommandResponse whatever its result

      Examples: Commands, where it can be so that nothing comes of them
        | command                                       | what                  |
        | START_SESSION                                 | an EVSE to charge at  |
        | STOP_SESSION for an unknown Session           | an EVSE to charge at  |
        | RESERVE_NOW                                   | an EVSE to reserve    |
        | CANCEL_RESERVATION for an unknown reservation | an EVSE to reserve    |
        | UNLOCK_CONNECTOR                              | a Connector to unlock |

    @CMD-001
    Scenario: The direct answer says nothing that only a charge point can
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then every answer to a command of the target is the CPO's own decision

    @CMD-008
    Scenario: The direct answer has a result and a timeout
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then every answer to a command of the target has a result and a timeout

    @CMD-059
    Scenario: The direct answer has a result
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then every answer to a command of the target has a result

    @CMD-003
    Scenario Outline: <method> is not part of commands
      When the partner sends <method> to the START_SESSION command
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | GET    |
        | PUT    |
        | PATCH  |
        | DELETE |

    @CMD-005
    Scenario: The body of another command is not accepted
      When the partner sends the command START_SESSION with the body of STOP_SESSION
      Then the response does not accept the command

    @CMD-007
    Scenario: A command that does not exist is not accepted
      When the partner sends the command OPEN_GARAGE, which does not exist
      Then the response does not accept the command

    @CMD-069
    Scenario: CANCEL_RESERVATION is not accepted where it does not exist
      When the partner sends the command CANCEL_RESERVATION, which does not exist yet
      Then the response does not accept the command

  Rule: What the CPO does not know it does not accept

    @CMD-019 @STA-016
    Scenario Outline: <command> for an unknown Location gets status 2003
      When the partner sends the command <command> for an unknown Location
      Then the response reports an unknown Location

      Examples: Commands that name a Location
        | command          |
        | START_SESSION    |
        | RESERVE_NOW      |
        | UNLOCK_CONNECTOR |

    @CMD-020
    Scenario: STOP_SESSION for an unknown Session gets UNKNOWN_SESSION
      When the partner sends the command STOP_SESSION for an unknown Session
      Then the response reports an unknown Session

    @CMD-063
    Scenario Outline: <command> is not accepted
      When the partner sends the command <command>
      Then the response does not accept the command

      Examples: Commands that cannot be sent to any charge point
        | command                                |
        | START_SESSION for an unknown Location  |
        | STOP_SESSION for an unknown Session    |

    @CMD-063
    Scenario: START_SESSION for an EVSE that is not there is not accepted
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION for an unknown EVSE
      Then the response does not claim to have found the EVSE

    @CMD-022 @credentials @flow
    Scenario: A Session of another eMSP's customer is not stopped
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When a second party of the partner registers with the target
      And the partner sends the command STOP_SESSION
      Then the response does not accept the command

    @CMD-009
    Scenario: A command that was refused has no result
      When the partner sends the command STOP_SESSION for an unknown Session
      Then the result does not come

  Rule: The CPO leaves it to the eMSP whether a Token is valid

    @CMD-023 @flow
    Scenario Outline: START_SESSION is accepted with <token>
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with <token>
      And the partner sends the command START_SESSION with a Token of its own
      Then the result does not depend on the Token

      Examples: Tokens that the CPO would not let in by itself
        | token                            |
        | a Token that was never pushed    |
        | a Token that is not valid        |
        | a Token whose whitelist is NEVER |

    @CMD-023 @flow
    Scenario: RESERVE_NOW is accepted with a Token that was never pushed
      Given the target offers an EVSE to reserve
      When the partner sends the command RESERVE_NOW with a Token that was never pushed
      And the partner sends the command RESERVE_NOW with a Token of its own
      Then the result does not depend on the Token

  Rule: Which EVSE and Connector are meant is told as far as it is needed

    @CMD-031
    Scenario Outline: evse_uid may be left out of <command>
      Given the target offers <evse>
      When the partner sends the command <command> without evse_uid
      Then the response is a CommandResponse although evse_uid is absent

      Examples: Commands whose evse_uid is optional
        | command       | evse                 |
        | START_SESSION | an EVSE to charge at |
        | RESERVE_NOW   | an EVSE to reserve   |

    @CMD-033
    Scenario: A connector_id without evse_uid is not accepted
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with a connector_id but without evse_uid
      Then the response does not accept the command

    @CMD-045
    Scenario: A reservation that has expired already is not accepted
      Given the target offers an EVSE to reserve
      When the partner sends the command RESERVE_NOW with an expiry_date in the past
      Then the response does not accept the command
