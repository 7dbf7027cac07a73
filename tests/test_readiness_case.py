"""From files to forecast: settings, policies, delegates, batches, and what is missing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from analyzer.errors import UsageError
from analyzer.evidence.onprem import OnPrem, OpenedSeen, OtherSeen, OutlookSeen
from analyzer.readiness.model import (
    BatchRead,
    CutTie,
    LegacyClient,
    Needs,
    Prompted,
    Standing,
    Together,
    Verified,
)
from analyzer.results import Answer, EvidenceItem, PolicyRef
from tests.readiness_tenant import (
    AT,
    GROUP,
    POLICY,
    assess,
    cas_mailboxes,
    one,
    permissions,
    policies,
    policy,
    recipients,
    smtp,
    told,
    user_id,
)

STUCK, WELL, OPEN = "stuck", "reconfigures", "unknown"
DAY = timedelta(days=1)


def batch(*names):
    return "EmailAddress\n" + "".join(f"{name}\n" for name in names)


def seen(**outlooks):
    """On-premises logs: ``amy="rpc"``."""

    def link(people):
        found = {}
        for name, told_of in outlooks.items():
            protocol, _, build = told_of.partition(" ")
            key = people.resolve(smtp(name)).key
            is_rpc = protocol == "rpc"
            found[key] = OutlookSeen(
                "rpc-http" if is_rpc else "mapi-http",
                AT - DAY,
                AT - DAY if is_rpc else None,
                None if is_rpc else AT - DAY,
                build or None,
            )
        return OnPrem(AT - 7 * DAY, AT, found, {}, ())

    return link


CASES = {
    "mailbox value over organisation value": (
        {},
        {"amy": (STUCK, "setting-off"), "bo": (WELL, "setting-on")},
    ),
    "organisation on": (
        {"org_config": "MapiHttpEnabled : True\n", "batch": batch(smtp("amy"), smtp("cy"))},
        {"amy": (WELL, "setting-on"), "cy": (STUCK, "setting-off")},
    ),
    "no organisation": (
        {"org_config": None},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "no mailbox values": (
        {"cas_mailbox": None},
        {"amy": (STUCK, "setting-off"), "bo": (STUCK, "setting-off")},
    ),
    "neither": (
        {"cas_mailbox": None, "org_config": None},
        {"amy": (OPEN, "none"), "bo": (OPEN, "none")},
    ),
    "no policies": (
        {"policies": None},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "no policy enforced, security defaults perhaps": (
        {"policies": policies()},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "report only": (
        {"policies": policies({**policy(), "state": "enabledForReportingButNotEnforced"})},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "excluded by name": (
        {"policies": policies(policy(excludeUsers=[user_id("amy")]))},
        {"amy": (WELL, "excluded"), "bo": (WELL, "setting-on")},
    ),
    "somebody else excluded": (
        {"policies": policies(policy(excludeUsers=[user_id("cy")]))},
        {"amy": (STUCK, "setting-off"), "bo": (WELL, "setting-on")},
    ),
    "excluded by a group that was not expanded": (
        {"policies": policies(policy(excludeGroups=[GROUP]))},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "in the group": (
        {
            "policies": policies(policy(excludeGroups=[GROUP])),
            "groups": f"GroupId,MemberId\n{GROUP},{user_id('amy')}\n",
        },
        {"amy": (WELL, "excluded"), "bo": (WELL, "setting-on")},
    ),
    "in the group, by name": (
        {
            "policies": policies(policy(excludeGroups=[GROUP])),
            "groups": f"GroupId,MemberUserPrincipalName\n{GROUP},{smtp('amy')}\n",
        },
        {"amy": (WELL, "excluded"), "bo": (WELL, "setting-on")},
    ),
    "not in the group": (
        {
            "policies": policies(policy(excludeGroups=[GROUP])),
            "groups": f"GroupId,MemberId\n{GROUP},{user_id('cy')}\n",
        },
        {"amy": (STUCK, "setting-off"), "bo": (WELL, "setting-on")},
    ),
    "no object ids, nobody named": (
        {"recipients": None},
        {"amy": (STUCK, "setting-off"), "bo": (WELL, "setting-on")},
    ),
    "no object ids, somebody named": (
        {"recipients": None, "policies": policies(policy(excludeUsers=[user_id("cy")]))},
        {"amy": (OPEN, "none"), "bo": (WELL, "setting-on")},
    ),
    "seen on RPC though switched on": (
        {"onprem": seen(bo="rpc")},
        {"amy": (STUCK, "setting-off"), "bo": (STUCK, "observed-rpc")},
    ),
    "seen on MAPI though switched off": (
        {"onprem": seen(amy="mapi")},
        {"amy": (WELL, "observed-mapi"), "bo": (WELL, "setting-on")},
    ),
    "Outlook 2010": (
        {"onprem": seen(bo="mapi 14.0.7268")},
        {"amy": (STUCK, "setting-off"), "bo": (STUCK, "old-outlook")},
    ),
    "Exchange 2010 organisation": (
        {"org_config": "MapiHttpEnabled : True\nAdminDisplayVersion : Version 14.3 (Build 1.2)\n",
         "cas_mailbox": None},
        {"amy": (STUCK, "setting-off"), "bo": (STUCK, "setting-off")},
    ),
    "Exchange 2010 mailbox": (
        {"cas_mailbox": "PrimarySmtpAddress,MapiHttpEnabled,ExchangeVersion\n"
                        f"{smtp('amy')},,0.20 (15.0.0.0)\n{smtp('bo')},True,0.10 (14.0.100.0)\n"},
        {"amy": (STUCK, "setting-off"), "bo": (STUCK, "exchange-2010")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_forecast(tmp_path, name):
    changes, expected = CASES[name]

    assert told(assess(tmp_path, **changes)) == expected


def test_a_forecast_in_full(tmp_path):
    amy = one(assess(tmp_path), "amy")

    assert (amy.setting, amy.setting_from, amy.standing) == (
        "off", "organisation", Standing.ON_PREMISES,
    )  # fmt: skip
    assert amy.policies == (PolicyRef(POLICY, "Block legacy"),)
    assert amy.evidence == (
        EvidenceItem(
            "mapi-http-off",
            Answer.YES,
            1.7,
            "The mailbox inherits MapiHttpEnabled, and the organisation's is False.",
            "MAPI over HTTP state",
        ),
        EvidenceItem(
            "legacy-fallback-blocked",
            Answer.YES,
            0.0,
            "A legacy sign-in of this person would be turned away by 'Block legacy'.",
            "policies",
        ),
    )


def test_a_switch_without_a_restart_is_told(tmp_path):
    readiness = assess(tmp_path, onprem=seen(bo="rpc"))

    says = [item.says for item in one(readiness, "bo").evidence if item.check == "outlook-on-rpc"]
    assert says == [
        "On-premises logs saw Outlook connect by RPC over HTTP, last at 2026-03-01 09:00 UTC. The "
        "setting is on, so Outlook has not been restarted since the switch."
    ]
    assert readiness.restart == (smtp("bo"),)
    assert [need.mailbox for need in readiness.switch] == [smtp("amy")]


def test_an_exclusion_is_named_as_what_weakens_the_tenant(tmp_path):
    amy = one(assess(tmp_path, policies=policies(policy(excludeUsers=[user_id("amy")]))), "amy")

    assert amy.exclusions == ("Block legacy (as a user)",)
    assert "weakens the tenant" in amy.evidence[-1].says


def test_the_batch_is_counted_and_nobody_is_dropped(tmp_path):
    names = (smtp("amy"), "AMY@contoso.example", "amy", "x@contoso.example", smtp("eve"))

    readiness = assess(tmp_path, batch="EmailAddress,N\n" + "".join(f"{n},1\n" for n in names))

    assert readiness.batch == BatchRead(5, 3, 2, ("x@contoso.example",), 1, ())
    told_of = [
        (m.mailbox, m.standing, m.predicted.value, m.confidence) for m in readiness.mailboxes
    ]
    assert told_of == [
        (smtp("amy"), Standing.ON_PREMISES, STUCK, 0.83),
        ("x@contoso.example", Standing.NOT_FOUND, OPEN, None),
        (smtp("eve"), Standing.MOVED, OPEN, None),
    ]  # fmt: skip


MOVES = (
    "DisplayName,Alias,Status,Flags,CompletionTimestamp\n"
    'Amy Doe,amy,Completed,"CrossOrg, Pull",2026-03-01 20:00:00\n'
)


@pytest.mark.parametrize(
    ("until", "standing"),
    [
        (None, Standing.MOVED),
        (datetime(2026, 3, 2, tzinfo=UTC), Standing.MOVED),
        (datetime(2026, 3, 1, tzinfo=UTC), Standing.ON_PREMISES),
    ],
)
def test_a_move_counts_from_its_completion_on(tmp_path, until, standing):
    readiness = assess(tmp_path, moves=MOVES, until=until)

    assert one(readiness, "amy").standing is standing


def test_a_later_recipient_export_does_not_move_anybody_before_his_time(tmp_path):
    later = recipients().replace(
        f"{user_id('amy')},UserMailbox", f"{user_id('amy')},RemoteUserMailbox"
    )
    before = datetime(2026, 3, 1, tzinfo=UTC)

    assert one(assess(tmp_path, recipients=later, moves=MOVES, until=before), "amy").standing is (
        Standing.ON_PREMISES
    )
    assert one(assess(tmp_path, recipients=later, until=before), "amy").standing is Standing.MOVED


def delegates_of(readiness, name):
    return {each.delegate.split("@")[0]: each.prompted for each in one(readiness, name).delegates}


def test_delegates_who_stay_are_judged_by_their_own_outlook(tmp_path):
    rights = permissions(("cy", "amy"), ("dee", "amy"), ("bo", "amy"), ("eve", "amy"))

    readiness = assess(tmp_path, permissions=rights, batch=batch(smtp("amy")))

    assert delegates_of(readiness, "amy") == {
        "bo": Prompted.WILL_NOT, "cy": Prompted.WILL, "dee": Prompted.WILL,
    }  # fmt: skip
    assert readiness.switch == (
        Needs(smtp("amy"), None, "mover", "moves with this batch"),
        Needs(smtp("cy"), False, "delegate", f"opens {smtp('amy')} and stays on-premises"),
        Needs(smtp("dee"), None, "delegate", f"opens {smtp('amy')} and stays on-premises"),
    )


def test_a_delegate_in_the_batch_is_not_left_behind(tmp_path):
    readiness = assess(tmp_path, permissions=permissions(("bo", "amy"), ("cy", "amy")))

    assert delegates_of(readiness, "amy") == {"cy": Prompted.WILL}


@pytest.mark.parametrize(
    "changes",
    [
        {"policies": None},
        {"org_config": None},
        {"policies": policies(policy(excludeGroups=[GROUP]))},
    ],
)
def test_a_delegate_of_whom_something_is_unknown_cannot_be_told(tmp_path, changes):
    rights = permissions(("dee", "amy"))

    readiness = assess(tmp_path, permissions=rights, **changes)

    assert delegates_of(readiness, "amy") == {"dee": Prompted.CANNOT_TELL}


def test_an_excluded_delegate_will_not_be_prompted(tmp_path):
    rules = policies(policy(excludeUsers=[user_id("cy")]))

    readiness = assess(tmp_path, permissions=permissions(("cy", "amy")), policies=rules)

    assert delegates_of(readiness, "amy") == {"cy": Prompted.WILL_NOT}


def test_send_as_alone_makes_no_delegate_and_ties_nobody(tmp_path):
    rights = f"Identity,Trustee,AccessRights\n{smtp('amy')},CONTOSO\\cy,SendAs\n"

    readiness = assess(tmp_path, permissions=rights)

    assert (delegates_of(readiness, "amy"), readiness.together) == ({}, ())


def test_a_group_that_may_open_the_mailbox_is_named(tmp_path):
    rights = permissions(("GG_Sales", "amy"))

    readiness = assess(tmp_path, permissions=rights)

    assert one(readiness, "amy").through_groups == ("CONTOSO\\GG_Sales",)
    assert _check(readiness, "permissions-exported") is Verified.CANNOT_TELL


def test_a_delegate_seen_in_the_logs_needs_no_right(tmp_path):
    def link(people):
        opened = OpenedSeen(
            people.resolve(smtp("cy")).key, people.resolve(smtp("amy")).key, "rpc-http", AT, 9
        )
        return OnPrem(AT - DAY, AT, {}, {}, (opened,))

    readiness = assess(tmp_path, onprem=link, permissions=None)

    assert delegates_of(readiness, "amy") == {"cy": Prompted.WILL}
    assert readiness.together == (Together((smtp("amy"), smtp("cy")), (smtp("cy"),)),)


SHARED = {
    "a stuck delegate": (permissions(("cy", "info"), ("bo", "info")), (STUCK, "delegates")),
    "delegates who cope": (permissions(("bo", "info")), (WELL, "delegates")),
    "nobody": (permissions(), (WELL, "delegates")),
    "a group": (permissions(("GG_Sales", "info")), (OPEN, "none")),
    "permissions not given": (None, (OPEN, "none")),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_mailbox_is_as_well_as_those_who_open_it(tmp_path, name):
    rights, expected = SHARED[name]

    readiness = assess(tmp_path, permissions=rights, batch=batch(smtp("info")))

    assert told(readiness) == {"info": expected}
    assert all(need.mailbox != smtp("info") for need in readiness.switch)


def test_who_should_move_together_is_told_with_what_the_batch_lacks(tmp_path):
    rights = permissions(("cy", "amy"), ("dee", "cy"), ("bo", "info"))

    readiness = assess(tmp_path, permissions=rights)

    assert readiness.together == (
        Together((smtp("amy"), smtp("cy"), smtp("dee")), (smtp("cy"), smtp("dee"))),
        Together((smtp("bo"), smtp("info")), (smtp("info"),)),
    )


def test_a_group_above_the_size_is_cut_and_says_where(tmp_path):
    rights = permissions(("cy", "amy"), ("dee", "info"), ("cy", "info"))

    readiness = assess(tmp_path, permissions=rights, batch_size=2)

    assert readiness.together == (
        Together(
            (smtp("amy"), smtp("cy")), (smtp("cy"),), (CutTie(smtp("cy"), smtp("info"), "mailbox"),)
        ),
    )


def test_mailboxes_in_the_cloud_tie_nobody(tmp_path):
    assert assess(tmp_path, permissions=permissions(("eve", "amy"))).together == ()


def test_a_batch_size_below_two_is_refused(tmp_path):
    with pytest.raises(UsageError, match="a batch of 1 holds nobody together"):
        assess(tmp_path, batch_size=1)


def test_phones_are_told_from_logs_and_settings(tmp_path):
    def link(people):
        phone = OtherSeen("activesync", "Apple-iPhone14C5/2202.91", AT, 3)
        outlook = OtherSeen("ews", "Microsoft Office/16.0 (Microsoft Outlook 16.0.14326)", AT, 3)
        return OnPrem(AT - DAY, AT, {}, {people.resolve(smtp("amy")).key: (phone, outlook)}, ())

    cas = cas_mailboxes().replace(f"{smtp('bo')},False", f"{smtp('bo')},True")

    readiness = assess(tmp_path, onprem=link, cas_mailbox=cas)

    assert one(readiness, "amy").legacy_clients == (
        LegacyClient("phone", "Apple-iPhone14C5/2202.91", "on-premises logs", True, AT, Answer.YES),
    )
    assert one(readiness, "bo").legacy_clients == (
        LegacyClient("phone", "", "Get-CASMailbox", False, None, Answer.YES),
    )
    assert _check(readiness, "phones") is Verified.FAILED


def _check(readiness, name):
    return next(each.state for each in readiness.checklist if each.id == name)


def test_the_check_list_says_what_was_verified_and_what_was_not(tmp_path):
    readiness = assess(tmp_path)

    assert {each.id: each.state.value for each in readiness.checklist} == {
        "organisation-mapi": "failed",
        "mailbox-overrides": "verified",
        "mapi-virtual-directory": "cannot be told",
        "certificate-names": "cannot be told",
        "load-balancer": "cannot be told",
        "outlook-builds": "cannot be told",
        "policies-exported": "verified",
        "groups-expanded": "verified",
        "permissions-exported": "verified",
        "skype-adal": "cannot be told",
        "phones": "cannot be told",
    }
    assert all(each.says and each.how for each in readiness.checklist)


@pytest.mark.parametrize(
    ("changes", "name", "state"),
    [
        ({"org_config": "MapiHttpEnabled : True\n"}, "organisation-mapi", Verified.VERIFIED),
        ({"org_config": None}, "organisation-mapi", Verified.CANNOT_TELL),
        ({"batch": batch(smtp("cy"))}, "mailbox-overrides", Verified.FAILED),
        ({"cas_mailbox": None}, "mailbox-overrides", Verified.CANNOT_TELL),
        ({"onprem": seen(amy="mapi 16.0.14326")}, "mapi-virtual-directory", Verified.VERIFIED),
        ({"onprem": seen(amy="rpc 16.0.14326")}, "mapi-virtual-directory", Verified.CANNOT_TELL),
        ({"onprem": seen(amy="rpc 14.0.7268")}, "outlook-builds", Verified.FAILED),
        ({"onprem": seen(amy="rpc 16.0.1", bo="mapi 16.0.1")}, "outlook-builds", Verified.VERIFIED),
        ({"onprem": seen(amy="rpc 16.0.1")}, "outlook-builds", Verified.CANNOT_TELL),
        ({"policies": None}, "policies-exported", Verified.CANNOT_TELL),
        ({"policies": policies()}, "policies-exported", Verified.CANNOT_TELL),
        ({"policies": policies(policy(excludeGroups=[GROUP]))}, "groups-expanded", Verified.FAILED),
        ({"policies": None}, "groups-expanded", Verified.CANNOT_TELL),
        ({"permissions": None}, "permissions-exported", Verified.CANNOT_TELL),
    ],
)
def test_each_check(tmp_path, changes, name, state):
    assert _check(assess(tmp_path, **changes), name) is state


def test_what_was_not_given_is_named_in_order(tmp_path):
    readiness = assess(tmp_path, permissions=None, policies=None)

    missing = [each.evidence for each in readiness.coverage.evidence_missing]
    assert missing == ["moves", "permissions", "policies", "signins", "onprem_logs"]
    assert readiness.coverage.complete


def test_the_batch_alone_answers_for_everybody_that_it_cannot_be_told(tmp_path):
    changes = dict.fromkeys(
        ("recipients", "permissions", "cas_mailbox", "org_config", "policies"), None
    )

    readiness = assess(tmp_path, **changes)

    assert [each.standing for each in readiness.mailboxes] == [Standing.NOT_FOUND] * 2
    assert readiness.batch.not_found == (smtp("amy"), smtp("bo"))


def test_display_names_alone_will_do_for_the_mailboxes_settings(tmp_path):
    rows = io.StringIO()
    csv.writer(rows).writerows(
        [("DisplayName", "MapiHttpEnabled"), ("Amy Doe", "True"), ("Bo Doe", "False")]
    )

    readiness = assess(tmp_path, cas_mailbox=rows.getvalue())

    assert told(readiness) == {"amy": (WELL, "setting-on"), "bo": (STUCK, "setting-off")}
