"""The linked evidence as the facts of bundles need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from analyzer.evidence.onprem import OnPrem
    from analyzer.results import MoveRef


@dataclass(frozen=True, slots=True)
class Known:
    """The linked evidence as the facts need it.

    Attributes:
        cutovers: Own cut-over by person key.
        not_cutover: Why a person with move records has no cut-over, by person key.
        rights: For each delegate's key, rows (owner key, right, opens the mailbox).
        mapi_http: Effective state and where it was read, by person key.
        legacy_policies: Whether a policy blocks legacy clients, by lower-case policy id.
        recipient_types: RecipientTypeDetails by person key, of those who failed.
        through_groups: Rights that open a mailbox, held by groups: (owner key, group, right).
        owner_names: UPN (or SMTP address) of everybody on whose mailbox somebody has rights.
        unjoined_cutovers: When mailboxes were cut over that fit nobody known.
        onprem: What on-premises logs show; None where none were given.
    """

    moves_given: bool
    permissions_given: bool
    rights_are_whole: bool
    cutovers: Mapping[str, MoveRef]
    not_cutover: Mapping[str, str]
    rights: Mapping[str, tuple[tuple[str, str, bool], ...]]
    mapi_http: Mapping[str, tuple[str, str]]
    legacy_policies: Mapping[str, bool]
    recipient_types: Mapping[str, str] = field(default_factory=dict)
    through_groups: tuple[tuple[str, str, str], ...] = ()
    owner_names: Mapping[str, str] = field(default_factory=dict)
    unjoined_cutovers: tuple[datetime, ...] = ()
    onprem: OnPrem | None = None
