@hub @sender
Feature: The parties that a hub tells of
  A hub tells the parties that are connected to it of each other: it pushes
  who comes and goes, and shows a list to who is not sure.

  Spec: mod_hub_client_info_hub_interface, mod_hub_client_info_hub_get, mod_hub_client_info_push_model,
  mod_hub_client_info_hub_client_info_object, mod_hub_client_info_hub_connection_type_enum

  Background:
    Given the partner is registered with the target as an eMSP

  Rule: The Sender interface offers GET and nothing that changes a ClientInfo

    @HUB-005
    Scenario: The ClientInfo list answers GET
      When the partner sends GET to the hubclientinfo sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @HUB-006 @writes
    Scenario Outline: <method> is not part of the ClientInfo list
      When the partner sends <method> to the hubclientinfo sender interface
      Then the response does not succeed

      Examples: Methods that are not defined there
        | method |
        | POST   |
        | PUT    |
        | PATCH  |
        | DELETE |

    @HUB-030
    Scenario: The ClientInfo list bears no routing headers
      When the partner sends GET to the hubclientinfo sender interface with the parameters
        | limit | 2 |
      Then the response bears no routing headers in a configuration module

  Rule: The list is paginated and can be narrowed by date

    @HUB-007
    Scenario: The ClientInfo list needs no parameter
      When the partner asks for these pages of the hubclientinfo list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @HUB-008 @credentials
    Scenario: A ClientInfo is in the periods that hold its last_updated
      Given the partner is registered with the target as a CPO
      And the target publishes at least 1 ClientInfo object
      When the partner asks for these pages of the hubclientinfo list
        | limit | date_from                                          | date_to                                           |
        | 50    | a second before the last_updated of the ClientInfo | a second after the last_updated of the ClientInfo |
        | 50    | a second before the last_updated of the ClientInfo | the last_updated of the ClientInfo                |
        | 50    | the last_updated of the ClientInfo                 | a second after the last_updated of the ClientInfo |
        | 50    | 2010-01-01T00:00:00Z                               |                                                   |
        | 50    | a second before the last_updated of the ClientInfo | a second after the last_updated of the ClientInfo |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @HUB-009 @credentials
    Scenario: The ClientInfo list comes in pages
      Given the partner is registered with the target as a CPO
      When the partner asks for these pages of the hubclientinfo list
        | limit |
        | 2     |
      Then the pages are paginated

    @HUB-009 @credentials
    Scenario: No page of the ClientInfo list is larger than its limit
      Given the partner is registered with the target as a CPO
      And the target publishes at least 2 ClientInfo objects
      When the partner asks for these pages of the hubclientinfo list
        | limit |
        | 1     |
        | 2     |
      Then the pages hold no more objects than asked for

    @HUB-009 @credentials
    Scenario: Two pages of the ClientInfo list are one page of double size
      Given the partner is registered with the target as a CPO
      And the target publishes at least 2 ClientInfo objects
      When the partner asks for these pages of the hubclientinfo list
        | offset | limit |
        | 0      | 2     |
        | 0      | 1     |
        | 1      | 1     |
        | 0      | 2     |
      Then the pages hold the objects at their places in the list

  Rule: A ClientInfo says who is connected

    @HUB-010 @credentials
    Scenario: Every ClientInfo of the list has its required fields
      Given the partner is registered with the target as a CPO
      When the partner sends GET to the hubclientinfo sender interface with the parameters
        | limit | 50 |
      Then the response is a list of at least 1 ClientInfo

    @HUB-029 @credentials
    Scenario: A ClientInfo has the ids of the Credentials
      Given the partner is registered with the target as a CPO
      When the partner follows the hubclientinfo list to its end
      Then the target as a hub lists the parties with the ids of their Credentials

    @CRD-045 @writes @credentials
    Scenario: A party that can be reached is listed
      Given the partner is registered with the target as a CPO
      And the partner has pushed a Location for the eMSP
      When the partner follows the hubclientinfo list to its end
      Then the target as a hub lists the party that it has reached

    @HUB-028 @writes @credentials
    Scenario: A party that can be reached is CONNECTED
      Given the partner is registered with the target as a CPO
      And the partner has pushed a Location for the eMSP
      When the partner follows the hubclientinfo list to its end
      Then the target as a hub lists the party that it has reached as CONNECTED

    @HUB-028 @credentials
    Scenario: A party that does not answer is OFFLINE
      Given the partner answers requests for versions with a closed connection
      And the partner is registered with the target as a CPO
      When the operator has the target check its parties
      Then the target as a hub tells the others that the eMSP is OFFLINE

    @HUB-026
    Scenario: A silent party is asked for its versions
      When the operator has the target check its parties
      Then the target sends GET to the partner's versions endpoint in time

  Rule: Who comes and goes is pushed to the others

    @HUB-001 @HUB-016 @credentials
    Scenario: The others are told of a new party
      When a second party of the partner registers with the target
      Then the target as a hub tells the others of the new party

    @HUB-014 @credentials
    Scenario: The URL of a ClientInfo names the party
      When a second party of the partner registers with the target
      Then the target as a hub names the party in the URL of its ClientInfo

    @HUB-017 @credentials @flow
    Scenario: The others are told of a party that has left
      When a second party of the partner registers with the target
      Then the target as a hub tells the others of the new party (HUB-016)
      When the partner sends its credentials with DELETE
      Then the target as a hub tells the others that the party is gone

    @HUB-017 @credentials
    Scenario: The others are told of a party that is away
      Given the partner is registered with the target as a CPO
      When the operator has the target call the eMSP OFFLINE
      Then the target as a hub tells the others that the eMSP is OFFLINE

    @HUB-018 @credentials
    Scenario: The others are told of a party that is removed
      Given the partner is registered with the target as a CPO
      When the operator has the target suspend the eMSP
      Then the target as a hub tells the others that the eMSP is SUSPENDED

    @HUB-030 @credentials
    Scenario: A ClientInfo that is pushed bears no routing headers
      Given the partner is registered with the target as a CPO
      When the operator has the target call the eMSP OFFLINE
      Then every request of the target bears no routing headers in a configuration module

  Rule: The Credentials of a hub say what it is

    @CRD-044 @credentials
    Scenario: A hub is the only role of its Credentials
      Given the partner is registered with the target as a CPO
      When the partner sends GET to the credentials endpoint
      Then the target as a hub names itself and nobody behind it

    @CRD-049
    Scenario: A hub gives its hub_party_id
      When the partner sends GET to the credentials endpoint
      Then the target as a hub gives its hub_party_id

    @CRD-050 @writes @credentials
    Scenario: The parties that can be reached are roles of the hub
      Given the partner is registered with the target as a CPO
      And the partner has pushed a Location for the eMSP
      When the partner sends GET to the credentials endpoint
      Then the target as a hub names the parties that it reaches in its roles
