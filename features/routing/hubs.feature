@credentials
Feature: Routing headers of a party that is connected to a hub
  Behind a hub are many parties. A message names the one that it is for, or the
  hub itself where it is for all, or nobody where the hub is to find out.

  The partner acts as a hub, and its objects are those of the party behind the hub.

  Spec: transport_and_format_message_routing, transport_and_format_message_routing_broadcast_push,
  transport_and_format_message_routing_open_routing_request, transport_and_format_get_all_via_hubs

  Background:
    Given the partner is registered with the target as a HUB

  Rule: An answer goes to who has asked, be it a party or the hub

    @RTE-047 @sender
    Scenario Outline: The <module> list is addressed to the party behind the hub
      When the partner sends GET to the <module> sender interface
      Then the response is addressed through the hub to its sender

      @cpo
      Examples: A list of a CPO
        | module    |
        | locations |

      @emsp
      Examples: A list of an eMSP
        | module |
        | tokens |

    @RTE-047 @receiver @writes
    Scenario Outline: The answer to <thing> is addressed to its owner
      When the partner pushes <thing> with PUT
      Then the response is addressed through the hub to its sender

      @cpo
      Examples: What a CPO is told
        | thing   |
        | a Token |

      @emsp
      Examples: What an eMSP is told
        | thing      |
        | a Location |

    @RTE-026 @sender
    Scenario Outline: A single <object> is addressed to who has asked for it
      Given the target publishes at least 1 <object> objects
      When the partner sends GET to the <object>
      Then the response is addressed through the hub to its sender

      @cpo
      Examples: An object of a CPO
        | object   |
        | Location |

    @RTE-026 @receiver @writes
    Scenario Outline: The copy of <thing> is addressed to who has asked for it
      Given the partner has pushed <thing>
      When the partner sends GET to the <object>
      Then the response is addressed through the hub to its sender

      @cpo
      Examples: What a CPO keeps
        | thing   | object |
        | a Token | Token  |

      @emsp
      Examples: What an eMSP keeps
        | thing      | object   |
        | a Location | Location |

    @RTE-015 @receiver @writes
    Scenario Outline: The answer to <thing> is addressed to the hub
      When the partner pushes <thing> with PUT
      Then the response is addressed through the hub to its sender

      @cpo
      Examples: What a CPO is told
        | thing                  |
        | a Token as a broadcast |

      @emsp
      Examples: What an eMSP is told
        | thing                     |
        | a Location as a broadcast |

  Rule: A request for one party names it, or leaves it to the hub to find it

    @RTE-046 @cpo @writes
    Scenario: A Session names the party of its Token
      Given the target offers an EVSE to charge at
      And the partner has pushed a Token with whitelist ALWAYS
      When the operator has the target present the Token
      Then every request of the target names the party behind the hub that it is for

    @RTE-021 @cpo @writes
    Scenario: A question about a Token names its party or nobody
      Given the target offers an EVSE to charge at
      And the partner has pushed a Token with whitelist NEVER
      When the operator has the target present the Token
      Then every request of the target leaves out both TO headers or none

    @RTE-046 @emsp @writes
    Scenario: Charging preferences name the party of the Session
      Given a driver of the target has charged at the partner
      And the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      When the operator has the target set charging preferences
      Then every request of the target names the party behind the hub that it is for

    @emsp
    Scenario Outline: A request to <act> <phrase>
      Given a driver of the target is charging at the partner
      When the operator has the target <act>
      Then every request of the target <phrase>

      @RTE-021
      Examples: Requests that name nobody
        | act                    | phrase                             |
        | set a charging profile | leaves out both TO headers or none |

      @RTE-018
      Examples: Requests that read what one party has
        | act                        | phrase                                    |
        | request the active profile | leaves it to the hub to find who is asked |

  Rule: What is meant for all may go to the hub itself, and nothing else

    @RTE-011 @cpo
    Scenario: News of an EVSE may be broadcast
      Given the target publishes at least 1 Location objects
      When the operator has the target change the status of an EVSE
      Then every request of the target is noted unless it is a broadcast

    @RTE-011 @emsp
    Scenario: A new Token may be broadcast
      When the operator has the target create a Token
      Then every request of the target is noted unless it is a broadcast

    @RTE-019 @cpo @writes
    Scenario: A Session is not broadcast
      Given the target offers an EVSE to charge at
      And the partner has pushed a Token with whitelist ALWAYS
      When the operator has the target present the Token
      Then every request of the target broadcasts only what is meant for all

    @RTE-019 @cpo @writes
    Scenario: A CDR is not broadcast
      Given the target publishes at least 1 Location objects
      And the partner has pushed a Token with whitelist ALWAYS
      And the target has begun a Session
      When the operator has the target stop the Session
      Then every request of the target broadcasts only what is meant for all

    @RTE-017 @cpo
    Scenario: What the hub holds of a Location is read of a party and not of all
      Given the target publishes at least 1 Location objects
      And the partner answers requests for Location objects with HTTP status 404
      When the operator has the target change the status of an EVSE
      Then every request of the target is no GET that goes to all

  Rule: A list of the objects of all is asked of the hub itself

    @RTE-027 @cpo
    Scenario: The Tokens of all eMSPs are asked of the hub
      When the operator has the target pull the Token list
      Then every request of the target asks the hub itself for the objects of all

    @RTE-027 @emsp
    Scenario: The Locations of all CPOs are asked of the hub
      When the operator has the target pull the Location list
      Then every request of the target asks the hub itself for the objects of all
