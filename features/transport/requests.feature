Feature: The requests of the target
  How the target names itself and its messages when it calls the partner. The
  same rules are judged over the whole run in the record.

  Spec: transport_and_format_request_format, transport_and_format_unique_messageg_ids, transport_and_format_interface_endpoints

  Background:
    Given the partner is registered with the target

  Rule: A request of a Sender says who sends it and what it is

    @cpo
    Scenario Outline: A push <expectation>
      Given the target publishes at least 1 Location objects
      When the operator has the target change the status of an EVSE
      Then every request of the target <expectation>

      @TRN-003
      Examples: Authorization
        | expectation                     |
        | carries an Authorization header |

      @TRN-004 @TRN-084
      Examples: Scheme
        | expectation                          |
        | names the scheme Token and one token |

      @TRN-020 @TRN-092
      Examples: Media type
        | expectation            |
        | declares its body as JSON |

      @TRN-079
      Examples: Places
        | expectation                      |
        | goes to a URL that was published |

      @RTE-035
      Examples: Message ids
        | expectation            |
        | carries an X-Request-ID |

      @RTE-038
      Examples: Correlation
        | expectation                |
        | carries an X-Correlation-ID |

      @RTE-040
      Examples: Form of the ids
        | expectation             |
        | has UUIDs as message ids |

  Rule: A request of a Receiver says who sends it

    @emsp @ptp
    Scenario Outline: A pull <expectation>
      When the operator has the target pull the Location list
      Then every request of the target <expectation>

      @TRN-003
      Examples: Authorization
        | expectation                     |
        | carries an Authorization header |

      @TRN-004 @TRN-084
      Examples: Scheme
        | expectation                          |
        | names the scheme Token and one token |

      @TRN-079
      Examples: Places
        | expectation                      |
        | goes to a URL that was published |

      @RTE-035
      Examples: Message ids
        | expectation            |
        | carries an X-Request-ID |

      @RTE-038
      Examples: Correlation
        | expectation                |
        | carries an X-Correlation-ID |

      @RTE-040
      Examples: Form of the ids
        | expectation             |
        | has UUIDs as message ids |

  Rule: What is pushed can be pulled

    @TRN-016
    Scenario Outline: Where a <thing> is pushed, a list of such is offered
      Given the partner has read every list
      When the operator has the target create a <thing>
      Then every pushed module of the target can be pulled

      @cpo
      Examples: Objects of a CPO
        | thing    |
        | Location |

      @emsp
      Examples: Objects of an eMSP
        | thing |
        | Token |

  Rule: An answer may hold what was not asked for

    @TRN-076 @cpo
    Scenario Outline: The target goes on after an answer with <answer>
      Given the target publishes at least 1 Location objects
      And the target has pushed a change
      And the partner answers requests for Location objects with <answer>
      And the target has been made to change the status of an EVSE
      When the operator has the target change a Location
      Then the target sends PUT or PATCH to the partner's locations interface in time

      Examples: Data that is not specified
        | answer                  |
        | an object as data       |
        | an empty string as data |

  Rule: A broken object does not spoil the list

    @TRN-024 @emsp @ptp @writes
    Scenario: The valid object of a list with a broken one is taken in
      Given the partner publishes 1 Location objects
      And the partner answers requests for Location objects with an object that lacks required fields
      And the target has pulled a list that holds a Location
      When the partner sends GET to the Location
      Then the target's copy of the Location equals what was pushed

  Rule: A field that is not defined is no reason to refuse a list

    @TRN-089 @emsp @ptp @writes
    Scenario: A Location with undefined fields is taken in
      Given the partner publishes 1 Location objects
      And the partner answers requests for Location objects with undefined fields
      And the target has pulled a list that holds a Location
      When the partner sends GET to the Location
      Then the target's copy of the Location equals what was pushed

    @TRN-089 @cpo @writes
    Scenario: A Token with undefined fields is taken in
      Given the partner answers requests for the Token list with undefined fields
      And the target has pulled a list that holds a Token
      When the partner sends GET to the Token
      Then the target's copy of the Token equals what was pushed

  Rule: Messages are not queued

    @TRN-082 @cpo
    Scenario: A push that failed is not sent again later
      Given the target publishes at least 1 Location objects
      And the partner answers requests for Location objects with HTTP status 500 once
      And the target has been made to change the status of an EVSE
      When the operator has the target change a Location
      Then every push of the target is sent only once
