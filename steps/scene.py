"""The state of one scenario: who acts, what came of it, what was found. The nouns of the vocabulary, nothing else.

Rules: a step asks the scene for a noun or gives it one; the scene decides no verdict but by the level of the
requirement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import HarnessError, OutOfTokens, TransportError
from ocpi_conformance.mock_partner.ocpi.modules import same_module
from ocpi_conformance.mock_partner.partner import Partner, Site
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Breach, Finding, Nonconformance, NotObserved, Verdict, grade

Json = dict[str, Any]


@dataclass
class Chosen:
    """An object that the scenario is about: its class, its URL segments below the endpoint, its content.

    `interface` says on which side of the target it is read: SENDER for its own, RECEIVER for what we pushed. `url` is
    where the target says that an object is whose URL it makes itself, `query` what tells objects of one path apart.
    `content` has the form of the version in use; `ours` is an object of the partner as its platform keeps it.
    """

    kind: str
    module: str
    interface: str
    path: tuple[str, ...]
    content: Json
    exchange: Exchange | None = None
    url: str = ""
    query: tuple[tuple[str, str], ...] = ()
    ours: Json | None = None

    def kept(self) -> Json:
        """Return the object as the partner's platform keeps it.

        Raises:
            NotObserved: it is no object of the partner.
        """
        if self.ours is None:
            raise NotObserved(f"the {self.kind} is none of the partner")
        return self.ours


@dataclass
class Scene:
    """One scenario in progress.

    `started` is the tick at which it began, `since` where to look from. `response` is the answer to the partner's
    latest request, `pages` a crawl, `objects` what Givens chose
    or pushed, by class name, `before` the target's copies of them before the latest push, `sent` that push. `commands`
    are those that the partner has sent (`commanding.Sent`), `parties` the sites of those behind a hub, by their words.
    """

    partner: Partner
    record: Record
    catalogue: Catalogue
    requirements: tuple[str, ...]
    strict: bool = False
    modules: dict[str, frozenset[str]] = field(default_factory=dict)
    started: int = 0
    since: int = 0
    findings: list[Finding] = field(default_factory=list)
    objects: dict[str, Chosen] = field(default_factory=dict)
    before: dict[str, Json] = field(default_factory=dict)
    sent: Chosen | None = None
    sent_by: str = ""
    pages: tuple[Exchange, ...] = ()
    commands: list[Any] = field(default_factory=list)
    undo: list[Any] = field(default_factory=list)
    beside: Site | None = None
    parties: dict[str, Site] = field(default_factory=dict)
    waited_before: float = 0.0
    _response: Exchange | None = None
    _site: Site | None = None

    def __post_init__(self) -> None:
        self.waited_before = self._waits()

    @property
    def waited(self) -> float:
        """The seconds that this scenario has waited for triggers and for what the target sends by itself."""
        return self._waits() - self.waited_before

    def _waits(self) -> float:
        return self.record.waited + self.partner.triggers.waited

    @property
    def site(self) -> Site:
        """The partner's site of this scenario; without a Given the one that the target knows best.

        Raises:
            NotObserved: there is none and no token to begin with.
        """
        if self._site is None:
            self._site = self.possible(self.partner.known)
        return self._site

    @site.setter
    def site(self, site: Site) -> None:
        self._site = site

    def speaker(self, country_code: str, party_id: str) -> Site:
        """Return the partner's site that speaks for an owner: that of a second party beside ours, or else ours."""
        beside = self.beside
        return beside if beside and beside.platform.roles[0].owns(country_code, party_id) else self.site

    @property
    def behind(self) -> Party | None:
        """The party behind the hub as which the partner acts in this scenario; None where it does not."""
        return self._site.behind if self._site else None

    @property
    def second_party(self) -> Party:
        """The second party for which the partner acts: another role of its platform, or with a site of its own."""
        return self.beside.platform.roles[0] if self.beside else self.site.platform.roles[-1]

    @property
    def invited(self) -> bool:
        """Whether the site of this scenario waits for the target to register with it."""
        site = self._site
        return site is not None and site.initiator == "target" and not site.registered

    @property
    def response(self) -> Exchange:
        """The answer to the partner's latest request."""
        if self._response is None:
            raise NotObserved("the partner has sent no request")
        return self._response

    @response.setter
    def response(self, exchange: Exchange) -> None:
        self._response = exchange

    @property
    def latest(self) -> Exchange | None:
        """The latest exchange of the scenario, or None."""
        return self._response

    def possible(self, act: Any, *arguments: Any) -> Any:  # noqa: ANN401
        """Return `act(*arguments)`; what the target does not let us do makes the scenario not observed.

        Raises:
            NotObserved: the target's answer, or a spent token pool, does not allow the precondition.
            TransportError: the network failed; that is an error of the run.
        """
        try:
            return act(*arguments)
        except TransportError:
            raise
        except (OutOfTokens, HarnessError) as error:
            raise NotObserved(str(error)) from None

    def judge(self, breaches: Iterable[Breach]) -> None:
        """Turn `breaches` into findings by the level of their requirement, where that binds in the version in use.

        Raises:
            Nonconformance: at least one finding is a failure; all of them are in it.
        """
        found = [
            grade(breach, name, self.catalogue[name].level, strict=self.strict)
            for breach in breaches
            for name in ((breach.requirement,) if breach.requirement else self.requirements)
            if self.partner.version in self.catalogue[name].versions
        ]
        self.findings += found
        failed = tuple(finding for finding in found if finding.verdict is Verdict.FAILED)
        if failed:
            raise Nonconformance(failed)

    def chosen(self, kind: str) -> Chosen:
        """Return the object of class `kind` that this scenario is about.

        Raises:
            NotObserved: no Given has chosen one.
        """
        if kind not in self.objects:
            raise NotObserved(f"no {kind} was chosen or pushed before")
        return self.objects[kind]

    def offers(self, module: str, interface: str) -> bool:
        """Tell whether the target's version details advertise the interface."""
        return any(interface in sides for name, sides in self.modules.items() if same_module(name, module))

    def finish(self) -> None:
        """Undo what Givens changed on the partner's side."""
        while self.undo:
            self.undo.pop()()


def data_of(exchange: Exchange) -> Any:  # noqa: ANN401  (any JSON value)
    """Return `data` of a successful answer.

    Raises:
        NotObserved: it is no success, so that nothing can be read from it.
    """
    envelope = envelope_of(exchange)
    response = exchange.response
    ok = response is not None and response.status < 300
    if not ok or not str(envelope.get("status_code")).startswith("1"):
        raise NotObserved(f"no success from {exchange.summary}")
    return envelope.get("data")


def listed_in(pages: Iterable[Exchange]) -> list[Json]:
    """Return the objects in the pages of a list, in their order; what is no object is passed over.

    Raises:
        NotObserved: a page is no success.
    """
    found = map(data_of, pages)
    return [item for data in found if isinstance(data, list) for item in data if isinstance(item, dict)]


def single_of(exchange: Exchange) -> Any:  # noqa: ANN401  (any JSON value but an array)
    """Return `data` of an answer that is about one value; None where it has none.

    Raises:
        NotObserved: it is an array: that is one finding, of TRN-072, and nothing more is read from it.
    """
    data = envelope_of(exchange).get("data")
    if isinstance(data, list):
        raise NotObserved("data is no object but array: TRN-072 judges that")
    return data


def envelope_of(exchange: Exchange) -> Json:
    """Return the OCPI envelope of an answer, or an empty object when there is none."""
    try:
        body = jsontext.loads(exchange.response.body) if exchange.response else None
    except jsontext.JsonError:
        return {}
    return body if isinstance(body, dict) else {}
