"""How much evidence the analyzer is given: the levels that are scored one by one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict, cast

if TYPE_CHECKING:
    from pathlib import Path

Evidence = Literal["moves", "recipients", "permissions", "cas_mailbox", "org_config", "policies"]

FILES: dict[Evidence, str] = {
    "moves": "moves.csv",
    "recipients": "recipients.csv",
    "permissions": "permissions/*.csv",
    "cas_mailbox": "cas-mailbox.csv",
    "org_config": "organization-config.*",
    "policies": "policies.json",
}
"""Where a tenant's folder keeps each export; a tenant may lack any of them."""

MOVER_OR_DELEGATE = "mover or delegate"
_ONE_CAUSE = {
    "outlook-reconfiguration": MOVER_OR_DELEGATE,
    "delegate-access": MOVER_OR_DELEGATE,
}


@dataclass(frozen=True, slots=True)
class Level:
    """One amount of evidence.

    Attributes:
        name: As on the command line.
        title: As in the report.
        signins: Folder of the sign-ins to read.
        without: Evidence that is not given although the tenant has it.
        merges_movers: Whether mover and delegate are scored as one cause.
        macro_f1_goal: Least macro-F1 that is asked for, if any.
    """

    name: str
    title: str
    signins: str = "signins"
    without: frozenset[Evidence] = frozenset()
    merges_movers: bool = False
    macro_f1_goal: float | None = None

    @property
    def names_owners(self) -> bool:
        """Whether the evidence can name whose mailbox a delegate opens."""
        return not self.without & {"moves", "permissions", "recipients"}

    def scored_cause(self, cause: str) -> str:
        """The cause that ``cause`` counts as at this level."""
        return _ONE_CAUSE.get(cause, cause) if self.merges_movers else cause


LEVELS = (
    Level("full", "Full evidence", macro_f1_goal=0.97),
    Level(
        "no-permissions",
        "No permissions and no MAPI over HTTP state",
        without=frozenset({"permissions", "cas_mailbox", "org_config"}),
        macro_f1_goal=0.93,
    ),
    Level("no-recipients", "No recipients", without=frozenset({"recipients"})),
    Level(
        "no-moves",
        "No moves at all",
        without=frozenset({"moves"}),
        merges_movers=True,
        macro_f1_goal=0.90,
    ),
    Level(
        "portal-csv",
        "Sign-ins as the portal's CSV only, no policy details",
        signins="portal",
        without=frozenset({"policies"}),
        macro_f1_goal=0.90,
    ),
)
LEVEL_BY_NAME = {level.name: level for level in LEVELS}


class Inputs(TypedDict):
    """Arguments of ``analyzer.Case.load``."""

    signins: list[Path]
    moves: list[Path] | None
    recipients: list[Path] | None
    permissions: list[Path] | None
    cas_mailbox: list[Path] | None
    org_config: list[Path] | None
    policies: list[Path] | None
    moves_timezone: str | None
    date_order: Literal["dmy", "mdy", "ymd"] | None


def inputs_of(folder: Path, level: Level) -> Inputs:
    """What a user with this much evidence hands over: no window, as most people call it."""
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    files: dict[Evidence, list[Path] | None] = {
        evidence: sorted(folder.glob(pattern)) or None
        for evidence, pattern in FILES.items()
        if evidence not in level.without
    }
    return Inputs(
        signins=[folder / level.signins],
        moves=files.get("moves"),
        recipients=files.get("recipients"),
        permissions=files.get("permissions"),
        cas_mailbox=files.get("cas_mailbox"),
        org_config=files.get("org_config"),
        policies=files.get("policies"),
        moves_timezone=about.get("moves_timezone"),
        date_order=cast("Literal['dmy', 'mdy', 'ymd'] | None", about.get("date_order")),
    )


def lacking(folder: Path) -> list[str]:
    """Evidence that this tenant does not have at any level."""
    return [name for name, pattern in FILES.items() if not any(folder.glob(pattern))]
