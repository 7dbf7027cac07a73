"""Before a pull begins: whether it can succeed, and what each plan would take."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.collecting.estimate import BYTES_PER_EVENT, estimate
from analyzer.errors import IncompleteError, PermissionMissingError
from analyzer.sources.graph.permissions import held
from analyzer.sources.graph.preflight import disk_space, preflight
from analyzer.times import iso_z

if TYPE_CHECKING:
    from analyzer.collecting.estimate import Estimate
    from analyzer.collecting.progress import Say
    from analyzer.collecting.pull import Pull
    from analyzer.sources.graph.credentials import TokenSource
    from analyzer.sources.graph.findings import Finding

_WORTH_AN_ESTIMATE = timedelta(hours=1)


async def look_ahead(pull: Pull, tokens: TokenSource, say: Say) -> None:
    """Check what can be known before, and say what the pull will take.

    Raises:
        PermissionMissingError: The tenant refuses; nothing was asked of the store yet.
    """
    span = pull.span()
    try:
        findings = await preflight(
            pull.graph,
            held=held(tokens.token()),
            now=pull.now,
            since=span[0],
            until=span[1],
            store_folder=pull.store.folder,
        )
    finally:
        # Asked is asked, whatever the checks say: what is not read is a gap from now on.
        pull.clock_ahead = pull.graph.clock_ahead
        pull.wanted()
    for each in findings:
        if each.state == "warning":
            say(f"warning: {each.says} {each.remedy}".rstrip(), check=each.name)
    failed = [each for each in findings if each.state == "failed"]
    if failed:
        raise _refused(failed[0])
    if not pull.graph.has_answered:
        told = next(each for each in findings if each.state == "unknown" and each.remedy)
        raise IncompleteError(told.says, remedy=f"{told.remedy} Then pull again: it goes on.")
    if span[1] - span[0] > _WORTH_AN_ESTIMATE:
        await _estimate(pull, say)


async def _estimate(pull: Pull, say: Say) -> None:
    """Say what each plan would take, and whether the disk has room for it."""
    movers = len(pull.wish.mover_ids) + len(pull.wish.mover_names)
    expected = await estimate(pull.graph, pull.span(), movers)
    if expected.events is None:
        return
    pull.expected = expected
    _say_estimate(expected, expected.events, pull, say)
    events = expected.events if pull.wish.plan == "full" else expected.triage_events
    room = disk_space(pull.store.folder, events * BYTES_PER_EVENT)
    if room.state == "failed":
        raise _refused(room)


def _refused(finding: Finding) -> PermissionMissingError:
    return PermissionMissingError(finding.says, remedy=finding.remedy)


def _say_estimate(expected: Estimate, events: int, pull: Pull, say: Say) -> None:
    full, triage = expected.full_requests, expected.triage_requests
    left_out = events - expected.triage_events
    say(
        f"about {events:,} sign-ins from {iso_z(pull.span()[0])}: --plan full takes some "
        f"{full:,} requests ({expected.duration(full)}), --plan triage some {triage:,} "
        f"({expected.duration(triage)}){' and is no cheaper here' if triage >= full else ''}; it "
        f"leaves some {left_out:,} sign-ins of people whom no block, no unmet demand, no legacy "
        "client and no move names",
        events=events,
        full_requests=full,
        full_seconds=round(expected.duration(full).total_seconds()),
        triage_requests=triage,
        triage_seconds=round(expected.duration(triage).total_seconds()),
        not_fetched=left_out,
        plan=pull.wish.plan,
    )
