Feature: Message ids and routing headers
  What travels beside every message, so that it can be found again in a log and
  finds its way between platforms.

  Spec: transport_and_format_unique_messageg_ids, transport_and_format_message_routing

  Rule: An answer has the message ids of its request

    @RTE-037
    Scenario Outline: The X-Request-ID comes back: <method> with <token>
      When the partner sends <method> to the versions endpoint authorized with <token>
      Then the response repeats the X-Request-ID

      Examples: Answers of all kinds
        | method | token             |
        | GET    | the current token |
        | GET    | an unknown token  |
        | PUT    | the current token |

    @RTE-039
    Scenario Outline: The X-Correlation-ID comes back: <method> with <token>
      When the partner sends <method> to the versions endpoint authorized with <token>
      Then the response repeats the X-Correlation-ID

      Examples: Answers of all kinds
        | method | token             |
        | GET    | the current token |
        | GET    | an unknown token  |
        | PUT    | the current token |

  Rule: An answer of a functional module is addressed back to the requester

    @RTE-003 @sender
    Scenario Outline: The answer with the <module> list is addressed back
      Given the partner is registered with the target
      When the partner sends GET to the <module> sender interface
      Then the response is addressed back

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | tariffs   |
        | cdrs      |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

  Rule: In OCPI 2.1.1 there are no such headers, and they do no harm

    @RTE-045 @sender
    Scenario Outline: A request for the <module> list may bear them
      Given the partner is registered with the target
      When the partner sends the same GET to the <module> sender interface as usual and with routing headers and message ids
      Then the answers succeed alike

      @cpo
      Examples: A list of a CPO
        | module    |
        | locations |

      @emsp
      Examples: A list of an eMSP
        | module |
        | tokens |

  Rule: Configuration modules are not routed

    @RTE-007
    Scenario Outline: <place> needs no routing headers
      When the partner sends the same GET to <place> as usual and with routing headers
      Then the answers do not depend on it

      Examples: Configuration modules
        | place                        |
        | the versions endpoint        |
        | the version details endpoint |
        | the credentials endpoint     |

    @RTE-005
    Scenario Outline: An answer of <place> bears no routing headers
      When the partner sends GET to <place>
      Then the response bears no routing headers in a configuration module

      Examples: Configuration modules
        | place                        |
        | the versions endpoint        |
        | the version details endpoint |
        | the credentials endpoint     |
