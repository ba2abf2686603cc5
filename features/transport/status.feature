Feature: HTTP status and OCPI status
  Two layers say how a request was handled. HTTP speaks for the transport, OCPI
  for the content, and neither hides the other.

  Spec: status_codes_status_codes, status_codes_1xxx_success, status_codes_2xxx_client_errors

  Background:
    Given the partner is registered with the target

  Rule: What is no JSON does not reach the OCPI layer

    @STA-001 @credentials
    Scenario: Credentials that are no JSON are malformed
      When the partner sends PUT to the credentials endpoint with malformed JSON
      Then the response is refused as malformed

    @STA-001 @writes @receiver
    Scenario Outline: A push of <object> that is no JSON is malformed
      Given the partner has pushed <thing>
      When the partner sends PUT to <object> with malformed JSON
      Then the response is refused as malformed

      @cpo
      Examples: What a CPO receives
        | object    | thing   |
        | the Token | a Token |

      @emsp
      Examples: What an eMSP receives
        | object       | thing      |
        | the Location | a Location |

    @STA-029 @credentials
    Scenario: Credentials that are no JSON are not reported as success
      When the partner sends PUT to the credentials endpoint with malformed JSON
      Then the response is not reported as success

  Rule: What reaches the OCPI layer gets no HTTP error

    @STA-002 @STA-025 @TRN-096 @credentials
    Scenario: Credentials without a url get no HTTP error
      When the partner sends credentials without url with PUT
      Then the response is no HTTP error

    @STA-002 @STA-025 @TRN-096 @writes @receiver
    Scenario Outline: An object without its fields gets no HTTP error: <object>
      Given the partner has pushed <thing>
      When the partner sends PUT to <object> with an empty object
      Then the response is no HTTP error

      @cpo
      Examples: What a CPO receives
        | object    | thing   |
        | the Token | a Token |

      @emsp
      Examples: What an eMSP receives
        | object       | thing      |
        | the Location | a Location |

  Rule: The client learns that its parameters are wrong

    @STA-013 @credentials
    Scenario: Credentials without a url are invalid
      When the partner sends credentials without url with PUT
      Then the response is refused as invalid

    @STA-013 @sender
    Scenario Outline: A period that is no date is invalid for the <module> list
      When the partner sends GET to the <module> sender interface with the parameters
        | date_from | yesterday |
      Then the response is refused as invalid

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

  Rule: What does not exist is not found

    @STA-003 @STA-026
    Scenario Outline: GET of an unknown <object> finds nothing
      When the partner sends GET to an unknown <object>
      Then the response has HTTP status 404

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

    @STA-004 @STA-026 @writes @receiver
    Scenario Outline: <method> of an unknown <object> is no success
      When the partner sends <method> to an unknown <object> with a change of last_updated
      Then the response reports an unknown object

      @cpo
      Examples: What a CPO receives
        | object | method |
        | Token  | PATCH  |

      @emsp
      Examples: What an eMSP receives
        | object  | method |
        | Session | PATCH  |

  Rule: HTTP tells a new object from a known one

    @STA-006 @cpo @writes @receiver
    Scenario: A Token that was not known is created
      When the partner pushes a Token with PUT
      Then the response reports a creation

    @STA-005 @cpo @writes @receiver
    Scenario: A Token that was known is updated
      Given the partner has pushed a Token
      When the partner sends PATCH to the Token with a change of last_updated
      Then the response reports an update

  Rule: Success has one code

    @STA-011
    Scenario Outline: Success of <place> is reported with 1000
      When the partner sends GET to <place>
      Then the response reports success with 1000

      Examples: Requests to configuration modules
        | place                        |
        | the versions endpoint        |
        | the version details endpoint |
        | the credentials endpoint     |

      @cpo
      Examples: Lists of a CPO
        | place                          |
        | the locations sender interface |

      @emsp
      Examples: Lists of an eMSP
        | place                       |
        | the tokens sender interface |

      @ptp
      Examples: Lists of a payment terminal provider
        | place                          |
        | the terminals sender interface |

    @STA-009 @sender
    Scenario Outline: Success of the <module> list comes with data
      When the partner sends GET to the <module> sender interface
      Then the response has the data that the request asks for

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

  Rule: Standard modules use the codes of the tables

    @STA-008
    Scenario: A refusal has no custom status_code
      When the partner sends GET to the versions endpoint authorized with an unknown token
      Then the response has no custom status_code

    @TRN-073 @TRN-093
    Scenario: A refusal has a status_code of the tables
      When the partner sends GET to the credentials endpoint authorized with an unknown token
      Then the response has a status_code of four digits

    @STA-027
    Scenario: A refusal has no status_code of later versions
      When the partner sends GET to the credentials endpoint authorized with an unknown token
      Then the response has a status_code that its version lists

  Rule: What is not defined and what is not allowed are refused

    @STA-024
    Scenario: DELETE of the version details is refused
      When the partner sends DELETE to the version details endpoint
      Then the response does not succeed

    @STA-030 @emsp @ptp @receiver @writes
    Scenario: A Location of another owner is refused
      Given the partner has pushed a Location
      When the partner sends GET to a foreign Location
      Then the response does not succeed
