@cpo
Feature: Tariffs that the target pushes
  A CPO that pushes keeps its Receivers up to date: Tariffs that are new, that
  change, and that are no longer in use.

  Spec: mod_tariffs_push_model, mod_tariffs_interfaces_and_endpoints, mod_tariffs_emsp_interface,
  mod_tariffs_msp_put_request_parameters, mod_tariffs_delete_method

  Background:
    Given the partner is registered with the target

  Rule: What is new, changed or gone is pushed

    @TAR-061
    Scenario Outline: The target pushes when it is made to <act>
      When the operator has the target <act>
      Then the target sends PUT or PATCH or DELETE to the partner's tariffs interface in time

      Examples: What befalls a Tariff
        | act             |
        | create a Tariff |
        | change a Tariff |
        | delete a Tariff |

    @TAR-001
    Scenario: A new Tariff is pushed by PUT
      Given the target has pushed news of a Tariff
      When the operator has the target create a Tariff
      Then the target sends PUT to the partner's tariffs interface in time

    @TAR-002
    Scenario: A Tariff that changed is pushed
      Given the target has pushed news of a Tariff
      When the operator has the target change a Tariff
      Then the target sends PUT or PATCH to the partner's tariffs interface in time

    @TAR-003
    Scenario: A Tariff that was deleted is announced by DELETE
      Given the target has pushed news of a Tariff
      When the operator has the target delete a Tariff
      Then the target sends DELETE to the partner's tariffs interface in time

    @TAR-023 @flow
    Scenario: A Tariff that was deleted is in use nowhere
      Given the target has pushed news of a Tariff
      When the operator has the target delete a Tariff
      And the partner follows the locations list to its end
      Then every deletion of the target leaves no Connector with the Tariff

  Rule: A push stands at the URL of its Tariff

    @TAR-016
    Scenario: A Tariff is addressed by owner and id
      Given the target has pushed news of a Tariff
      When the run has ended
      Then every tariff request of the target is addressed by its owner and its id

    @TAR-019
    Scenario: A Tariff is pushed under the owner it names
      Given the target has pushed a Tariff
      When the run has ended
      Then every tariff request of the target has the owner of its Tariff in the URL

    @TAR-091
    Scenario: A Tariff is pushed under its own id
      Given the target has pushed a Tariff
      When the run has ended
      Then every tariff request of the target has the id of its Tariff in the URL

    @TAR-073
    Scenario: A Tariff is changed by PUT only
      Given the target has pushed news of a Tariff
      When the run has ended
      Then every tariff request of the target is no PATCH
