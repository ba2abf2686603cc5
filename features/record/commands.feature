@cpo @receiver @commands
Feature: All results of commands of a run
  Whatever result of a command came in the run follows the rules of its class
  and of every message.

  Spec: mod_commands_msp_post_method, mod_commands_commandresult_object,
  mod_commands_commandresponse_object, transport_and_format_authorization_header,
  transport_and_format_unique_messageg_ids

  Background:
    Given the partner is registered with the target
    And the target has pushed the result of a command

  Rule: A result is a request like every other

    @CMD-011
    Scenario: A result goes to exactly the response_url
      When the run has ended
      Then every result of the target goes to the response_url of a command

    @CMD-012
    Scenario: A result is a bare CommandResult
      When the run has ended
      Then every result of the target is a bare CommandResult

    @CMD-060
    Scenario: A result is a bare CommandResponse
      When the run has ended
      Then every result of the target is a bare CommandResponse

    @CMD-013
    Scenario: A result is authorized with the token of the registration
      When the run has ended
      Then every result of the target is authorized with the token of the registration

    @CMD-014
    Scenario: A result comes within the timeout that was announced
      When the run has ended
      Then every result of the target comes within the timeout that was announced

    @CMD-061
    Scenario: A result carries both message ids
      When the run has ended
      Then every result of the target carries both message ids

    @CMD-062
    Scenario: A result is routed back to the party that sent the command
      When the run has ended
      Then every result of the target is routed back to who sent the command
