@cpo @receiver @writes @credentials
Feature: Terminals that a CPO is given
  A payment terminal provider makes each new terminal known to the CPO by POST
  and can read there what the CPO keeps of it.

  Spec: mod_payments_payments_module, mod_payments_interfaces_and_endpoints,
  mod_payments_cpo_terminals_interface, mod_payments_cpo_terminal_get_method,
  mod_payments_cpo_terminal_post_method, mod_payments_terminal_object

  Background:
    Given the partner is registered with the target as a PTP

  Rule: The module holds two collections

    @PAY-007
    Scenario: Terminals are below the URL of the module
      When the partner pushes a Terminal with POST
      Then the response comes from below the URL of its module

  Rule: A Terminal is created by POST and read by GET

    @PAY-004
    Scenario: A new Terminal is taken by POST
      When the partner pushes a Terminal with POST
      Then the response is successful

    @PAY-004
    Scenario: A Terminal that was created is read by GET
      Given the partner has pushed a Terminal
      When the partner sends GET to the Terminal
      Then the response shows that GET is offered

    @PAY-025
    Scenario Outline: <thing> is there once it was created
      When the partner pushes <thing> with POST
      Then the response is successful
      And the target's copy of the Terminal has the pushed id

      Examples: Terminals of which little and much is known
        | thing               |
        | a Terminal          |
        | a complete Terminal |

    @PAY-047
    Scenario: A Terminal can be created by its id alone
      When the partner pushes a Terminal of its terminal_id alone with POST
      Then the response takes a Terminal of its id alone

    @PAY-027
    Scenario Outline: <thing> is read with the data of its provider
      Given the partner has pushed <thing>
      When the partner sends GET to the Terminal
      Then the target's copy of the Terminal has the data of its provider

      Examples: Terminals of which little and much is known
        | thing               |
        | a Terminal          |
        | a complete Terminal |

    @PAY-027
    Scenario: A Terminal that was never created is not found
      Given the partner has pushed a Terminal
      When the partner sends GET to an unknown Terminal
      Then the response reports an unknown object of payments

  Rule: Nothing else is offered to the provider

    @PAY-006
    Scenario Outline: <method> does not change a Terminal
      Given the partner has pushed a Terminal
      And the target shows the Terminal
      When the partner sends <method> to the Terminal with another reference
      Then the response does not succeed
      And the target's copy of the Terminal is as before

      Examples: Methods of another interface
        | method |
        | PUT    |
        | PATCH  |

    @PAY-006
    Scenario: DELETE does not remove a Terminal
      Given the partner has pushed a Terminal
      And the target shows the Terminal
      When the partner sends DELETE to the Terminal
      Then the response does not succeed
      And the target's copy of the Terminal is as before

  Rule: What the list of the provider leaves out is no longer valid

    @PAY-011
    Scenario: A Terminal that the list does not hold is forgotten
      Given the partner has pushed a Terminal
      And the target shows the Terminal
      And the target has pulled a list without the Terminal
      When the partner sends GET to the Terminal
      Then the response does not succeed
