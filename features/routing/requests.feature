Feature: Routing headers on one link
  Which party of a platform a message is from, and which one it is for, stands
  in four headers of every message of a functional module.

  Spec: transport_and_format_message_routing

  Background:
    Given the partner is registered with the target

  Rule: A request with all four headers is served

    @RTE-001 @sender
    Scenario Outline: A request for the <module> list is served for the party in its headers
      When the partner sends GET to the <module> sender interface
      Then the response is successful

      @cpo
      Examples: Lists of a CPO that need no parameters
        | module    |
        | locations |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP that need no parameters
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider that need no parameters
        | module    |
        | terminals |

    @RTE-008 @sender
    Scenario Outline: Parties in the headers of <module> have no letter case
      When the partner sends the same GET to the <module> sender interface as usual and with routing headers in lower case
      Then the answers succeed alike

      @cpo
      Examples: A list of a CPO
        | module    |
        | locations |

      @emsp
      Examples: A list of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: A list of a payment terminal provider
        | module    |
        | terminals |

  Rule: A list is that of the party addressed

    @RTE-010 @sender
    Scenario Outline: The <module> list holds objects of the party addressed
      When the partner asks each party of the target for its <module> list
      Then the answers hold objects of the party addressed

      @cpo
      Examples: A list of a CPO
        | module    |
        | locations |

      @emsp
      Examples: A list of an eMSP
        | module |
        | tokens |

  Rule: A request of the target says from which party it is and for which

    @RTE-002 @cpo @credentials
    Scenario: A push carries the routing headers where there are several parties
      Given the target publishes at least 1 Location objects
      And the partner acts for a second party
      When the operator has the target change the status of an EVSE
      Then every request of the target carries its routing headers

    @RTE-002 @emsp @ptp @credentials
    Scenario: A pull carries the routing headers where there are several parties
      Given the partner acts for a second party
      When the operator has the target pull the Location list
      Then every request of the target carries its routing headers

    @RTE-009 @cpo
    Scenario: A push between single parties carries the routing headers too
      Given the target publishes at least 1 Location objects
      When the operator has the target change the status of an EVSE
      Then every request of the target carries its routing headers

    @RTE-009 @emsp @ptp
    Scenario: A pull between single parties carries the routing headers too
      When the operator has the target pull the Location list
      Then every request of the target carries its routing headers

    @RTE-004 @cpo
    Scenario: A push is from a party of the target to a party of the partner
      Given the target publishes at least 1 Location objects
      When the operator has the target change the status of an EVSE
      Then every request of the target is from a party of the target to a party of the partner

    @RTE-004 @emsp @ptp
    Scenario: A pull is from a party of the target to a party of the partner
      When the operator has the target pull the Location list
      Then every request of the target is from a party of the target to a party of the partner
