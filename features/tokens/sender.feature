@emsp @sender
Feature: Tokens that the target lists
  An eMSP lists its Tokens for CPOs that start up or want to be sure; a list is
  not how a single Token is authorized.

  Spec: mod_tokens_emsp_interface, mod_tokens_msp_get_method,
  mod_tokens_msp_get_request_parameters, mod_tokens_msp_get_response_data

  Background:
    Given the partner is registered with the target

  Rule: The Sender interface offers GET and nothing that changes a Token

    @TOK-029
    Scenario: The Token list answers GET
      When the partner sends GET to the tokens sender interface with the parameters
        | limit | 2 |
      Then the response is successful

    @TOK-030 @writes
    Scenario Outline: <method> is not part of the Token list
      Given the two interfaces of tokens have places of their own
      When the partner sends <method> to the tokens sender interface
      Then the response does not succeed

      Examples: Methods that are not defined there
        | method |
        | PUT    |
        | PATCH  |
        | DELETE |

  Rule: The list is paginated and can be narrowed by date

    @TOK-031
    Scenario: The Token list needs no parameter
      When the partner asks for these pages of the tokens list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

    @TOK-032
    Scenario: A Token is in the periods that hold its last_updated
      Given the target publishes at least 1 Token object
      When the partner asks for these pages of the tokens list
        | limit | date_from                                     | date_to                                      |
        | 50    | a second before the last_updated of the Token | a second after the last_updated of the Token |
        | 50    | a second before the last_updated of the Token | the last_updated of the Token                |
        | 50    | the last_updated of the Token                 | a second after the last_updated of the Token |
        | 50    | 2010-01-01T00:00:00Z                          |                                              |
        | 50    | a second before the last_updated of the Token | a second after the last_updated of the Token |
      Then the pages include what was updated at their date_from
      And the pages exclude what was updated at their date_to

    @TOK-066
    Scenario: A Token is in the periods around its last_updated
      Given the target publishes at least 1 Token object
      When the partner asks for these pages of the tokens list
        | limit | date_from                                        | date_to                                          |
        | 50    | two seconds before the last_updated of the Token | two seconds after the last_updated of the Token  |
        | 50    | two seconds after the last_updated of the Token  |                                                  |
        | 50    |                                                  | two seconds before the last_updated of the Token |
        | 50    | 2010-01-01T00:00:00Z                             |                                                  |
        | 50    | two seconds before the last_updated of the Token | two seconds after the last_updated of the Token  |
      Then the pages hold what was updated well within their periods and nothing else

    @TOK-033
    Scenario: The Token list comes in pages
      When the partner asks for these pages of the tokens list
        | limit |
        | 2     |
      Then the pages are paginated
