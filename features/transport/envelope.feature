Feature: The response format
  What every answer is wrapped in, and what it says when a request is refused.
  The same rules are judged over the whole run in the record.

  Spec: transport_and_format_response_format

  Rule: An HTTP error is explained in the response format

    @TRN-075
    Scenario: A refusal for want of authorization is explained
      When the partner sends GET to the versions endpoint authorized with an unknown token
      Then the response explains an HTTP error in the response format

    @TRN-075
    Scenario Outline: A refusal of what does not exist is explained: <object>
      Given the partner is registered with the target
      When the partner sends GET to an unknown <object>
      Then the response explains an HTTP error in the response format

      Examples: Objects that either side is asked for
        | object   |
        | Location |

      @cpo
      Examples: Objects that a CPO is asked for
        | object |
        | Token  |

      @emsp
      Examples: Objects that an eMSP is asked for
        | object |
        | Tariff |

  Rule: Data that is not specified stays unset

    @TRN-077 @writes @receiver
    Scenario Outline: The answer to a push of <thing> holds no data
      Given the partner is registered with the target
      When the partner pushes <thing> with PUT
      Then the response leaves unspecified data unset

      @cpo
      Examples: What a CPO receives
        | thing   |
        | a Token |

      @emsp
      Examples: What an eMSP receives
        | thing      |
        | a Location |

  Rule: Endpoint URLs tell the version

    @TRN-080
    Scenario: Every endpoint URL names the version
      When the partner sends GET to the version details endpoint
      Then the response names the version in every URL
