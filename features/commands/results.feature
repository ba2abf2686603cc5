@cpo @receiver @commands
Feature: The result of a command
  What a charge point makes of a command that was ACCEPTED, the CPO POSTs once
  to the response_url of that command.

  Spec: mod_commands_flow, mod_commands_msp_post_method,
  mod_commands_msp_post_request_body, mod_commands_commandresult_object,
  mod_commands_commandresulttype_enum

  Background:
    Given the partner is registered with the target

  Rule: Every command that was accepted has one result

    @CMD-010
    Scenario: The result of an accepted command comes to its response_url
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION
      Then the result comes

    @CMD-011 @flow
    Scenario: Commands at the same time have their results apart
      Given the target offers a Connector to unlock
      When the partner sends the command UNLOCK_CONNECTOR
      And the partner sends the command UNLOCK_CONNECTOR
      Then the result comes to the URL of each command

    @CMD-015
    Scenario: A result that fails is not sent again
      Given the target offers an EVSE to charge at
      And the partner answers requests for results of commands with HTTP status 500
      When the partner sends the command START_SESSION
      Then the result comes once

  Rule: The result says what the charge point made of the command

    @CMD-021
    Scenario Outline: <command> where it is not supported gets NOT_SUPPORTED
      Given the target offers <what>
      When the partner sends the command <command>
      Then the result is NOT_SUPPORTED at once or later

      Examples: Commands that need a capability
        | command          | what                                |
        | RESERVE_NOW      | an EVSE that cannot be reserved     |
        | UNLOCK_CONNECTOR | a Connector that cannot be unlocked |

    @CMD-035
    Scenario: An EVSE that needs a connector_id is not started without one
      Given the target offers an EVSE that needs a connector_id
      When the partner sends the command START_SESSION without connector_id
      Then the result is not ACCEPTED at once and later

    @CMD-047
    Scenario: Cancelling an unknown reservation gets UNKNOWN_RESERVATION
      When the partner sends the command CANCEL_RESERVATION for an unknown reservation
      Then the result is UNKNOWN_RESERVATION unless the command was refused

    @CMD-050
    Scenario: A command to a charge point that does not answer gets TIMEOUT
      Given the target offers an EVSE of a silent charge point
      When the partner sends the command START_SESSION
      Then the result is TIMEOUT unless the command was refused

    @CMD-051
    Scenario: A command for an EVSE in use gets EVSE_OCCUPIED
      Given the target offers an EVSE to charge at
      And the partner has sent the command START_SESSION
      When the partner sends the command START_SESSION with a Token of its own
      Then the result is EVSE_OCCUPIED unless the command was refused

  Rule: A CPO does not ask the eMSP about the Token of its own command

    @CMD-024
    Scenario Outline: No real-time authorization follows a command with <token>
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with <token>
      Then the result comes without a real-time authorization

      Examples: Tokens that no driver presents
        | token                |
        | an AD_HOC_USER Token |
        | an APP_USER Token    |

    @CMD-025
    Scenario: No real-time authorization follows a command with an RFID Token
      Given the target offers an EVSE to charge at
      When the partner sends the command START_SESSION with a Token that was never pushed
      Then the result comes without a real-time authorization
