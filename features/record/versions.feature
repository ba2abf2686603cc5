Feature: All versions and version details of a run
  Whenever the target listed its versions or the endpoints of a version, it did
  so by the rules of their classes.

  Spec: version_information_endpoint_endpoint_class, version_information_endpoint_moduleid_enum,
  version_information_endpoint_versionnumber_enum, version_information_endpoint_custom_modules,
  mod_commands_commands_module, mod_charging_profiles_module

  Rule: Only versions that are in use are offered

    @VER-022
    Scenario: No deprecated version is offered
      When the run has ended
      Then every Version of the target is not deprecated

  Rule: Version details name each interface of each module

    @VER-008
    Scenario: The credentials module is always there
      When the run has ended
      Then every VersionDetails of the target offers the credentials module

    @VER-010
    Scenario: An endpoint is that of a Sender or of a Receiver
      When the run has ended
      Then every VersionDetails of the target gives each endpoint an interface role

    @VER-011
    Scenario: An interface of a module has one endpoint
      When the run has ended
      Then every VersionDetails of the target names each interface of a module once

    @VER-030
    Scenario: A module without interface roles has one endpoint
      When the run has ended
      Then every VersionDetails of the target names each module once

    @VER-013
    Scenario: The credentials endpoint is listed as SENDER
      When the run has ended
      Then every VersionDetails of the target gives the credentials endpoint the role SENDER

    @VER-015
    Scenario: One credentials endpoint serves all roles
      When the run has ended
      Then every VersionDetails of the target lists the credentials endpoint once

    @VER-023
    Scenario: A module comes with the modules that it depends on
      When the run has ended
      Then every VersionDetails of the target offers what its modules depend on

    @CMD-056 @cpo
    Scenario: Who receives commands offers Locations and Sessions
      When the run has ended
      Then every VersionDetails of the target offers what commands need

    @CHP-041
    Scenario: Who uses charging profiles offers Sessions
      When the run has ended
      Then every VersionDetails of the target offers what charging profiles need

    @VER-029
    Scenario Outline: A target offers the interfaces usual for <role>
      When the run has ended
      Then every VersionDetails of the target offers the interfaces that are usual for a <role>

      @cpo
      Examples: A charge point operator
        | role |
        | CPO  |

      @emsp
      Examples: A mobility service provider
        | role |
        | eMSP |

  Rule: Modules have the identifiers of the specification

    @VER-016 @VER-034
    Scenario: The identifier of a module is spelled as defined
      When the run has ended
      Then every VersionDetails of the target spells the identifiers of modules as defined

    @VER-017
    Scenario: Custom modules are kept from parties that did not agree
      When the run has ended
      Then every VersionDetails of the target lists no custom module

    @VER-018
    Scenario: The identifier of a custom module has a prefix
      When the run has ended
      Then every VersionDetails of the target prefixes the identifiers of custom modules
