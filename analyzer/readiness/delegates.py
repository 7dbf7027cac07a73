"""Who on-premises opens a mailbox, and will be prompted once it has moved.

The failing Outlook is the delegate's own, so it is his MAPI over HTTP and his policies that count
(field guide sections 1 and 6).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.evidence.onprem import OUTLOOK_PROTOCOLS
from analyzer.readiness.model import Delegate, Predicted, Prompted
from analyzer.readiness.predicting import Forecast, forecast
from analyzer.readiness.together import TIE_KINDS, Tie
from analyzer.records import records
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.evidence.onprem import OpenedSeen
    from analyzer.readiness.blocking import Blocking
    from analyzer.readiness.known import Known
    from analyzer.readiness.outlook import Outlook

_PROMPTED = {
    Predicted.STUCK: Prompted.WILL,
    Predicted.RECONFIGURES: Prompted.WILL_NOT,
    Predicted.UNKNOWN: Prompted.CANNOT_TELL,
}
_OBSERVED = "seen in on-premises logs"


@dataclass(frozen=True)
class Rights:
    """Who opens what, by rights and by what was seen."""

    known: Known

    @cached_property
    def openers(self) -> Mapping[str, dict[str, str]]:
        """Owner to delegates with the right that opens the mailbox. Send-as alone opens none."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in records(self.known.linked.access):
            if row["opens_mailbox"]:
                right = f"{row['right']} on {row['folder']}" if row["folder"] else row["right"]
                found[row["owner_key"]][row["delegate_key"]].add(str(right))
        for opened in self._opened:
            found[opened.owner_key][opened.delegate_key].add(_OBSERVED)
        return {
            owner: {key: ", ".join(sorted(rights)) for key, rights in sorted(delegates.items())}
            for owner, delegates in found.items()
        }

    @cached_property
    def _opened(self) -> tuple[OpenedSeen, ...]:
        """Mailboxes that others' Outlooks opened: what these will prompt for."""
        opened = self.known.onprem.opened if self.known.onprem else ()
        return tuple(each for each in opened if each.protocol in OUTLOOK_PROTOCOLS)

    @cached_property
    def through_groups(self) -> Mapping[str, tuple[str, ...]]:
        """Owner to names of groups, or unknown names, that may open the mailbox."""
        found: dict[str, set[str]] = defaultdict(set)
        for right in self.known.linked.through_groups:
            found[right.owner_key].add(right.trustee)
        return {owner: tuple(sorted(names)) for owner, names in found.items()}

    def ties(self) -> list[Tie]:
        """Every right between two mailboxes on-premises that speaks for moving together."""
        found = [
            Tie(row["delegate_key"], row["owner_key"], row["kind"])
            for row in records(self.known.linked.access)
            if row["kind"] in TIE_KINDS
        ]
        found += [Tie(opened.delegate_key, opened.owner_key, "mailbox") for opened in self._opened]
        return [tie for tie in found if self._stays(tie.delegate) and self._stays(tie.owner)]

    def _stays(self, key: str) -> bool:
        return not self.known.is_in_cloud(key) and self.known.is_mailbox(key)

    def left_behind(self, owner: str, moving: frozenset[str]) -> tuple[Delegate, ...]:
        """Delegates of a mailbox who are on-premises and do not move with it."""
        return tuple(
            self._delegate(key, right)
            for key, right in self.openers.get(owner, {}).items()
            if key not in moving and key != owner and self._stays(key)
        )

    def own_forecasts(self, owner: str) -> tuple[tuple[str, Forecast], ...]:
        """What becomes of the Outlook of everybody on-premises who opens a mailbox."""
        return tuple(
            (key, forecast(self.known.outlook(key), self.known.blocking(key)))
            for key in self.openers.get(owner, {})
            if key != owner and self._stays(key)
        )

    def _delegate(self, key: str, right: str) -> Delegate:
        outlook, blocking = self.known.outlook(key), self.known.blocking(key)
        prompted = _PROMPTED[forecast(outlook, blocking).predicted]
        return Delegate(self.known.smtp(key), key, right, prompted,
                        _why(prompted, outlook, blocking))  # fmt: skip


def _why(prompted: Prompted, outlook: Outlook, blocking: Blocking) -> str:
    if prompted is Prompted.WILL:
        how = "cannot do modern authentication" if outlook.is_old else "talks RPC over HTTP"
        return f"his own Outlook {how}, and {_names(blocking)} turns its fallback away"
    if prompted is Prompted.WILL_NOT:
        if blocking.answer is Answer.NO:
            return "no enforced policy turns his legacy sign-ins away"
        return "his own Outlook talks MAPI over HTTP"
    missing = [
        "whether his own Outlook talks RPC over HTTP"
        if outlook.on_rpc is Answer.UNKNOWN and not outlook.is_old
        else "",
        "whether a policy turns his legacy sign-ins away"
        if blocking.answer is Answer.UNKNOWN
        else "",
    ]
    return "not known: " + " and ".join(text for text in missing if text)


def _names(blocking: Blocking) -> str:
    first = blocking.by[0]
    return f"'{first.name or first.id}'"
