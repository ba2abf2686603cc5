Feature: All requests of a run to a hub
  Whatever the target sent in the run where the partner is a hub is for one party,
  for all of them, or for whom the hub finds.

  Spec: transport_and_format_message_routing, transport_and_format_message_routing_broadcast_push,
  transport_and_format_message_routing_open_routing_request

  Rule: Each request says whom it is for, or leaves that to the hub

    @RTE-046
    Scenario: Every request that names a party names the right one
      When the run has ended
      Then every request of the target names the party behind the hub that it is for

    @RTE-021
    Scenario: Every request that names nobody has no TO headers at all
      When the run has ended
      Then every request of the target leaves out both TO headers or none

    @RTE-027
    Scenario: Every list of all is asked of the hub itself
      When the run has ended
      Then every request of the target asks the hub itself for the objects of all

    @RTE-019 @cpo
    Scenario: No Session and no CDR of the run is broadcast
      When the run has ended
      Then every request of the target broadcasts only what is meant for all
