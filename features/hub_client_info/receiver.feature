@receiver @writes @credentials
Feature: The Receiver interface of hub client info
  A hub tells the parties connected to it who else can be reached through it, by
  PUT of a ClientInfo for each, and can look at what they keep of that.

  Spec: mod_hub_client_info_client_interface, mod_hub_client_info_client_get,
  mod_hub_client_info_client_put, mod_hub_client_info_hub_client_info_object

  Background:
    Given the partner is registered with the target as a HUB

  Rule: PUT and GET are offered

    @HUB-003
    Scenario: A ClientInfo is taken by PUT
      When the partner pushes a ClientInfo with PUT
      Then the response is successful

    @HUB-003
    Scenario: A ClientInfo is read by GET
      Given the partner has pushed a ClientInfo
      When the partner sends GET to the ClientInfo
      Then the response shows that GET is offered

    @HUB-004
    Scenario: POST does not change a ClientInfo
      Given the partner has pushed a ClientInfo
      And the target shows the ClientInfo
      When the partner sends POST to the ClientInfo with another status
      Then the response does not succeed
      And the target's copy of the ClientInfo equals what was pushed

    @HUB-004
    Scenario: PATCH does not change a ClientInfo
      Given the partner has pushed a ClientInfo
      And the target shows the ClientInfo
      When the partner sends PATCH to the ClientInfo with another status
      Then the response does not succeed
      And the target's copy of the ClientInfo is as before

    @HUB-004
    Scenario: DELETE does not remove a ClientInfo
      Given the partner has pushed a ClientInfo
      And the target shows the ClientInfo
      When the partner sends DELETE to the ClientInfo
      Then the response does not succeed
      And the target's copy of the ClientInfo is as before

  Rule: GET returns the ClientInfo as it is stored

    @HUB-012
    Scenario: A ClientInfo is read as it was sent
      Given the partner has pushed a ClientInfo
      When the partner sends GET to the ClientInfo
      Then the response is a valid ClientInfo
      And the target's copy of the ClientInfo equals what was pushed

    @HUB-012
    Scenario: A party that nobody has told of is not found
      Given the partner has pushed a ClientInfo
      When the partner sends GET to an unknown ClientInfo
      Then the response reports an unknown object

  Rule: PUT stores a ClientInfo or replaces the one before

    @HUB-013
    Scenario Outline: <thing> takes the place of the one before
      Given the partner has pushed a ClientInfo
      When the partner pushes <thing> with PUT
      Then the response is successful
      And the target's copy of the ClientInfo equals what was pushed

      Examples: What becomes of a party
        | thing                          |
        | a ClientInfo that is OFFLINE   |
        | a ClientInfo that is PLANNED   |
        | a ClientInfo that is SUSPENDED |

    @HUB-013
    Scenario: A party that comes back takes the place of the one that was away
      Given the partner has pushed a ClientInfo
      And the partner has pushed a ClientInfo that is OFFLINE
      When the partner pushes a ClientInfo that is CONNECTED with PUT
      Then the target's copy of the ClientInfo equals what was pushed

    @HUB-014
    Scenario: A ClientInfo of another party than its URL is refused
      When the partner pushes a ClientInfo with another party_id than its URL with PUT
      Then the response preferably refuses it as invalid

    @HUB-015
    Scenario: A second role of a party takes the place of the first
      Given the partner has pushed a ClientInfo
      When the partner pushes a ClientInfo of another role with PUT
      Then the target's copy of the ClientInfo equals what was pushed

  Rule: Nothing is routed, since it is between the hub and its client

    @HUB-030
    Scenario: The answer to a ClientInfo bears no routing headers
      When the partner pushes a ClientInfo with PUT
      Then the response bears no routing headers in a configuration module

    @HUB-030
    Scenario: The answer to a request for a ClientInfo bears no routing headers
      Given the partner has pushed a ClientInfo
      When the partner sends GET to the ClientInfo
      Then the response bears no routing headers in a configuration module

  Rule: To be asked for its versions changes nothing at the target

    @HUB-027
    Scenario: What is asked to see who is alive has no side effects
      Given the partner has pushed a ClientInfo
      And the target shows the ClientInfo
      When the partner sends GET to the versions endpoint
      Then the target's copy of the ClientInfo equals what was pushed
