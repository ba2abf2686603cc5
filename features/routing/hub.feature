@hub @writes @credentials
Feature: What a hub passes on
  A hub stands between many parties. It passes on what one of them sends to
  another one, to all of the other side, or to whom it can find for a request.

  The partner is several parties, each connected to the hub with a platform of its own.

  Spec: transport_and_format_message_routing, transport_and_format_message_routing_broadcast_push,
  transport_and_format_message_routing_open_routing_request, transport_and_format_get_all_via_hubs,
  transport_and_format_unique_messageg_ids, status_codes_4xxx_hub_errors

  Background:
    Given the partner is registered with the target as an eMSP

  Rule: A request goes to the party that it names, and its answer comes back

    @RTE-031
    Scenario: A request arrives as it was addressed
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub passes the request on to the party that it names

    @RTE-031
    Scenario: A request arrives at nobody else
      Given the partner is registered with the target as an OTHER
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub passes the request on to nobody else

    @RTE-031
    Scenario: An answer comes back as it was addressed
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub brings the answer of the party that the request names

    @RTE-032
    Scenario: An object that is passed on keeps its last_updated
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub leaves last_updated as it is

    @RTE-041
    Scenario: A request that is passed on has an X-Request-ID of its own
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub gives the request a new X-Request-ID

    @RTE-042
    Scenario: A request that is passed on keeps its X-Correlation-ID
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub keeps the X-Correlation-ID of the request

    @RTE-043
    Scenario: The requester gets its own X-Request-ID back
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub answers with the X-Request-ID of the request

    @RTE-048
    Scenario: A request for Credentials is not passed on
      Given the partner is registered with the target as a CPO
      When the partner sends GET to the credentials endpoint
      Then the target as a hub describes itself and no party behind it

  Rule: What goes wrong on the way is told apart from what a party refuses

    @STA-019
    Scenario Outline: <status> of a party comes to the requester
      Given the partner answers requests for Location objects with OCPI status <status>
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub answers with the status of the party that was asked

      Examples: An error of the client and one of the server
        | status |
        | 2001   |
        | 3000   |

    @STA-021
    Scenario: A party that nobody knows is reported
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for an unknown party with PUT
      Then the target as a hub reports that the party is unknown

    @STA-022
    Scenario: A party that does not answer is reported
      Given the partner answers requests for Location objects with no answer
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for the eMSP with PUT
      Then the target as a hub reports that the request has timed out

    @STA-023
    Scenario: A party that cannot be reached is reported
      Given the partner is registered with the target as an unreachable eMSP
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for the unreachable eMSP with PUT
      Then the target as a hub reports that the party is not connected

  Rule: A broadcast goes to all of the other side, in the name of the hub

    @RTE-012
    Scenario: A broadcast of a CPO reaches no other CPO
      Given the partner is registered with the target as a second CPO
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for all with PUT
      Then the target as a hub sends the broadcast to the other side only

    @RTE-013
    Scenario: A broadcast of a CPO reaches a party of the role OTHER
      Given the partner is registered with the target as an OTHER
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for all with PUT
      Then the target as a hub sends the broadcast to the other side only

    @RTE-013
    Scenario: A broadcast of a party of the role OTHER reaches no eMSP
      Given the partner is registered with the target as a second CPO
      And the partner is registered with the target as an OTHER
      When the partner pushes a Location for all with PUT
      Then the target as a hub sends the broadcast to the other side only

    @RTE-013
    Scenario: A broadcast of a party of the role OTHER reaches CPOs
      Given the partner is registered with the target as a CPO
      And the partner is registered with the target as an OTHER
      When the partner pushes a Token for all with PUT
      Then the target as a hub sends the broadcast to the other side only

    @RTE-014
    Scenario: A broadcast comes from the hub to each party
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for all with PUT
      Then the target as a hub sends the broadcast in its own name to each party

    @RTE-016
    Scenario: A broadcast is answered by the hub
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for all with PUT
      Then the target as a hub answers the broadcast in its own name

    @RTE-020
    Scenario: The URL of a broadcast names the owner of the object
      Given the partner is registered with the target as a CPO
      When the partner pushes a Location for all with PUT
      Then the target as a hub keeps the owner in the URL of the broadcast

  Rule: Without a receiver in its headers a request is for whom the hub finds

    @RTE-022
    Scenario: A Session is routed by the Token that it names, or refused
      Given the partner is registered with the target as a CPO
      When the partner pushes a Session for whom the hub finds with PUT
      Then the target as a hub routes the request or says that it cannot

    @RTE-023
    Scenario: A Location that names nobody is passed on, or refused
      Given the partner is registered with the target as an OTHER
      And the partner is registered with the target as a CPO
      When the partner pushes a Location for whom the hub finds with PUT
      Then the target as a hub routes the request or says that it cannot

    @RTE-024
    Scenario: PUT without a receiver is noted
      Given the partner is registered with the target as a CPO
      When the partner pushes a Session for whom the hub finds with PUT
      Then the target as a hub is noted for routing requests without a receiver

    @RTE-024
    Scenario: GET of one object without a receiver is noted
      Given the partner is registered with the target as a CPO
      And the partner has pushed a Location for the eMSP
      When the partner sends GET to the Location
      Then the target as a hub is noted for routing requests without a receiver

    @RTE-025
    Scenario: A request that the hub has routed names who receives it
      Given the partner is registered with the target as a CPO
      When the partner pushes a Session for whom the hub finds with PUT
      Then the target as a hub names the party that it has found

    @RTE-026
    Scenario: The answer to a request that the hub has routed names who gives it
      Given the partner is registered with the target as a CPO
      When the partner pushes a Session for whom the hub finds with PUT
      Then the target as a hub answers in the name of the party that it has found

  Rule: A list of the hub is of all parties

    @RTE-028
    Scenario: A list of the hub holds what each party publishes
      Given the partner is registered with the target as a second CPO
      And the partner publishes 1 Location objects
      And the partner is registered with the target as a CPO
      And the partner publishes 1 Location objects
      And the partner is registered with the target as an eMSP
      When the partner follows the locations list to its end
      Then the target as a hub lists what each of the parties publishes

    @RTE-029
    Scenario: An object in a list of the hub keeps its owner
      Given the partner is registered with the target as a CPO
      And the partner publishes 1 Location objects
      And the partner is registered with the target as an eMSP
      When the partner follows the locations list to its end
      Then the target as a hub lists objects with the ids of their owners

    @RTE-030
    Scenario: A list of the hub comes in the name of the hub
      Given the partner is registered with the target as a CPO
      And the partner is registered with the target as an eMSP
      When the partner follows the locations list for 1 pages
      Then the target as a hub gives the list in its own name
