Feature: The Authorization header
  Every request says who sends it. Whoever cannot say so is turned away before
  anything else is looked at.

  Spec: transport_and_format_authorization_header

  Rule: Nobody is served without a known credentials token

    @TRN-010
    Scenario: A request without an Authorization header is unauthorized
      When the partner calls every advertised endpoint authorized with no Authorization header
      Then the answers are refused as unauthorized

    @TRN-011
    Scenario: A request with a token that nobody has is unauthorized
      When the partner calls every advertised endpoint authorized with an unknown token
      Then the answers are refused as unauthorized

    @TRN-012
    Scenario Outline: A header with <value> is unauthorized
      When the partner sends GET to the credentials endpoint authorized with <value>
      Then the response is refused for want of a token

      Examples: Headers that hold no valid token
        | value            |
        | the scheme Bearer |
        | the scheme Basic |
        | an empty token   |
        | invalid Base64   |

    @TRN-013
    Scenario Outline: Versions are not told to a stranger: <place> with <token>
      When the partner sends GET to <place> authorized with <token>
      Then the response is refused as unauthorized

      Examples: The endpoints before all modules
        | place                        | token                   |
        | the versions endpoint        | no Authorization header |
        | the versions endpoint        | an unknown token        |
        | the version details endpoint | no Authorization header |
        | the version details endpoint | an unknown token        |

  Rule: Letters of a header name have no case

    @TRN-008
    Scenario Outline: A request with <manner> is understood
      When the partner sends the same GET to the versions endpoint as usual and with <manner>
      Then the answers succeed alike

      Examples: Spellings of header names
        | manner                     |
        | header names in lower case |
        | header names in upper case |

  Rule: A header that may be left out is not needed

    @TRN-021
    Scenario Outline: GET of <place> needs no Content-Type
      When the partner sends the same GET to <place> as usual and with a Content-Type
      Then the answers do not depend on it

      Examples: Requests without a body
        | place                        |
        | the versions endpoint        |
        | the version details endpoint |
        | the credentials endpoint     |
