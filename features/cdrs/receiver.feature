@receiver @writes @emsp @hub @nap @other
Feature: CDRs that the target receives
  An eMSP takes each CDR by POST, says where it keeps it, and lets its CPO read
  it there; nothing that it was sent is ever changed.

  Spec: mod_cdrs_emsp_interface, mod_cdrs_post_method, mod_cdrs_response_headers,
  mod_cdrs_msp_get_method, mod_cdrs_flow_and_lifecycle, mod_cdrs_credit_cdrs

  Background:
    Given the partner is registered with the target
    And a driver of the target has charged at the partner

  Rule: A CDR is sent by POST and read where the target says

    @CDR-026
    Scenario: A new CDR is taken by POST
      When the partner pushes a CDR with POST
      Then the response is successful

    @CDR-026
    Scenario: A CDR that was sent is read by GET
      Given the partner has pushed a CDR
      When the partner sends GET to the CDR
      Then the response shows that GET is offered

    @CDR-029
    Scenario: The answer to a new CDR has its URL
      When the partner pushes a CDR with POST
      Then the response says where the object is

    @CDR-030
    Scenario Outline: <thing> is read as it was sent
      Given the partner has pushed <thing>
      When the partner sends GET to the CDR
      Then the response is successful
      And the target's copy of the CDR equals what was pushed

      Examples: CDRs with few and with many fields
        | thing          |
        | a CDR          |
        | a complete CDR |

    @CDR-032
    Scenario: A CDR that was never sent is not found
      Given the partner has pushed a CDR
      When the partner sends GET to an unknown CDR
      Then the response reports that nothing is there

  Rule: What was sent stays as it is

    @CDR-027
    Scenario Outline: <method> does not change a CDR
      Given the partner has pushed a CDR
      When the partner sends <method> to the CDR with another remark
      Then the response does not succeed
      And the target's copy of the CDR is as before

      Examples: Methods that change
        | method |
        | PUT    |
        | PATCH  |

    @CDR-027
    Scenario: DELETE does not remove a CDR
      Given the partner has pushed a CDR
      When the partner sends DELETE to the CDR
      Then the response does not succeed
      And the target's copy of the CDR is as before

    @CDR-033
    Scenario: A second CDR of the same id does not replace the first
      Given the partner has pushed a CDR
      When the partner pushes the CDR with another total_cost with POST
      Then the target's copy of the CDR is as before

  Rule: What is incomplete is refused, what is unusual is taken

    @CDR-034
    Scenario: A CDR without a required field is refused
      When the partner pushes a CDR without total_energy with POST
      Then the response refuses what is incomplete

    @CDR-013
    Scenario: A CDR at a Location that was never published is taken
      When the partner pushes a CDR at a Location that was never pushed with POST
      Then the response is successful

    @CDR-035
    Scenario: A Credit CDR is taken
      Given the partner has pushed a CDR
      When the partner pushes the Credit CDR of the CDR with POST
      Then the response is successful

    @CDR-073
    Scenario: A CDR of a reservation at no certain EVSE is taken
      When the partner pushes a CDR of a reservation with POST
      Then the response is successful

    @CDR-068
    Scenario: A CDR with dimensions of Sessions is taken
      When the partner pushes a CDR with dimensions of Sessions with POST
      Then the response is successful

    @SES-010 @CMD-042
    Scenario: A CDR of a reservation alone is taken
      When the partner pushes a CDR of a reservation at its EVSE with POST
      Then the response is successful

    @CDR-039
    Scenario: A CDR with more periods than it needs is taken
      When the partner pushes a CDR with more periods than it needs with POST
      Then the response is successful

    @CDR-099
    Scenario: A CDR of a vehicle that fed the grid is taken
      When the partner pushes a CDR with negative volumes with POST
      Then the response is successful
