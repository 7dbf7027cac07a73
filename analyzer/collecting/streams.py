"""What can be asked of Graph: each kind of question, with the filter that asks it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from analyzer.sources.store.ledger import EVERYTHING
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.sources.store.spans import Span

SIGNINS_PATH = "/beta/auditLogs/signIns"
AUDITS_PATH = "/v1.0/auditLogs/directoryAudits"

# Without it Graph gives interactive sign-ins only, and half of the legacy ones are not.
_BOTH_KINDS = "signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')"

_DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=1)
Kin: TypeAlias = Literal["", "people", "clients"]

TOGETHER: dict[Kin, int] = {"": 1, "people": 20, "clients": 12}
"""How many are asked for in one question: alone most of them fill a small part of a page.

Twenty people are a filter of about 100 nodes, and up to 1,750 characters of query: OData libraries
take no more than 100 nodes by default, and web servers no more than 2,048 characters.
"""
_KIN: tuple[tuple[str, Kin], ...] = (
    (f"{EVERYTHING} person=", "people"),
    (f"{EVERYTHING} name=", "people"),
    (f"{EVERYTHING} client=", "clients"),
)


@dataclass(frozen=True, slots=True)
class Stream:
    """A question that is asked window by window.

    Attributes:
        name: Its name in the ledger.
        path: Path below Graph's address.
        conditions: What is asked besides the time.
        time_field: Field that the time is asked of.
        first_window: How long a window is tried first; it adapts.
        names_people: Whether sign-ins in it name people who are to be read whole.
        members: Streams that are asked for together, this one's namesake first; empty for one.
    """

    name: str
    path: str = SIGNINS_PATH
    conditions: tuple[str, ...] = (_BOTH_KINDS,)
    time_field: str = "createdDateTime"
    first_window: timedelta = field(default=30 * _DAY)
    names_people: bool = False
    members: tuple[Stream, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the ledger of all that it asks for."""
        return tuple(member.name for member in self.members) or (self.name,)

    @property
    def kin(self) -> Kin:
        """The streams that it may be asked for together with; empty for none."""
        return kin_of(self.name)

    @property
    def folder(self) -> str:
        """Folder of its raw files, below the store's."""
        return "raw/" + ("signins" if self.name.startswith(EVERYTHING) else "audits")

    def query(self, span: Span, page_size: int) -> dict[str, str]:
        """Query of a window.

        Both ends are asked for: Graph knows no "less than" here, its times have no fixed number
        of decimals, and a record at the seam that comes twice is merged by its id.
        """
        start, end = span
        times = (
            f"{self.time_field} ge {iso_z(start)}",
            f"{self.time_field} le {iso_z(end)}",
        )
        return {"$filter": " and ".join((*times, *self.conditions)), "$top": str(page_size)}


def kin_of(name: str) -> Kin:
    """The kin of a stream by its name."""
    return next((kin for start, kin in _KIN if name.startswith(start)), "")


EVERY_SIGNIN = Stream(EVERYTHING, first_window=timedelta(hours=1))
FAILED_POLICY = Stream(
    f"{EVERYTHING} ca=failure",
    conditions=(_BOTH_KINDS, "conditionalAccessStatus eq 'failure'"),
    names_people=True,
)


def of_client(client_app: str) -> Stream:
    """Sign-ins of one client app, by its name in the log."""
    quoted = client_app.replace("'", "''")
    return Stream(
        f"{EVERYTHING} client={client_app.lower()}",
        conditions=(_BOTH_KINDS, f"clientAppUsed eq '{quoted}'"),
        names_people=True,
    )


def of_person(user_id: str) -> Stream:
    """All sign-ins of one person, by object id."""
    quoted = user_id.lower().replace("'", "''")
    return Stream(
        f"{EVERYTHING} person={quoted}",
        conditions=(_BOTH_KINDS, f"userId eq '{quoted}'"),
    )


def of_name(user_principal_name: str) -> Stream:
    """All sign-ins of one person, by the name he signs in with."""
    quoted = user_principal_name.lower().replace("'", "''")
    return Stream(
        f"{EVERYTHING} name={quoted}",
        conditions=(_BOTH_KINDS, f"userPrincipalName eq '{quoted}'"),
    )


def together(streams: Sequence[Stream]) -> Stream:
    """One question for some streams of a kin; what is read goes by the name of the first."""
    first = streams[0]
    if len(streams) == 1:
        return first
    either = " or ".join(stream.conditions[-1] for stream in streams)
    return replace(first, conditions=(_BOTH_KINDS, f"({either})"), members=tuple(streams))


def of_audits(name: str, condition: str) -> Stream:
    """Directory audits that fulfil a condition."""
    return Stream(
        f"audits {name}",
        path=AUDITS_PATH,
        conditions=(condition,),
        time_field="activityDateTime",
    )


AUDITS = (
    of_audits("policies", "category eq 'Policy'"),
    of_audits("members added", "activityDisplayName eq 'Add member to group'"),
    of_audits("members removed", "activityDisplayName eq 'Remove member from group'"),
)
