"""Readiness as JSON: design 4.4's keys first, additional ones after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.readiness.model import Predicted, Prompted
from analyzer.report.jsonout import coverage_to_dict, encode, evidence_to_dict
from analyzer.results import SCHEMA_VERSION
from analyzer.times import iso_z

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.readiness.model import (
        BatchRead,
        CheckItem,
        CutTie,
        Delegate,
        LegacyClient,
        Mailbox,
        Readiness,
        Together,
    )

Json = dict[str, Any]


def dumps(readiness: Readiness) -> str:
    """JSON text of a forecast, ending in a line end."""
    return encode(to_dict(readiness), indent=2) + "\n"


def to_ndjson(readiness: Readiness) -> str:
    """The mailboxes as JSON, one object a line; the same objects as in the JSON result."""
    return "".join(encode(mailbox_to_dict(each)) + "\n" for each in readiness.mailboxes)


def to_dict(readiness: Readiness) -> Json:
    """The forecast as plain values, instants ending in Z."""
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_at": iso_z(readiness.generated_at),
        "window": {
            "from": _instant(readiness.window_from),
            "to": _instant(readiness.window_to),
        },
        "coverage": {
            **coverage_to_dict(readiness.coverage),
            "batch": _batch(readiness.batch),
        },
        "summary": summary(readiness),
        "as_of": _instant(readiness.as_of),
        "organisation_mapi_over_http": readiness.organisation,
        "mailboxes": [mailbox_to_dict(each) for each in readiness.mailboxes],
        "move_together": [
            list(each.members) for each in readiness.together if len(each.members) > 1
        ],
        "move_together_told": [_together(each) for each in readiness.together],
        "batch_size": readiness.batch_size,
        "checklist": [_check(each) for each in readiness.checklist],
        "switch_on": [
            {"mailbox": each.mailbox, "was": each.was, "why": each.why, "note": each.note}
            for each in readiness.switch
        ],
        "restart_outlook": list(readiness.restart),
    }


def summary(readiness: Readiness) -> Json:
    """How many mailboxes are predicted what, and how many are not to be predicted."""
    forecast = [each for each in readiness.mailboxes if each.is_forecast]
    delegates = {
        each.delegate: each
        for mailbox in forecast
        for each in mailbox.delegates
        if each.prompted is Prompted.WILL
    }
    return {
        "mailboxes": len(readiness.mailboxes),
        "predicted": {each.value: len(readiness.of(each)) for each in Predicted},
        "moved_already": readiness.batch.moved,
        "not_found": len(readiness.batch.not_found),
        "delegates_prompted": len(delegates),
    }


def mailbox_to_dict(mailbox: Mailbox) -> Json:
    """One mailbox. ``delegates`` are those who will be prompted, or of whom it is not known."""
    return {
        "mailbox": mailbox.mailbox,
        "mapi_over_http": mailbox.setting,
        "predicted": mailbox.predicted.value,
        "confidence": mailbox.confidence,
        "delegates": [
            each.delegate for each in mailbox.delegates if each.prompted is not Prompted.WILL_NOT
        ],
        "legacy_clients": [_client(each) for each in mailbox.legacy_clients],
        "policies": [{"id": each.id, "name": each.name} for each in mailbox.policies],
        "evidence": [evidence_to_dict(item) for item in mailbox.evidence],
        "standing": mailbox.standing.value,
        "basis": mailbox.basis,
        "mapi_over_http_from": mailbox.setting_from,
        "user": mailbox.user,
        "display_name": mailbox.display_name,
        "recipient_type": mailbox.recipient_type,
        "delegates_told": [_delegate(each) for each in mailbox.delegates],
        "delegates_through_groups": list(mailbox.through_groups),
        "excluded_from": list(mailbox.exclusions),
    }


def _delegate(delegate: Delegate) -> Json:
    return {
        "delegate": delegate.delegate,
        "right": delegate.right,
        "prompted": delegate.prompted.value,
        "says": delegate.says,
    }


def _client(client: LegacyClient) -> Json:
    return {
        "kind": client.kind,
        "client": client.client,
        "seen_in": client.seen_in,
        "is_seen": client.is_seen,
        "last_seen": _instant(client.last_seen),
        "blocked": client.blocked.value,
    }


def _together(together: Together) -> Json:
    return {
        "members": list(together.members),
        "not_in_batch": list(together.outside),
        "ties_cut": [_tie(each) for each in together.cut],
    }


def _tie(tie: CutTie) -> Json:
    return {"delegate": tie.delegate, "owner": tie.owner, "kind": tie.kind}


def _check(item: CheckItem) -> Json:
    return {
        "id": item.id,
        "what": item.what,
        "state": item.state.value,
        "says": item.says,
        "how": item.how,
    }


def _batch(batch: BatchRead) -> Json:
    return {
        "rows": batch.rows,
        "mailboxes": batch.mailboxes,
        "duplicates": batch.duplicates,
        "not_found": list(batch.not_found),
        "moved_already": batch.moved,
        "rows_without_name": list(batch.nameless),
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else iso_z(instant)
