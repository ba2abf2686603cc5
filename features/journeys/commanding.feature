@emsp @commands @writes
Feature: Charging with the target's app at the EVSEs of the partner
  What a driver of the target goes through at an EVSE of the partner: the app
  starts and stops, and hears of both.

  Spec: mod_commands_flow, mod_commands_emsp_interface,
  mod_commands_stopsession_object

  Background:
    Given the partner is registered with the target
    And the partner has pushed a Location

  Rule: A driver starts and stops charging

    @CMD-004 @CMD-017 @CMD-067 @flow
    Scenario: A driver with the target's app charges
      When the operator has the target send START_SESSION
      Then every answer to a result of the target is a success (CMD-017)
      When the operator has the target send STOP_SESSION
      Then every command of the target has the body that belongs to it (CMD-004)
      And every command of the target stops a Session of the partner by its id (CMD-067)
      And every answer to a result of the target is a success (CMD-017)
