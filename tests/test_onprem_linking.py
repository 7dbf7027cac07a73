"""The names in on-premises logs, joined to people; and what the joined logs say to a triage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from analyzer.evidence import Evidence, link, link_onprem, with_onprem
from analyzer.evidence.onprem import (
    Connection,
    Connections,
    OnPrem,
    OpenedSeen,
    OtherSeen,
    OutlookBefore,
    OutlookSeen,
    Spell,
)
from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses.facts import OnPremFacts
from analyzer.hypotheses.onprem import onprem_facts, was_on_mapi_check, was_on_rpc_check
from analyzer.hypotheses.weighing import score, weigh
from analyzer.identity import People
from analyzer.results import Answer
from tests.bundle_facts import MOVED_AT, OWN_MOVE, OWNER, facts

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
AMY = "11111111-1111-4111-8111-111111111111"
BOB = "22222222-2222-4222-8222-222222222222"
UNKNOWN = "99999999-9999-4999-8999-999999999999"


def _recipient(key: str, guid: str, sam: str | None = None) -> dict[str, object]:
    return {
        "display_name": key.title(),
        "alias": key,
        "sam_account_name": sam or key,
        "primary_smtp": f"{key}@contoso.example",
        "user_principal_name": f"{key}@contoso.example",
        "exchange_guid": guid,
        "legacy_exchange_dn": f"/o=contoso/cn={key}",
        "on_behalf": (),
        "source_file": "recipients.csv",
    }


@pytest.fixture
def people():
    rows = [
        _recipient("amy", AMY),
        _recipient("bob", BOB),
        _recipient("chris1", "33333333-3333-4333-8333-333333333333", "chris"),
        _recipient("chris2", "44444444-4444-4444-8444-444444444444", "chris"),
    ]
    seen = pd.DataFrame({"user_id": [], "user_principal_name": []}, dtype=object)
    return People.build(seen, pd.DataFrame(rows), None)


def _connection(user="contoso\\amy", mailbox=None, protocol="rpc-http", **more) -> Connection:
    base = Connection(
        user, mailbox, protocol, "MSRPC", None, None, None, 3, 3, AT, AT + timedelta(hours=1),
        AT + timedelta(hours=1),
    )  # fmt: skip
    return replace(base, **more)


def _spell(protocol="rpc-http", user="contoso\\amy", days=(0, 1), is_success=True) -> Spell:
    first, last = (AT + timedelta(days=day) for day in days)
    return Spell(user, protocol, is_success, first, last)


def _linked(people, *rows, spells=()) -> OnPrem:
    return link_onprem(Connections(tuple(rows), tuple(spells), AT, AT), people)


def _key(people, name) -> str:
    key = people.resolve(name).key
    assert key is not None
    return key


@pytest.mark.parametrize(
    "user", ["contoso\\amy", "amy@contoso.example", "/o=contoso/cn=amy", "CONTOSO\\AMY"]
)
def test_a_user_is_found_by_any_exact_name(people, user):
    linked = _linked(people, spells=[_spell(user=user)])

    assert set(linked.outlooks) == {_key(people, "amy@contoso.example")}


@pytest.mark.parametrize(
    ("mailbox", "is_delegate"),
    [
        (BOB, True),
        ("bob@contoso.example", True),
        ("/o=contoso/cn=bob", True),
        (AMY, False),
        (UNKNOWN, False),
        ("stranger@elsewhere.example", False),
        (None, False),
    ],
)
def test_a_delegate_is_who_opened_a_mailbox_known_to_be_anothers(people, mailbox, is_delegate):
    opened = _linked(people, _connection(mailbox=mailbox)).opened

    amy, bob = (_key(people, f"{name}@contoso.example") for name in ("amy", "bob"))
    expected = (OpenedSeen(amy, bob, "rpc-http", AT + timedelta(hours=1), 3),)
    assert opened == (expected if is_delegate else ())


def test_an_attempt_that_failed_opens_nothing(people):
    row = _connection(mailbox=BOB, requests=0, last_success=None)

    assert _linked(people, row).opened == ()


def test_what_joins_nobody_is_counted_and_told(people):
    linked = _linked(
        people,
        _connection("contoso\\chris", BOB),
        _connection("contoso\\ghost", BOB),
        _connection(mailbox=UNKNOWN),
    )

    assert linked.opened == ()
    assert dict(linked.counts) == {
        "onprem_users_unknown": 1,
        "onprem_users_ambiguous": 1,
        "onprem_mailboxes_unresolved": 1,
        "onprem_delegations": 0,
    }
    assert linked.notes[1:] == (
        "On-premises logs: 1 user fit nobody in the sign-ins or recipients: 'contoso\\\\ghost'.",
        "On-premises logs: 1 user fit more than one person and joined nobody: 'contoso\\\\chris'.",
        "On-premises logs: 1 mailbox cannot be told whose they are (an archive's GUID is in no "
        f"export): nobody is called a delegate for them: '{UNKNOWN}'.",
    )


def test_the_last_protocol_the_build_and_other_clients(people):
    phone = _connection(
        protocol="activesync", device_type="iPhone", device_id="D1", agent="Apple-iPhone14C5"
    )
    autodiscover = _connection(protocol="autodiscover", agent="Outlook", build="16.0.14326")
    spells = [_spell("mapi-http", days=(0, 1)), _spell(user="amy@contoso.example", days=(2, 3))]

    linked = _linked(people, phone, autodiscover, spells=spells)

    amy = _key(people, "amy@contoso.example")
    last = AT + timedelta(days=3)
    assert dict(linked.outlooks) == {
        amy: OutlookSeen("rpc-http", last, last, AT + timedelta(days=1), "16.0.14326")
    }
    later = AT + timedelta(hours=1)
    assert dict(linked.others) == {
        amy: (
            OtherSeen("activesync", "iPhone D1", later, 3),
            OtherSeen("autodiscover", "Outlook", later, 3),
        )
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-1, None),
        (0.5, OutlookBefore("mapi-http", AT, goes_on=True)),
        (1.5, OutlookBefore("mapi-http", AT + timedelta(days=1), goes_on=False)),
        (2.5, OutlookBefore("rpc-http", AT + timedelta(days=2), goes_on=True)),
        (9, OutlookBefore("rpc-http", AT + timedelta(days=3), goes_on=False)),
        (40, None),
    ],
)
def test_how_outlook_connected_before_an_instant(people, day, expected):
    spells = [_spell("mapi-http"), _spell("rpc-http", days=(2, 3))]

    linked = _linked(people, spells=spells)

    amy = _key(people, "amy@contoso.example")
    assert linked.outlook_before(amy, AT + timedelta(days=day)) == expected


def test_failures_speak_only_for_who_has_no_success(people):
    spells = [_spell("rpc-http"), _spell("mapi-http", "amy@contoso.example", (2, 3), False)]

    linked = _linked(people, spells=spells)

    assert [seen.protocol for seen in linked.outlooks.values()] == ["rpc-http"]


def test_observed_delegates_are_rights_of_those_who_used_outlook(people):
    onprem = _linked(
        people,
        _connection(mailbox=BOB),
        _connection("contoso\\bob", AMY, "ews"),
    )

    linked = with_onprem(link(Evidence(), people), onprem)

    amy, bob = (_key(people, f"{name}@contoso.example") for name in ("amy", "bob"))
    columns = ["delegate_key", "owner_key", "kind", "opens_mailbox"]
    assert linked.access[columns].to_numpy().tolist() == [[amy, bob, "observed", True]]
    assert [(one.delegate_key, one.protocol) for one in onprem.opened] == [
        (amy, "rpc-http"),
        (bob, "ews"),
    ]
    assert linked.onprem is onprem
    assert onprem.opened_at(amy, bob) == AT + timedelta(hours=1)
    assert onprem.opened_at(bob, amy) is None
    assert onprem.opened_at(bob, "nobody") is None


RPC = OutlookBefore("rpc-http", MOVED_AT - timedelta(hours=3), goes_on=False)
MAPI = OutlookBefore("mapi-http", MOVED_AT - timedelta(hours=3), goes_on=True)
GIVEN = {
    "not given": None,
    "not in them": OnPremFacts(),
    "rpc": OnPremFacts(RPC),
    "mapi": OnPremFacts(MAPI),
}


@pytest.mark.parametrize(
    ("given", "answer", "weight"),
    [
        ("not given", Answer.UNKNOWN, 0.0),
        ("not in them", Answer.UNKNOWN, 0.0),
        ("rpc", Answer.YES, 1.0),
        ("mapi", Answer.NO, -1.2),
    ],
)
def test_the_last_connection_is_asked(given, answer, weight):
    check = was_on_rpc_check(yes=1.0, no=-1.2)
    bundle = facts(changes={"onprem": GIVEN[given]})

    assert (check.answer(bundle), check.weight(bundle)) == (answer, weight)
    assert check.is_asked(bundle) == (given != "not given")


def test_turned_round_it_speaks_for_mapi():
    check = was_on_mapi_check(yes=0.6, no=0.0)

    answers = {name: check.answer(facts(changes={"onprem": each})) for name, each in GIVEN.items()}

    assert answers == {
        "not given": Answer.UNKNOWN,
        "not in them": Answer.UNKNOWN,
        "rpc": Answer.NO,
        "mapi": Answer.YES,
    }


@pytest.mark.parametrize(
    ("given", "setting", "says"),
    [
        (
            "rpc",
            "off",
            "According to the on-premises log Outlook connected by RPC over HTTP (last 2026-03-10 "
            "15:00 UTC), which cannot do modern authentication.",
        ),
        (
            "rpc",
            "on",
            "According to the on-premises log Outlook connected by RPC over HTTP (last 2026-03-10 "
            "15:00 UTC), which cannot do modern authentication; the export says MAPI over HTTP is "
            "on, but the connection counts.",
        ),
        (
            "mapi",
            "off",
            "According to the on-premises log Outlook connected by MAPI over HTTP (from 2026-03-10 "
            "15:00 UTC on), and such a profile reconfigures without incident; the export says MAPI "
            "over HTTP is off, but the connection counts.",
        ),
        (
            "not in them",
            "off",
            "The on-premises logs do not show this person's Outlook in the month before.",
        ),
    ],
)
def test_the_sentence_says_where_a_setting_is_contradicted(given, setting, says):
    check = was_on_rpc_check(yes=1.0, no=-1.2)

    item = check.ask(facts(changes={"onprem": GIVEN[given], "mapi_http": setting}))

    assert item.says == says


@pytest.mark.parametrize("like", ["stuck", "delegate"])
def test_a_connection_takes_the_place_of_the_setting(like):
    said = {
        name: {item.check for item in weigh(facts(like, {"onprem": each}), HYPOTHESES).evidence}
        & {"mapi-http-off", "outlook-on-rpc"}
        for name, each in GIVEN.items()
    }

    assert said == {
        "not given": {"mapi-http-off"},
        "not in them": {"mapi-http-off", "outlook-on-rpc"},
        "rpc": {"outlook-on-rpc"},
        "mapi": {"outlook-on-rpc"},
    }


def test_logs_that_do_not_show_a_person_weigh_nothing():
    without = score(facts(), HYPOTHESES)

    assert score(facts(changes={"onprem": OnPremFacts()}), HYPOTHESES) == without


def test_a_movers_connections_count_up_to_the_cut_over_and_others_up_to_the_onset():
    runs = (_spell("rpc-http", days=(0, 1)), _spell("mapi-http", days=(2, 3)))
    opened = (OpenedSeen("amy", "owner", "rpc-http", AT, 1),)
    onprem = OnPrem(AT, AT, {}, {}, opened, spells={"amy": runs})
    move = replace(OWN_MOVE, completed_at=AT + timedelta(days=1, hours=12))
    onset = AT + timedelta(days=5)

    told = [
        onprem_facts(onprem, {"person_key": "amy", "side": side}, move, OWNER, onset)
        for side in ("after", "before")
    ]

    assert [each and each.outlook and each.outlook.protocol for each in told] == [
        "rpc-http",
        "mapi-http",
    ]
    assert [each and each.opened_at for each in told] == [AT, AT]
    assert onprem_facts(None, {"person_key": "amy", "side": "after"}, move, OWNER, onset) is None
