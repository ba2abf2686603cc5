@writes @credentials
Feature: What follows from the state of another party
  A party that is connected to the hub is heard and spoken to; one that is not is
  left alone until the hub says that it is back.

  The partner acts as a hub, and its objects are those of the party behind the hub.

  Spec: mod_hub_client_info_module, mod_hub_client_info_hub_connection_type_enum

  Background:
    Given the partner is registered with the target as a HUB
    And the partner has pushed a ClientInfo of the party behind the hub

  Rule: What belongs to a party that is connected is taken

    @HUB-020 @cpo
    Scenario: A Token of a connected party is taken
      When the partner pushes a Token with PUT
      Then the response is successful

    @HUB-020 @emsp
    Scenario: A Location of a connected party is taken
      When the partner pushes a Location with PUT
      Then the response is successful

  Rule: Who is not connected gets no requests

    @cpo
    Scenario Outline: No Session goes to a party that is <status>
      Given the target publishes at least 1 Location objects
      And the partner has pushed a Token with whitelist ALWAYS
      And the target has begun a Session
      And the partner has pushed a ClientInfo that is <status>
      When the operator has the target go on with the Session
      Then every request of the target spares the parties that are not connected

      @HUB-021
      Examples: A party that is away
        | status  |
        | OFFLINE |

      @HUB-023
      Examples: A party that is still to come
        | status  |
        | PLANNED |

      @HUB-025
      Examples: A party that is gone
        | status    |
        | SUSPENDED |

    @emsp
    Scenario Outline: No charging preferences go to a party that is <status>
      Given a driver of the target has charged at the partner
      And the partner has pushed a Tariff for green charging
      And the partner has pushed a Location with charging preferences
      And the partner has pushed a Session
      And the target has been made to set charging preferences
      And the partner has pushed a ClientInfo that is <status>
      When the operator has the target set charging preferences
      Then every request of the target spares the parties that are not connected

      @HUB-021
      Examples: A party that is away
        | status  |
        | OFFLINE |

      @HUB-023
      Examples: A party that is still to come
        | status  |
        | PLANNED |

      @HUB-025
      Examples: A party that is gone
        | status    |
        | SUSPENDED |

    @HUB-032 @cpo
    Scenario: A party that is back is told of its Session
      Given the target publishes at least 1 Location objects
      And the partner has pushed a Token with whitelist ALWAYS
      And the target has begun a Session
      And the partner has pushed a ClientInfo that is OFFLINE
      And the partner has pushed a ClientInfo that is CONNECTED
      When the operator has the target go on with the Session
      Then the target sends PUT or PATCH to the partner's sessions interface in time
