"""A PowerShell script for review: which mailboxes need MAPI over HTTP, whose sessions to end.

Nothing here is ever executed by this program, and the script itself changes nothing without
``-Apply``. Every value from a log stands in single quotes or in a comment, and can leave neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.phrases import stamp
from analyzer.report.visible import is_unseen, visible
from analyzer.results import Answer, Cause, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.results import Result, Verdict

# PowerShell ends a single-quoted string at any of these, and takes two of them for one.
# Source: PowerShell's CharTraits.IsSingleQuote (src/System.Management.Automation).
SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"

# Without it Windows PowerShell 5.1 reads the file in the machine's ANSI code page, in which the
# second byte of an innocent letter can be a quote (about_Character_Encoding).
BYTE_ORDER_MARK = "\ufeff"

_NEED_MAPI = (Cause.OUTLOOK_RECONFIGURATION, Cause.DELEGATE_ACCESS)
_MAPI_OFF = ("mapi-http-off", "outlook-on-rpc")

_HEAD = """\
# Written for review; nothing has been run. Read it, then decide.
#
# What it does: switches on MAPI over HTTP for the mailboxes below, so that their Outlook can move
#   to modern authentication. Run in the on-premises Exchange Management Shell. Without -Apply every
#   command only says what it would do.
# Check first: Exchange 2013 SP1 or later; Outlook 2013 SP1 or later; the MAPI virtual directory has
#   its URLs (Get-MapiVirtualDirectory), and /mapi passes the load balancer. Outlook asks to be
#   restarted after the switch; if it then prompts in a loop, clear cached credentials (KB 4051374).
# A mailbox that has already moved is no longer on premises: its line is a comment, for the case
#   that the move is undone. Repair or recreate that Outlook profile instead, and switch on MAPI
#   over HTTP for those who move next.
# Undo: the same commands with -MapiHttpEnabled $null (inherit again); for the organisation, $false.
# Source: https://learn.microsoft.com/exchange/configure-mapi-over-http-exchange-2013-help
param([switch]$Apply)

# Either for the whole organisation, which also serves everybody who moves later:
# Set-OrganizationConfig -MapiHttpEnabled $true -WhatIf:(-not $Apply)
"""


def powershell(result: Result) -> str:
    """Text of the script, with a byte-order mark, for a ``.ps1`` file."""
    return BYTE_ORDER_MARK + "\r\n".join(_lines(result)) + "\r\n"


def quoted(text: str) -> str:
    """Text as a PowerShell single-quoted string that ends only at its own last quote.

    Unseen characters, line ends among them, are left out: inside single quotes nothing is
    expanded, so doubled quotes are all that is needed beside.
    """
    kept = (character for character in text if not is_unseen(character))
    doubled = (character * 2 if character in SINGLE_QUOTES else character for character in kept)
    return f"'{''.join(doubled)}'"


def comment(text: str) -> str:
    """Text as a comment of one line; a comment of ``#`` ends only with its line."""
    return f"# {visible(text)}"


def _lines(result: Result) -> Iterable[str]:
    yield comment(f"Remediation of the triage made {stamp(result.generated_at)}")
    yield from _HEAD.splitlines()
    yield from _mapi([verdict for verdict in result.verdicts if verdict.cause in _NEED_MAPI])
    attacked = [each for each in result.verdicts if each.cause is Cause.CREDENTIAL_ATTACK]
    yield from _attacked(attacked)


def _mapi(verdicts: Sequence[Verdict]) -> Iterable[str]:
    needing = [verdict for verdict in verdicts if _needs_mapi(verdict)]
    by_mailbox = {_mailbox(verdict): verdict for verdict in reversed(needing)}
    yield ""
    yield comment(f"Or for exactly the mailboxes that need it: {len(by_mailbox)}.")
    for mailbox, verdict in sorted(by_mailbox.items()):
        yield comment(f"{verdict.cause.value}, {verdict.status.value}, verdict {verdict.id}")
        command = (
            f"Set-CASMailbox -Identity {quoted(mailbox)} -MapiHttpEnabled $true "
            "-WhatIf:(-not $Apply)"
        )
        if not _is_plain(mailbox):
            yield _by_hand(command)
        elif verdict.cause is Cause.OUTLOOK_RECONFIGURATION:
            yield comment(f"Already in Exchange Online, so nothing to set on premises: {command}")
        else:
            yield command
    left_out = [verdict for verdict in verdicts if not _needs_mapi(verdict)]
    for verdict in left_out:
        why = "recovered" if verdict.status is Status.RECOVERED else "MAPI over HTTP is on already"
        yield comment(f"Left out, {why}: {verdict.user}")


def _needs_mapi(verdict: Verdict) -> bool:
    is_on = any(item.check in _MAPI_OFF and item.answer is Answer.NO for item in verdict.evidence)
    return verdict.status is not Status.RECOVERED and not is_on


def _mailbox(verdict: Verdict) -> str:
    """The person's own mailbox: for a delegate too it is his own profile that is stuck."""
    return verdict.user_smtp or verdict.user


def _attacked(verdicts: Sequence[Verdict]) -> Iterable[str]:
    if not verdicts:
        return
    yield ""
    yield "# Credentials under attack. Look at each sign-in first; then take out the comment sign."
    yield "# Needs Microsoft Graph PowerShell: Connect-MgGraph -Scopes User.ReadWrite.All"
    yield "# Ending sessions and resetting a password cannot be undone: tell the person first."
    accounts = {verdict.user_id or verdict.user: verdict for verdict in reversed(verdicts)}
    for account, verdict in sorted(accounts.items()):
        yield comment(f"Account {verdict.user}, {verdict.status.value}, verdict {verdict.id}")
        yield comment(f"Revoke-MgUserSignInSession -UserId {quoted(account)}")
        yield comment(
            f"Update-MgUser -UserId {quoted(account)} "
            "-PasswordProfile @{ ForceChangePasswordNextSignIn = $true }"
        )


def _is_plain(text: str) -> bool:
    return not any(is_unseen(character) for character in text)


def _by_hand(command: str) -> str:
    return comment(f"This name holds invisible characters, look it up by hand: {command}")
