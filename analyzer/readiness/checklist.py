"""Prerequisites of a move as a check-list: what the exports verify, and how to verify the rest.

Sources: MicrosoftDocs/OfficeDocs-Exchange, configure-mapi-over-http and mapi-over-http;
MicrosoftDocs/OfficeDocs-Support for AllowAdalForNonLyncIndependentOfLync and EnableADAL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.readiness.model import CheckItem, Verified
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.readiness.known import Known
    from analyzer.readiness.model import Mailbox

_OK, _BAD, _OPEN = Verified.VERIFIED, Verified.FAILED, Verified.CANNOT_TELL
_NOT_IN_EXPORTS = "No export says so."


def checklist(known: Known, mailboxes: Sequence[Mailbox]) -> tuple[CheckItem, ...]:
    """Every prerequisite with what could be verified for these mailboxes."""
    moving = [mailbox for mailbox in mailboxes if mailbox.is_forecast]
    return (
        _organisation(known),
        _overrides(known, moving),
        *_by_hand(known),
        _builds(known, moving),
        _policies(known),
        _groups(known, moving),
        _permissions(known, moving),
        _skype(moving),
        _phones(known, moving),
    )


def _organisation(known: Known) -> CheckItem:
    state = known.linked.org_default.state
    told = {
        "on": (_OK, "The organisation's MapiHttpEnabled is True."),
        "off": (_BAD, "The organisation's MapiHttpEnabled is False, or it is Exchange 2010."),
        "unknown": (_OPEN, "The organisation's MapiHttpEnabled was not given."),
    }
    return CheckItem(
        "organisation-mapi", "MAPI over HTTP is on for the organisation", *told[state],
        "Get-OrganizationConfig | Format-List MapiHttpEnabled, AdminDisplayVersion",
    )  # fmt: skip


def _overrides(known: Known, moving: Sequence[Mailbox]) -> CheckItem:
    off = [m for m in moving if m.setting == "off" and m.setting_from == "mailbox"]
    if off:
        state, says = (
            _BAD,
            f"{_mailboxes(len(off))} of the batch: switched off by a value of {_its(off)} own.",
        )
    elif known.evidence.mapi_http is None:
        state, says = (
            _OPEN,
            "Get-CASMailbox was not given: a mailbox's own value beats the organisation's.",
        )
    else:
        state, says = _OK, "No mailbox of the batch is switched off by a value of its own."
    return CheckItem(
        "mailbox-overrides", "No mailbox of the batch has MAPI over HTTP switched off", state, says,
        "Get-CASMailbox -ResultSize Unlimited | Where-Object { $_.MapiHttpEnabled -eq $false }",
    )  # fmt: skip


def _by_hand(known: Known) -> Iterable[CheckItem]:
    """What no export that is read here can show; a connection that was seen shows it works."""
    seen = known.onprem is not None and any(
        each.protocol == "mapi-http" for each in known.onprem.outlooks.values()
    )
    works = (
        "On-premises logs show Outlooks connecting by MAPI over HTTP, so it works for some."
        if seen
        else _NOT_IN_EXPORTS
    )
    yield CheckItem(
        "mapi-virtual-directory", "The MAPI virtual directories have internal and external URLs",
        _OK if seen else _OPEN, works,
        "Get-MapiVirtualDirectory | Format-List Server, InternalUrl, ExternalUrl, "
        "IISAuthenticationMethods",
    )  # fmt: skip
    yield CheckItem(
        "certificate-names", "The certificate holds the names of those URLs", _OPEN,
        _NOT_IN_EXPORTS,
        "Get-ExchangeCertificate | Format-List Services, CertificateDomains, NotAfter",
    )  # fmt: skip
    yield CheckItem(
        "load-balancer", "Load balancer and reverse proxy let /mapi through", _OPEN,
        _NOT_IN_EXPORTS,
        "Open https://<name>/mapi/healthcheck.htm from inside and outside; each server answers "
        "200 OK.",
    )  # fmt: skip


def _builds(known: Known, moving: Sequence[Mailbox]) -> CheckItem:
    old = [m for m in moving if any(c.kind == "old-outlook" for c in m.legacy_clients)]
    told = [m for m in moving if m.person_key and known.outlook(m.person_key).is_old is not None]
    if old:
        state, says = (
            _BAD,
            f"{_mailboxes(len(old))} of the batch: an Outlook older than 2013 SP1 was seen.",
        )
    elif moving and len(told) == len(moving):
        state, says = _OK, "Every Outlook of the batch was seen, and each is 2013 SP1 or later."
    else:
        state, says = (
            _OPEN,
            (f"The build of {_mailboxes(len(moving) - len(told))} of the batch was not seen."),
        )
    return CheckItem(
        "outlook-builds", "Every Outlook is 2013 SP1 (15.0.4569) or later", state, says,
        "Give --onprem-logs, or ask your software inventory. Outlook 2013 also needs EnableADAL=1 "
        "and Version=1 in HKCU\\SOFTWARE\\Microsoft\\Office\\15.0\\Common\\Identity.",
    )  # fmt: skip


def _policies(known: Known) -> CheckItem:
    if known.rules.policies is None:
        state, says = _OPEN, "The policies were not given."
    elif known.rules.defaults is Answer.UNKNOWN:
        state, says = (
            _OPEN,
            (
                "No policy is enforced in the export, and whether security defaults are on is not "
                "in it."
            ),
        )
    else:
        count = len(known.rules.policies)
        state, says = (
            _OK,
            f"{count} policies were given, {len(known.rules.enforced)} of them enforced.",
        )
    return CheckItem(
        "policies-exported", "The Conditional Access policies are known", state, says,
        "GET /identity/conditionalAccess/policies, and GET "
        "/policies/identitySecurityDefaultsEnforcementPolicy",
    )  # fmt: skip


def _groups(known: Known, moving: Sequence[Mailbox]) -> CheckItem:
    open_ids = sorted(
        {
            each
            for mailbox in moving
            if mailbox.person_key
            for touching in known.blocking(mailbox.person_key).perhaps
            for each in touching.placed.ids
        }
    )
    if known.rules.policies is None:
        state, says = _OPEN, "The policies were not given, so which groups they name is not known."
    elif open_ids:
        more = ", ..." if len(open_ids) > 3 else ""  # noqa: PLR2004 - as many as one reads
        state, says = (
            _BAD,
            (f"Members that decide were not given, of: {', '.join(open_ids[:3])}{more}."),
        )
    else:
        state, says = _OK, "No group or role whose members are not known decides for the batch."
    return CheckItem(
        "groups-expanded", "The groups and roles that policies name are expanded", state, says,
        "GET /groups/{id}/transitiveMembers for each; give them with --groups",
    )  # fmt: skip


def _permissions(known: Known, moving: Sequence[Mailbox]) -> CheckItem:
    through = sorted({name for mailbox in moving for name in mailbox.through_groups})
    if known.evidence.permissions is None:
        state, says = _OPEN, "Permissions were not given: delegates are not known."
    elif through:
        state, says = (
            _OPEN,
            (
                f"{len(through)} groups or unknown names may open mailboxes of the batch; who is "
                "behind them is not known."
            ),
        )
    else:
        state, says = _OK, "Permissions were given, and every name in those of the batch is known."
    return CheckItem(
        "permissions-exported", "Who opens the batch's mailboxes is known", state, says,
        "Get-Mailbox -ResultSize Unlimited | Get-MailboxPermission, and "
        "Get-MailboxFolderPermission; expand groups with Get-DistributionGroupMember",
    )  # fmt: skip


def _skype(moving: Sequence[Mailbox]) -> CheckItem:
    seen = sum(any(c.kind == "skype" for c in m.legacy_clients) for m in moving)
    says = (
        f"{_mailboxes(seen)} of the batch: Skype for Business was seen falling back to a password."
        if seen
        else "Registry values are in no export."
    )
    return CheckItem(
        "skype-adal", "Skype for Business may use modern authentication after the move",
        _BAD if seen else _OPEN, says,
        "AllowAdalForNonLyncIndependentOfLync=1 in "
        "HKCU\\SOFTWARE\\Microsoft\\Office\\16.0\\Lync, where Skype for Business is in use",
    )  # fmt: skip


def _phones(known: Known, moving: Sequence[Mailbox]) -> CheckItem:
    with_phone = sum(any(c.kind == "phone" and c.is_seen for c in m.legacy_clients) for m in moving)
    could = sum(any(c.kind == "phone" and not c.is_seen for c in m.legacy_clients) for m in moving)
    if with_phone:
        state, says = _BAD, f"{_mailboxes(with_phone)} of the batch: a native mail app was seen."
    elif known.seen is None and known.onprem is None:
        state, says = (
            _OPEN,
            (
                "Neither sign-ins nor on-premises logs were given; ActiveSync is allowed for "
                f"{could}."
            ),
        )
    else:
        state, says = _OPEN, "No phone was seen, which does not prove that there is none."
    return CheckItem(
        "phones", "There is a plan for phones on ActiveSync", state, says,
        "Get-MobileDeviceStatistics; have accounts added again with modern authentication, pushed "
        "by device management, or moved to Outlook mobile",
    )  # fmt: skip


def _mailboxes(count: int) -> str:
    return f"{count:,} mailbox" if count == 1 else f"{count:,} mailboxes"


def _its(mailboxes: Sequence[Mailbox]) -> str:
    return "its" if len(mailboxes) == 1 else "their"
