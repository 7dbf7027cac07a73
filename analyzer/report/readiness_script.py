"""A PowerShell script for review: MAPI over HTTP on, for exactly the mailboxes that need it.

Nothing here is ever executed by this program, and the script itself changes nothing without
``-Apply``. Quoting is that of :mod:`analyzer.report.remediation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.phrases import counted, stamp
from analyzer.report.remediation import BYTE_ORDER_MARK, comment, quoted
from analyzer.report.visible import is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.readiness.model import Needs, Readiness

_HEAD = """\
# Written for review; nothing has been run. Read it, then decide.
#
# What it does: switches on MAPI over HTTP for the mailboxes below, before they move, so that their
#   Outlook can move to modern authentication. Run in the on-premises Exchange Management Shell.
#   Without -Apply every command only says what it would do; with -Undo it sets back what was.
# Check first: Exchange 2013 SP1 or later; Outlook 2013 SP1 or later; the MAPI virtual directories
#   have their URLs (Get-MapiVirtualDirectory), the certificate holds their names, and the load
#   balancer lets /mapi through (https://<name>/mapi/healthcheck.htm answers 200 OK).
# Check afterwards: Get-CASMailbox -Identity <mailbox> | Format-List MapiHttpEnabled; restart
#   Outlook (it asks for it); Ctrl + right-click on its icon, Connection Status: the protocol reads
#   HTTP, no more RPC/HTTP. If Outlook prompts in a loop, clear cached credentials (KB 4051374).
#   Run the readiness again on the day before the move.
# Source: https://learn.microsoft.com/exchange/configure-mapi-over-http-exchange-2013-help
param([switch]$Apply, [switch]$Undo)
"""


def powershell(readiness: Readiness) -> str:
    """Text of the script, with a byte-order mark, for a ``.ps1`` file."""
    return BYTE_ORDER_MARK + "\r\n".join(_lines(readiness)) + "\r\n"


def _lines(readiness: Readiness) -> Iterable[str]:
    yield comment(f"Remediation of the readiness made {stamp(readiness.generated_at)}")
    yield from _HEAD.splitlines()
    yield ""
    yield from _organisation(readiness)
    yield from _mailboxes(readiness)
    yield from _beside(readiness)


def _organisation(readiness: Readiness) -> Iterable[str]:
    if readiness.organisation == "on":
        yield "# The organisation's setting is on already."
        return
    yield "# Either for the whole organisation, which also serves everybody who moves later:"
    yield "# Set-OrganizationConfig -MapiHttpEnabled $true -WhatIf:(-not $Apply)"
    yield "#   A mailbox's own False stays in force: its line below is needed all the same."
    yield "#   Undo: Set-OrganizationConfig -MapiHttpEnabled $false"


def _mailboxes(readiness: Readiness) -> Iterable[str]:
    needs = readiness.switch
    yield ""
    yield comment(
        f"For exactly the mailboxes that need it: {len(needs)}."
        if readiness.organisation == "on"
        else f"Or for exactly the mailboxes that need it: {len(needs)}."
    )
    if not needs:
        return
    for need in needs:
        yield comment(f"{need.note}; {_was(need)}")
        before = "$null" if need.was is None else "$false"
        command = (
            f"Set-CASMailbox -Identity {quoted(need.mailbox)} "
            f"-MapiHttpEnabled $(if ($Undo) {{ {before} }} else {{ $true }}) "
            "-WhatIf:(-not $Apply)"
        )
        yield command if _is_plain(need.mailbox) else _by_hand(command)


def _was(need: Needs) -> str:
    return "inherits now" if need.was is None else "its own value is False now"


def _beside(readiness: Readiness) -> Iterable[str]:
    for title, names in (
        ("On already; only Outlook has to be restarted", readiness.restart),
        ("On Exchange 2010, which has no MAPI over HTTP", readiness.impossible),
    ):
        if names:
            yield ""
            yield comment(f"{title}: {counted(len(names), 'mailbox', 'mailboxes')}.")
            yield from (comment(name) for name in names)


def _is_plain(text: str) -> bool:
    return not any(is_unseen(character) for character in text)


def _by_hand(command: str) -> str:
    return comment(f"This name holds invisible characters, look it up by hand: {command}")
