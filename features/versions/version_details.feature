Feature: The version details endpoint
  What the target offers in one version of OCPI: its modules, the side of each
  that it implements, and where they are.

  Spec: version_information_endpoint_version_details_endpoint, version_information_endpoint_endpoint_class

  Rule: Every version of the list has details

    @VER-003 @VER-006
    Scenario: The URL of a listed version leads to its details
      When the partner sends GET to the version details endpoint
      Then the response is successful

    @VER-003
    Scenario: The details are those of the listed version
      When the partner sends GET to the version details endpoint
      Then the response holds the details of the version asked for

    @VER-007
    Scenario: The details name the version and at least one endpoint
      When the partner sends GET to the version details endpoint
      Then the response names its version and at least 1 endpoint

    @VER-025
    Scenario Outline: <method> is not part of the version details endpoint
      When the partner sends <method> to the version details endpoint
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | POST   |
        | PUT    |
        | PATCH  |
        | DELETE |

  Rule: An advertised endpoint is there

    @VER-026
    Scenario: Every endpoint has an absolute URL
      When the partner sends GET to the version details endpoint
      Then the response names absolute URLs only

    @VER-026
    Scenario: The credentials endpoint is where the details say
      Given the partner is registered with the target
      When the partner sends GET to the credentials endpoint
      Then the response comes from a place that exists

    @VER-026 @sender
    Scenario Outline: The <module> list is where the details say
      Given the partner is registered with the target
      When the partner asks for these pages of the <module> list
        | limit |
        | 2     |
      Then the response comes from a place that exists

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |
