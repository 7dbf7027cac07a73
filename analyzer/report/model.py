"""The worded document: what every renderer draws, and all it may say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.results import Cause, EvidenceItem, Kind, Result, Verdict


class Tone(StrEnum):
    """How loudly a block of text is drawn. Never the only carrier of a meaning."""

    ALARM = "alarm"
    CAUTION = "caution"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with sentences under it."""

    title: str
    sentences: tuple[str, ...]
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct people with a verdict of one kind; ``ongoing`` of them still failing."""

    kind: Kind
    title: str
    people: int
    ongoing: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One cause in numbers. ``people`` are distinct, so rows may add up to more than all."""

    cause: Cause
    title: str
    kind: Kind
    kind_title: str
    people: int
    events: int
    ongoing: int
    stopped: int
    recovered: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A named fact of a verdict; ``source`` is empty where it comes from the sign-in log."""

    name: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence, worded: what it says, how much it counts, whence it comes."""

    item: EvidenceItem
    says: str
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class Story:
    """Why a verdict is what it is, told to somebody who has to act on it.

    Attributes:
        told: What happened, in order of time, and what speaks for the cause.
        otherwise: What would have been seen if the runner-up were true.
        against: The strongest evidence against the verdict, or that there is none.
        would_settle: Missing exports that could move the verdict, the furthest first.
    """

    told: tuple[str, ...]
    otherwise: tuple[str, ...]
    against: str
    would_settle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One verdict, worded. Texts may be hostile: renderers escape.

    Attributes:
        who: Display name and user name.
        standing: Status with how long recovery took, one sentence.
        supports: Evidence that spoke for the cause; ``speaks_against``, ``noted`` (spoke for
            neither) and ``unknown`` likewise.
        would_decide: Empty where a story tells it.
        story: The explanation in sentences; only in a document about one person.
    """

    verdict: Verdict
    who: str
    title: str
    means: str
    kind_title: str
    client: str
    status_title: str
    standing: str
    confidence: str
    facts_title: str
    facts: tuple[Fact, ...]
    supports: tuple[EvidenceLine, ...]
    speaks_against: tuple[EvidenceLine, ...]
    noted: tuple[EvidenceLine, ...]
    unknown: tuple[EvidenceLine, ...]
    actions: tuple[str, ...]
    alternatives: tuple[str, ...]
    would_decide: tuple[str, ...]
    story: Story | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The verdicts of one cause, the most urgent first, and what they most often ask for."""

    cause: Cause
    title: str
    means: str
    people: int
    actions: tuple[str, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a person's timeline: a move, or the like hours of one day.

    Attributes:
        when: Instant or range in UTC, worded.
        what: Lane, number and outcome, worded.
        source: Empty where it comes from the sign-in log.
    """

    when: str
    what: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report, worded once. ``coverage`` comes before everything but the headline.

    Attributes:
        person: User name when the document is about one person, else None.
        timeline: That person's timeline; empty in a report about all.
        result: The result this was built from, for renderers that draw its timelines.
    """

    title: str
    generated: str
    window: str
    headline: str
    standing: str
    coverage: tuple[Block, ...]
    tallies: tuple[Tally, ...]
    summary: tuple[SummaryRow, ...]
    beside: str
    groups: tuple[Group, ...]
    result: Result
    person: str | None = None
    timeline: tuple[Moment, ...] = ()
