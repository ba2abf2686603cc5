Feature: The versions endpoint
  Where every connection begins: which versions of OCPI the target speaks, and
  where the details of each version are.

  Spec: versions_module, version_information_endpoint_version_class

  Rule: Every party lists the versions it supports

    @VER-001
    Scenario: The versions endpoint answers a request with a valid token
      When the partner sends GET to the versions endpoint
      Then the response is successful

    @VER-002
    Scenario: The list of versions names at least one version and its URL
      When the partner sends GET to the versions endpoint
      Then the response is a list of at least 1 Version

    @VER-004
    Scenario: No version is listed twice
      When the partner sends GET to the versions endpoint
      Then the response lists each version once

    @VER-025
    Scenario Outline: <method> is not part of the versions endpoint
      When the partner sends <method> to the versions endpoint
      Then the response does not succeed

      Examples: Methods that are not defined
        | method |
        | POST   |
        | PUT    |
        | PATCH  |
        | DELETE |

  Rule: One list serves all versions

    @VER-033
    Scenario: Numbers beside the known versions are taken down
      When the partner sends GET to the versions endpoint
      Then the response lists no version beside the known ones
