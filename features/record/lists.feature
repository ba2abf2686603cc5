@sender
Feature: All lists of a run
  Whoever pulls objects needs to know whose they are.

  Spec: transport_and_format_client_owned_object_pull

  Background:
    Given the partner is registered with the target

  Rule: The owner of an object can be read from the object

    @TRN-068
    Scenario Outline: Each object of the <module> list names its owner
      Given the partner has read the <module> list
      When the run has ended
      Then every object of the target that is listed names its owner

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
