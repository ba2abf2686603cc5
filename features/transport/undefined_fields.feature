@receiver
Feature: Fields that nobody has defined
  A platform may send more than the specification knows. Whoever receives it
  passes over what it does not know.

  Spec: transport_and_format_request_format, transport_and_format_response_format

  Background:
    Given the partner is registered with the target

  Rule: A field that is not defined is no reason to refuse a request

    @TRN-088 @emsp @writes
    Scenario Outline: <thing> is taken
      Given the partner has pushed a Location
      When the partner pushes <thing> with PUT
      Then the response is successful

      Examples: Locations
        | thing                                         |
        | a Location with an undefined field            |
        | a Location with undefined fields in its parts |

    @TRN-088 @cpo @writes
    Scenario: A Token with an undefined field is received
      Given the partner has pushed a Token
      When the partner pushes a Token with an undefined field with PUT
      Then the response is successful

    @TRN-088 @writes
    Scenario Outline: A change of the <object> with an undefined field is taken
      Given the partner has pushed <thing>
      When the partner sends PATCH to the <object> with a change with an undefined field
      Then the response is successful

      @cpo
      Examples: What a CPO receives
        | object | thing   |
        | Token  | a Token |

      @emsp
      Examples: What an eMSP receives
        | object   | thing      |
        | Location | a Location |

    @TRN-088 @credentials
    Scenario: Credentials with an undefined field are taken
      When the partner sends credentials with an undefined field with PUT
      Then the response is successful
