"""How a platform of ours behaves where OCPI says how: conformant by default, each switch one way to break a clause.

Rules: a switch is a fact read by the engine, named for what happens; the engine never asks why it is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ocpi_conformance.mock_partner.errors import HarnessError

# How the result of a command or a charging profile request comes to its response_url.
Results = Literal[
    "once",
    "never",
    "after the timeout",
    "twice",
    "until taken",
    "to another URL",
    "to the latest URL",
    "before the answer",
    "also after a refusal",
    "with an unknown token",
]


@dataclass(frozen=True)
class Behaviour:
    """The switches; the defaults are the conformant behaviour."""

    # Authorization
    authenticates: bool = True
    authenticates_versions: bool = True
    unknown_token_status: int = 401
    missing_token_status: int = 401
    undecodable_token_status: int = 401
    header_names: Literal["any", "exact"] = "any"
    token_decoding: Literal["version", "raw", "twice", "any form"] = "version"
    token_form: Literal[
        "version",
        "unencoded",
        "in Base64",
        "in Base64 with a line feed",
        "in Base64 without padding",
        "in the URL-safe alphabet",
        "encoded twice",
    ] = "version"
    token_a_everywhere: bool = False
    token_a_elsewhere_status: int = 401
    configuration_routing: Literal[
        "not needed", "required", "required by version_details", "required by credentials"
    ] = "not needed"
    # Whom a request may be for, and whose objects a list holds where the platform hosts a second party of one role
    routed_requests: Literal["in any case", "in exact case", "refused"] = "in any case"
    second_party: bool = False
    lists_of: Literal["the party addressed", "every party"] = "the party addressed"
    # Message ids
    echoes_ids_on_errors: bool = True
    request_ids: Literal["unique", "constant", "words", "none"] = "unique"
    # Registration, as the called side
    token_a_after_registration: Literal["revoked", "valid"] = "revoked"
    token_a_before_registration: Literal["valid", "refused"] = "valid"
    fetch_back: Literal["before", "after", "never", "details only"] = "before"
    fetch_back_token: Literal["B", "A"] = "B"
    versions_list: Literal["always", "until registered"] = "always"
    asked_for_versions: Literal["answers", "forgets the clients of hubs"] = "answers"
    post_token: Literal["new", "A", "B", "one for all", "with white space"] = "new"
    put_token: Literal["new", "same"] = "new"
    put_fetches: bool = True
    put_uses: Literal["new token", "old token"] = "new token"
    put_endpoints: Literal["fetched", "kept"] = "fetched"
    put_version: Literal["switched", "kept"] = "switched"
    put_old_token: Literal["revoked", "valid"] = "revoked"
    second_post: Literal["405", "accepted", "2000", "405 and ends the first"] = "405"
    put_unregistered: Literal["405", "accepted", "2000"] = "405"
    delete_unregistered: Literal["405", "accepted", "2000"] = "405"
    deleted_token: Literal["revoked", "valid"] = "revoked"
    after_delete: Literal["silent", "keeps calling"] = "silent"
    return_after_delete: Literal["accepted", "2000"] = "accepted"
    connect_back_error: Literal["3001", "2000", "ignored", "500"] = "3001"
    version_mismatch: Literal["3002", "2000", "ignored"] = "3002"
    missing_endpoints: Literal["3003", "accepted", "2000"] = "3003"
    incomplete_credentials: Literal["2001", "accepted"] = "2001"
    peer_tokens: Literal["any", "without punctuation"] = "any"
    several_parties: Literal["accepted", "2001"] = "accepted"
    failed_registration: Literal["retryable", "spends token A"] = "retryable"
    # Registration, as the calling side
    register_token: Literal["A", "B"] = "A"
    register_version: Literal["latest", "oldest"] = "latest"
    register_new_token: Literal["unique", "A"] = "unique"
    unknown_entries: Literal["passed over", "refused"] = "passed over"
    # Fields that the specification does not define, in what it is sent and in what it reads
    undefined_fields: Literal["passed over", "refused"] = "passed over"
    register_missing_endpoints: Literal["stops", "posts"] = "stops"
    register_credentials_role: Literal["disregarded", "SENDER only"] = "disregarded"
    calls_with: Literal["C", "A"] = "C"
    own_put_uses: Literal["answer", "old token"] = "answer"
    after_own_delete: Literal["silent", "keeps calling"] = "silent"
    url_style: Literal["discovered", "guessed"] = "discovered"
    versioned_urls: bool = True
    # What stands behind the path of each endpoint URL, and instead of its host ("" is nothing, and its own)
    endpoint_suffix: str = ""
    endpoint_host: str = ""
    endpoint_names: Literal["words", "opaque"] = "words"
    # Lists
    date_from: Literal["inclusive", "exclusive", "in local time", "by the day", "ignored"] = "inclusive"
    date_to: Literal["exclusive", "inclusive", "in local time", "by the day", "ignored"] = "exclusive"
    offset: Literal["honoured", "ignored", "page number", "from one"] = "honoured"
    limit: Literal["honoured", "ignored", "plus one"] = "honoured"
    default_offset: int = 0
    total: Literal["all", "page", "unfiltered"] = "all"
    x_limit: Literal["maximum", "returned"] = "maximum"
    link: Literal[
        "next",
        "with a cursor",
        "never",
        "always",
        "without filters",
        "requested limit",
        "unquoted",
        "relative",
        "looping",
    ] = "next"
    order: Literal["stable", "shuffled", "newest first"] = "stable"
    bad_parameters: Literal["2001", "ignored", "500"] = "2001"
    beyond_the_end: Literal["empty", "2001"] = "empty"
    no_matches: Literal["empty", "404", "2000", "no data"] = "empty"
    filtered_locations: Literal["whole", "one EVSE each"] = "whole"
    requires_parameters: bool = False
    # Small, so that seven objects fill more than a page.
    max_limit: int = 5
    above_max_limit: Literal["lowered", "2001"] = "lowered"
    # Objects pushed to us
    put: Literal["replaces", "merges", "ignored", "keeps the first"] = "replaces"
    put_invalid: Literal["2001", "accepted", "2000", "stored with 2001", "1000 unstored"] = "2001"
    put_mismatch: Literal["2001", "accepted"] = "2001"
    put_creates: bool = True
    patch: Literal["merges", "replaces", "drops optional", "empties lists", "ignored"] = "merges"
    patch_without_last_updated: Literal["2001", "accepted", "2000", "2001 in every version"] = "2001"
    patch_unknown: Literal["404", "1000"] = "404"
    parents_last_updated: Literal["follow", "kept"] = "follow"
    parents_last_updated_on_patch: Literal["follow", "kept"] = "follow"
    child_put: Literal["one", "replaces siblings", "not listed"] = "one"
    child_keys: Literal["by parent", "by id"] = "by parent"
    delete: Literal["405", "removes", "1000"] = "405"
    patched_periods: Literal["added", "replace", "emptied by none"] = "added"
    put_periods: Literal["replace", "added", "kept when none"] = "replace"
    deleted_tariff: Literal["removed", "kept"] = "removed"
    absent_tariff: Literal["404", "1000"] = "404"
    token_types: Literal["kept apart", "ignored", "required", "RFID only"] = "kept apart"
    known_cdr: Literal["2000", "replaced", "kept"] = "2000"
    cdr_of_unknown_location: Literal["accepted", "2003"] = "accepted"
    credit_cdrs: Literal["accepted", "2001"] = "accepted"
    cdrs_at_no_evse: Literal["accepted", "2001"] = "accepted"
    # Objects that it does not take, as patterns of their JSON text
    refused_bodies: tuple[str, ...] = ()
    session_dimensions_in_cdrs: Literal["accepted", "2001"] = "accepted"
    post: Literal["405", "creates"] = "405"
    post_creates: bool = True
    removed_evse: Literal["kept", "dropped"] = "kept"
    owners: Literal["kept apart", "one pool"] = "kept apart"
    foreign_owners: Literal["404", "served"] = "404"
    images: Literal["any number", "one of a category"] = "any number"
    evse_ids: Literal["any", "of the owner"] = "any"
    ids: Literal["case-insensitive", "case-sensitive"] = "case-insensitive"
    text: Literal["kept", "ascii"] = "kept"
    null_optional: Literal["as absent", "refused"] = "as absent"
    empty_list: Literal["as absent", "refused"] = "as absent"
    charging_when_closed_default: bool = True
    fractions: Literal["accepted", "refused"] = "accepted"
    missing_designator: Literal["UTC", "local"] = "UTC"
    lower_case_enums: Literal["2001", "accepted"] = "2001"
    empty_required_list: Literal["2001", "accepted"] = "2001"
    status_schedule: Literal["informs", "applied"] = "informs"
    malformed_json: Literal["400", "2001", "500", "1000"] = "400"
    created_status: int = 201
    content_type_on_get: Literal["optional", "required", "required by version_details", "required by credentials"] = (
        "optional"
    )
    # What it publishes: JSON Pointers into its objects by module, to what stands there instead; the moment from which
    # the times in that count, where they are to be as long ago as they were then; and what is left out
    own_objects: Mapping[str, Any] = field(default_factory=dict)
    own_objects_as_of: str = ""
    own_objects_without: tuple[str, ...] = ()
    # What it does by itself
    pushes: Literal["PUT or PATCH", "POST", "never", "no new locations", "no status changes", "no removals"] = (
        "PUT or PATCH"
    )
    pushes_status_by: Literal["PATCH", "PUT"] = "PATCH"
    removed_status: Literal["REMOVED", "INOPERATIVE"] = "REMOVED"
    patch_body: Literal["changes", "whole object", "without last_updated", "with unknown type"] = "changes"
    put_body: Literal["complete", "without required", "other id", "other owner"] = "complete"
    push_url: Literal["owner", "without owner", "foreign owner"] = "owner"
    after_failed_patch: Literal["GET then PUT", "GET only", "nothing", "replays", "queues"] = "GET then PUT"
    pull: Literal["follows Link", "computes offset", "first page only", "keeps nothing", "never"] = "follows Link"
    pull_bad_object: Literal["keeps the others", "drops the page"] = "keeps the others"
    pull_outdated: Literal["dropped", "merged"] = "dropped"
    pull_shrunk: Literal["redone", "ignored"] = "redone"
    answers_with_data: Literal["tolerated", "fatal", "fatal when empty"] = "tolerated"
    # Pushes that never leave, as method and module: "PUT sessions", "POST cdrs", "DELETE tariffs"
    unpushed: tuple[str, ...] = ()
    push_to: Literal["concerned", "everyone"] = "concerned"
    # Parties behind a hub that are not CONNECTED
    away_parties: Literal["left alone", "told while OFFLINE", "told while PLANNED", "told while SUSPENDED"] = (
        "left alone"
    )
    undefined_patch: Literal["PUT", "PATCH"] = "PUT"
    patched_session: Literal["as a whole", "by its fields"] = "as a whole"
    pushed_periods: Literal["new ones", "all"] = "new ones"
    session_updates_by: Literal["PATCH", "PUT"] = "PATCH"
    start_of_active: Literal["set", "kept"] = "set"
    end_status: Literal["COMPLETED", "ACTIVE"] = "COMPLETED"
    pushed_cdr: Literal["one object", "in a list", "below its owner"] = "one object"
    places_in_cdrs: Literal["at the start", "at the end"] = "at the start"
    corrected_cdr: Literal["credited", "changed", "replaced before it is credited", "silent"] = "credited"
    reads_cdr_back: Literal["never", "at its URL", "at a guessed URL"] = "at its URL"
    token_type_parameter: Literal["unless RFID", "never"] = "unless RFID"
    invalid_tokens: Literal["patched", "put", "deleted", "silent"] = "patched"
    emaid_tokens: Literal["not pushed", "pushed"] = "not pushed"
    deleted_tariffs: Literal["unused", "in use"] = "unused"
    changed_record: Literal["updated now", "as issued"] = "updated now"
    sessions_date_from: Literal["sent", "left out"] = "sent"
    pull_left_out: Literal["removed", "kept"] = "removed"
    # Tokens presented at an EVSE, and whom it asks in real time
    whitelist: Literal[
        "honoured",
        "always asks",
        "never asks",
        "asks for valid ones only",
        "refuses unasked",
        "refuses while offline",
        "starts offline",
    ] = "honoured"
    list_at_swipe: Literal["not read", "read"] = "not read"
    unknown_token: Literal["asks", "refused"] = "asks"
    authorize_url: Literal["authorize", "without suffix", "with owner"] = "authorize"
    authorize_type: Literal["unless RFID", "never"] = "unless RFID"
    authorize_evses: Literal["uid", "evse_id"] = "uid"
    given_reference: Literal["carried on", "dropped"] = "carried on"
    contract_of_session: Literal["of the Token", "uid"] = "of the Token"
    method_after_reservation: Literal["last", "first"] = "last"
    # Real-time authorization, as the eMSP that is asked
    unknown_token_answer: Literal["404 with 2004", "200 with 2004", "404 with 2000", "404 with data", "ALLOWED"] = (
        "404 with 2004"
    )
    without_location: Literal["2002", "NOT_ALLOWED", "ALLOWED", "always 2002", "400"] = "2002"
    authorized_type: Literal["honoured", "ignored", "required"] = "honoured"
    authorized_location: Literal["as asked", "always", "more EVSEs", "another", "also when refused"] = "as asked"
    refused_token: Literal["AuthorizationInfo", "2000", "404"] = "AuthorizationInfo"
    invalid_token: Literal["refused", "ALLOWED"] = "refused"
    authorizes_at: Literal["any location", "published locations", "locations that are open", "EVSEs that are free"] = (
        "any location"
    )
    # Charging preferences, as the CPO that is asked, and as the eMSP
    departure_time: Literal["optional", "required"] = "optional"
    energy_need: Literal["optional", "required"] = "optional"
    preferences_data: Literal["value", "object"] = "value"
    incapable_of_preferences: Literal["404 with 2001", "200 with 2001", "ACCEPTED"] = "404 with 2001"
    preferences_without_session: Literal["404", "ACCEPTED"] = "404"
    profile_types: Literal["of the tariffs", "any"] = "of the tariffs"
    preferences_url: Literal["with suffix", "without suffix"] = "with suffix"
    preferences_to: Literal["capable EVSEs", "any EVSE"] = "capable EVSEs"
    # Commands and charging profiles, as their Receiver: seconds until the result, and the timeout that is announced
    result_after: float = 0.01
    announced_timeout: int = 30
    command_results: Results = "once"
    unsupported_commands: tuple[str, ...] = ()
    unknown_command: Literal["NOT_SUPPORTED", "ACCEPTED", "404", "2000"] = "NOT_SUPPORTED"
    invalid_command: Literal["2001", "ACCEPTED", "400"] = "2001"
    unknown_location: Literal["2003", "1000 REJECTED", "ACCEPTED", "404"] = "2003"
    unknown_evse: Literal["REJECTED", "ACCEPTED"] = "REJECTED"
    unknown_session: Literal["UNKNOWN_SESSION", "REJECTED", "ACCEPTED", "404"] = "UNKNOWN_SESSION"
    foreign_session: Literal["REJECTED", "ACCEPTED"] = "REJECTED"
    connector_without_evse: Literal["2001", "ACCEPTED"] = "2001"
    required_connector: Literal["2001", "ACCEPTED"] = "2001"
    incapable_evse: Literal["NOT_SUPPORTED", "ACCEPTED"] = "NOT_SUPPORTED"
    evse_uid_in_commands: Literal["optional", "required"] = "optional"
    command_token: Literal["trusted", "REJECTED when unknown", "REJECTED when refused", "authorized in real time"] = (
        "trusted"
    )
    status_at_start: Literal["decides", "disregarded"] = "decides"
    session_of_command: Literal["started", "never", "also without success", "with another token"] = "started"
    known_reservation: Literal["replaced", "REJECTED", "added"] = "replaced"
    reservation_ids: Literal["by eMSP", "shared"] = "by eMSP"
    past_expiry: Literal["REJECTED", "ACCEPTED"] = "REJECTED"
    session_of_reservation: Literal["RESERVATION", "never"] = "RESERVATION"
    reserved_session: Literal["becomes ACTIVE", "stays"] = "becomes ACTIVE"
    unused_reservation: Literal["COMPLETED", "INVALID"] = "COMPLETED"
    expired_reservations: Literal["billed", "billed as used", "free"] = "billed"
    unknown_reservation: Literal["UNKNOWN_RESERVATION", "ACCEPTED"] = "UNKNOWN_RESERVATION"
    canceled_by_cpo: Literal["told", "silent"] = "told"
    profile_results: Results = "once"
    profile_requests: Literal["any number", "three for each session", "three, then REJECTED"] = "any number"
    partial_profiles: Literal["accepted", "2001"] = "accepted"
    profile_decimals: Literal["one", "any number"] = "one"
    incomplete_profile_request: Literal["2001", "ACCEPTED"] = "2001"
    unknown_profile_session: Literal["UNKNOWN_SESSION", "REJECTED", "ACCEPTED", "404"] = "UNKNOWN_SESSION"
    incapable_of_profiles: Literal["NOT_SUPPORTED", "ACCEPTED"] = "NOT_SUPPORTED"
    profile_put: Literal["replaces", "kept"] = "replaces"
    absent_profile: Literal["UNKNOWN", "ACCEPTED"] = "UNKNOWN"
    active_profile_pushes: Literal["to who set one", "never", "to everybody"] = "to who set one"
    pushed_profile_duration: int = 900
    active_profile_when_none: Literal["maximum", "the last one"] = "maximum"
    # Charging profiles, as an eMSP between an SCSP and a CPO: what it passes on
    relay: Literal["all", "no requests", "no answers", "no results", "no active profiles"] = "all"
    # As a hub: what it passes on and in whose name, what it answers, whom it tells of whom
    directed: Literal["passed on", "swallowed", "in its own name", "to everybody", "answered in its own name"] = (
        "passed on"
    )
    broadcast: Literal[
        "to the other side",
        "to every side",
        "to nobody",
        "not to OTHER",
        "in the name of the sender",
        "for itself",
        "under its own ids",
    ] = "to the other side"
    broadcast_answer: Literal["in its own name", "in no name", "in the name of the sender"] = "in its own name"
    open_requests: Literal[
        "routed", "swallowed", "for nobody", "answered in its own name", "to the sender", "refused"
    ] = "routed"
    passed_moments: Literal["kept", "renewed"] = "kept"
    passed_ids: Literal["a new X-Request-ID", "the same X-Request-ID", "a new X-Correlation-ID"] = "a new X-Request-ID"
    get_all: Literal["of all", "of one", "as its own", "in no name", "in the name of the sender"] = "of all"
    passed_errors: Literal["kept", "4000", "1000"] = "kept"
    hub_errors: Literal["told apart", "4000", "2000", "1000"] = "told apart"
    configuration_requests: Literal["answered", "passed on"] = "answered"
    roles_of_a_hub: Literal["by version", "with its clients", "without its clients", "of a CPO"] = "by version"
    told_clients: Literal["all", "none", "no new ones", "no changes"] = "all"
    removed_client: Literal["SUSPENDED", "OFFLINE"] = "SUSPENDED"
    alive_checks: Literal["GET versions", "by credentials", "never"] = "GET versions"
    # Bookings, as the CPO that is asked, and as the eMSP
    timeslot_filter: Literal["honoured", "ignored"] = "honoured"
    booking_decisions: Literal["pushed", "silent"] = "pushed"
    booking_requests: Literal["all", "latest"] = "all"
    unavailable_timeslots: Literal["REJECTED", "RESERVED"] = "REJECTED"
    booking_durations: Literal["limited", "any"] = "limited"
    booking_steps: Literal["kept", "any"] = "kept"
    late_booking_changes: Literal["DECLINED", "ACCEPTED"] = "DECLINED"
    cancelled_booking: Literal["CANCELED", "RESERVED", "REJECTED"] = "CANCELED"
    used_booking: Literal["FULFILLED", "RESERVED"] = "FULFILLED"
    unused_booking: Literal["NO_SHOW", "RESERVED"] = "NO_SHOW"
    booking_edits: Literal["the same request_id", "a new request_id"] = "the same request_id"
    booking_place: Literal["as published", "unknown"] = "as published"
    # Commands and charging profiles, as their Sender
    response_urls: Literal["unique", "one for each kind"] = "unique"
    second_result: Literal["accepted", "404"] = "accepted"
    answer_to_results: Literal["no data", "data"] = "no data"

    @classmethod
    def of(cls, switches: dict[str, Any]) -> Behaviour:
        """Return the behaviour with `switches` set.

        Raises:
            HarnessError: a switch that does not exist; the message lists those that do.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(switches) - known)
        if unknown:
            raise HarnessError(f"unknown behaviour {', '.join(unknown)}", f"Known are: {', '.join(sorted(known))}")
        return cls(**switches)
