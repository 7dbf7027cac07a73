"""Exports that a reader can be asked for: what each would tell, and how a given one falls short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Export:
    """Something that can be exported, as the reader is asked for it.

    Attributes:
        name: What it is, with the command.
        tells: What it would tell, after "would tell".
        falls_short: What is wrong with what was given.
        evidence: Its names in ``Coverage.evidence_missing``.
    """

    name: str
    tells: str
    falls_short: str
    evidence: tuple[str, ...] = ()


EXPORTS: dict[str, Export] = {
    "moves": Export(
        "Mailbox moves (Get-MoveRequestStatistics, or Get-MigrationUser with Get-MigrationBatch)",
        "whether and when the person's own mailbox moved",
        "those given do not hold this person; move requests are purged 30 days after completion, "
        "migration users are kept longer",
        ("moves",),
    ),
    "permissions": Export(
        "Mailbox permissions (Get-MailboxPermission, Get-MailboxFolderPermission)",
        "whether the person has a right on a mailbox that moved",
        "in those given, groups or unknown names hold rights; export the members of the groups",
        ("permissions",),
    ),
    "mapi": Export(
        "MAPI over HTTP state from before the move (Get-CASMailbox, Get-OrganizationConfig)",
        "whether Outlook was on RPC over HTTP, which cannot do modern authentication",
        "what was given does not cover this mailbox",
        ("cas_mailbox", "org_config"),
    ),
    "policies": Export(
        "Conditional Access policies (Microsoft Graph)",
        "whether what refused is a block of legacy clients",
        "those given do not say which of them refused; export the sign-ins with Policy.Read.All",
        ("policies",),
    ),
    "earlier": Export(
        "Sign-ins from before the move",
        "whether the same kind of client failed then as well",
        "those given begin too late",
    ),
    "days": Export(
        "Sign-ins of more days",
        "how it goes on, and at which hours",
        "those given show it on one day",
    ),
    "successes": Export(
        "Successful sign-ins of more days, interactive and non-interactive",
        "whether the place is normal for the person",
        "those given are too few",
    ),
    "clients": Export(
        "The same sign-ins from Microsoft Graph (beta) or Log Analytics",
        "which client it was, if Entra logged it",
        "those given name neither client app nor user agent",
    ),
}
