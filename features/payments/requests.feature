@cpo @writes @credentials
Feature: What a CPO asks of a payment terminal provider
  A CPO says where a terminal is used and which data of its own belong to it,
  has new terminals activated, and takes others out of service.

  Spec: mod_payments_terminal_assignment_usage_flow, mod_payments_terminal_activation_usage_flow,
  mod_payments_ptp_patch_terminal_method, mod_payments_ptp_terminal_put_method,
  mod_payments_ptp_terminal_post_activate_method, mod_payments_ptp_terminal_post_deactivate_method

  Background:
    Given the partner is registered with the target as a PTP
    And the partner has pushed a complete Terminal

  Rule: Locations and EVSEs are assigned by PATCH

    @PAY-050
    Scenario: A Terminal is assigned by PATCH
      Given the target publishes at least 1 Location objects
      When the operator has the target assign a Terminal
      Then the target sends PATCH with an assignment to the partner's payments interface in time

    @PAY-020
    Scenario: An assignment says when it was made
      Given the target publishes at least 1 Location objects
      When the operator has the target assign a Terminal
      Then every request of the target says when it has changed a Terminal

    @PAY-046
    Scenario Outline: A request to <act> carries the routing headers
      When the operator has the target <act>
      Then every request of the target carries its routing headers

      Examples: Acts of a CPO that a provider hears of
        | act                                       |
        | assign a Terminal                         |
        | pull the Terminal list                    |
        | pull the FinancialAdviceConfirmation list |

    @PAY-046
    Scenario: Among several parties a request carries the routing headers
      Given the partner acts for a second party
      When the operator has the target assign a Terminal
      Then every request of the target carries its routing headers

  Rule: Other data of a Terminal are changed by PUT

    @PAY-056
    Scenario: A Terminal is updated by PUT
      When the operator has the target update a Terminal
      Then the target sends PUT to the partner's payments interface in time

    @PAY-056
    Scenario: What is put is a whole Terminal
      When the operator has the target update a Terminal
      Then every request of the target updates a Terminal as a whole

  Rule: A new terminal is activated, a broken one deactivated

    @PAY-051
    Scenario: An activation links the Terminal to its place
      Given the target publishes at least 1 Location objects
      When the operator has the target activate a Terminal
      Then every request of the target links the Terminal that it activates to its place

    @PAY-053
    Scenario: A Terminal is taken out of service by POST
      When the operator has the target deactivate a Terminal
      Then the target sends POST with a deactivation to the partner's payments interface in time
