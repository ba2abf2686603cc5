@receiver @writes @emsp @nsp @nap @hub @ptp @other
Feature: Tariffs that the target receives
  A Receiver keeps the Tariffs that their CPO pushes, whole, until the CPO
  deletes them.

  Spec: mod_tariffs_emsp_interface, mod_tariffs_msp_get_method, mod_tariffs_put_method, mod_tariffs_delete_method

  Background:
    Given the partner is registered with the target

  Rule: The interface takes GET, PUT and DELETE, and no other method

    @TAR-014
    Scenario Outline: <thing> is taken by PUT
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Tariffs that are new
        | thing                           |
        | a Tariff                        |
        | a minimal Tariff                |
        | a complete Tariff               |
        | a Tariff that is free of charge |

    @TAR-014
    Scenario Outline: A Tariff that was pushed answers <method>
      Given the partner has pushed a Tariff
      When the partner sends <method> to the Tariff
      Then the response is successful

      Examples: Methods without a body
        | method |
        | GET    |
        | DELETE |

    @TAR-063
    Scenario Outline: <thing> is taken by PUT beside PATCH
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Tariffs that are new
        | thing            |
        | a Tariff         |
        | a minimal Tariff |

    @TAR-063
    Scenario Outline: A Tariff that was pushed answers <method> beside PATCH
      Given the partner has pushed a Tariff
      When the partner sends <method> to the Tariff
      Then the response is successful

      Examples: Methods without a body
        | method |
        | GET    |
        | DELETE |

    @TAR-063
    Scenario: A change of a Tariff is taken by PATCH
      Given the partner has pushed a Tariff
      When the partner pushes another price of the Tariff with PATCH
      Then the response is successful

    @TAR-082
    Scenario: A change of a Tariff without last_updated is taken
      Given the partner has pushed a Tariff
      When the partner pushes another price of the Tariff without last_updated with PATCH
      Then the response is successful

    @TAR-064
    Scenario: A Tariff is not taken by POST beside PATCH
      When the partner pushes a Tariff with POST
      Then the response does not succeed

    @TAR-015
    Scenario: A new Tariff is not taken by POST
      When the partner pushes a Tariff with POST
      Then the response does not succeed

    @TAR-015 @flow
    Scenario: A POST leaves no Tariff behind
      When the partner pushes a Tariff with POST
      And the partner sends GET to the Tariff
      Then the response does not succeed

    @TAR-015
    Scenario: A Tariff is not changed by PATCH
      Given the partner has pushed a Tariff
      When the partner pushes another price of the Tariff with PATCH
      Then the response does not succeed
      And the target's copy of the Tariff is as before

    @TAR-090
    Scenario: A Tariff that was never pushed is not found
      When the partner sends GET to an unknown Tariff
      Then the response reports that nothing is there

  Rule: What was pushed can be read back

    @TAR-017
    Scenario Outline: <thing> is read as it was pushed
      Given the partner has pushed <thing>
      When the partner sends GET to the Tariff
      Then the target's copy of the Tariff equals what was pushed

      Examples: Tariffs with few and with many fields
        | thing                           |
        | a minimal Tariff                |
        | a complete Tariff               |
        | a Tariff that is free of charge |

    @TAR-018
    Scenario: A Tariff is created by PUT
      When the partner pushes a Tariff with PUT
      Then the target's copy of the Tariff has the pushed id

    @TAR-018
    Scenario: A Tariff is replaced by PUT
      Given the partner has pushed a Tariff
      When the partner pushes the Tariff with another price with PUT
      Then the target's copy of the Tariff equals what was pushed

    @TAR-018
    Scenario: A field that a PUT leaves out is gone
      Given the partner has pushed a Tariff
      When the partner pushes the Tariff without its tariff_alt_text with PUT
      Then the target's copy of the Tariff has nothing that was left out

    @TAR-065
    Scenario Outline: A PATCH with <change> changes that
      Given the partner has pushed a Tariff
      When the partner pushes <change> with PATCH
      Then the target's copy of the Tariff shows the change
      And the target's copy of the Tariff is otherwise as before

      Examples: Changes of one field
        | change                               |
        | another tariff_alt_url of the Tariff |
        | another price of the Tariff          |

    @TAR-020
    Scenario: A Tariff of another owner than its URL is not taken
      When the partner pushes a Tariff with another party_id than its URL with PUT
      Then the response does not succeed

  Rule: What was deleted is gone

    @TAR-021 @flow
    Scenario: A Tariff that was deleted is no longer read
      Given the partner has pushed a Tariff
      And the target shows the Tariff
      When the partner sends DELETE to the Tariff
      And the partner sends GET to the Tariff
      Then the response does not succeed

    @TAR-089
    Scenario: DELETE of a Tariff that was never pushed finds nothing
      When the partner sends DELETE to an unknown Tariff
      Then the response reports that nothing is there

    @TAR-022
    Scenario: A Tariff that was never pushed is not deleted
      When the partner sends DELETE to an unknown Tariff
      Then the response reports an unknown object
