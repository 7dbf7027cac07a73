"""A PowerShell script for review: exclusions without a reason, closed one by one.

Nothing here is ever executed by this program, and the script itself changes nothing without
``-Apply``. Every value from a log stands in single quotes or in a comment, and can leave neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report import policies_words as words
from analyzer.report.phrases import stamp
from analyzer.report.remediation import BYTE_ORDER_MARK, comment, quoted
from analyzer.report.visible import is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.policies.result import OpenExclusion, PoliciesResult

# [microsoft-graph-docs-contrib, conditionalaccesspolicy-update, group-delete-members]
_HEAD = """\
# Written for review; nothing has been run. Read it, then decide.
#
# What it does: closes exclusions from policies that block legacy authentication, for people who
#   have recovered or have no legacy sign-in. Without -Apply every command only says what it would
#   do.
# Needs Microsoft Graph PowerShell: Connect-MgGraph -Scopes Policy.Read.All,
#   Policy.ReadWrite.ConditionalAccess, Application.Read.All, GroupMember.ReadWrite.All
# Check first: that the person is not an emergency account, which stays excluded on purpose; that
#   nobody depends on the group for anything else; that the policy is still as it was exported.
# Undo: put the object id back among the policy's excluded users, or the person back into the group.
# Source: https://learn.microsoft.com/graph/api/conditionalaccesspolicy-update
param([switch]$Apply)

function Close-UserExclusion([string]$PolicyId, [string[]]$UserIds) {
    $policy = Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId $PolicyId
    $kept = @($policy.Conditions.Users.ExcludeUsers | Where-Object { $_ -notin $UserIds })
    $body = @{ conditions = @{ users = @{ excludeUsers = $kept } } }
    Update-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId $PolicyId `
        -BodyParameter $body -WhatIf:(-not $Apply)
}
"""


def powershell(result: PoliciesResult) -> str:
    """Text of the script, with a byte-order mark, for a ``.ps1`` file."""
    return BYTE_ORDER_MARK + "\r\n".join(_lines(result)) + "\r\n"


def _lines(result: PoliciesResult) -> Iterable[str]:
    yield comment(f"Exclusions to close, after the review made {stamp(result.generated_at)}")
    yield from _HEAD.splitlines()
    closing = [each for each in result.exclusions if each.is_to_close]
    direct = [each for each in closing if each.through is None]
    yield ""
    yield comment(f"People excluded by name: {len(direct)}.")
    for policy_id in dict.fromkeys(each.policy_id for each in direct):
        yield from _of_policy([each for each in direct if each.policy_id == policy_id])
    through = [each for each in closing if each.through is not None]
    yield ""
    yield comment(f"People excluded through a group: {len(through)}.")
    for pair in dict.fromkeys(
        (each.through.id, each.subject.id) for each in through if each.through
    ):
        yield from _of_member(
            [e for e in through if e.through and (e.through.id, e.subject.id) == pair]
        )
    yield ""
    for each in result.exclusions:
        if not each.is_to_close:
            yield comment(f"Left open: {words.subject(each.subject)}. {words.reason(each)}")


def _of_policy(exclusions: Sequence[OpenExclusion]) -> Iterable[str]:
    first = exclusions[0]
    yield comment(f"Policy {first.policy_name}")
    for each in exclusions:
        yield comment(f"{words.subject(each.subject)}: {words.reason(each)}")
    ids = ", ".join(quoted(each.subject.id) for each in exclusions)
    yield _careful(
        f"Close-UserExclusion -PolicyId {quoted(first.policy_id)} -UserIds @({ids})",
        first.policy_id, *(each.subject.id for each in exclusions),
    )  # fmt: skip


def _of_member(exclusions: Sequence[OpenExclusion]) -> Iterable[str]:
    first = exclusions[0]
    if first.through is None:
        return
    names = ", ".join(dict.fromkeys(each.policy_name for each in exclusions))
    yield comment(f"{words.subject(first.subject)}: {words.reason(first)}; excluded from {names}")
    yield _careful(
        f"Remove-MgGroupMemberByRef -GroupId {quoted(first.through.id)} "
        f"-DirectoryObjectId {quoted(first.subject.id)} -WhatIf:(-not $Apply)",
        first.through.id, first.subject.id,
    )  # fmt: skip


def _careful(command: str, *values: str) -> str:
    """The command, or a comment of it where an id holds what cannot be seen."""
    if any(is_unseen(character) for value in values for character in value):
        return comment(f"An id holds invisible characters, look it up by hand: {command}")
    return command
