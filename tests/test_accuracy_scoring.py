"""The scorer counts what it says it counts: on inputs small enough to check by hand."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime

import pytest

from benchmarks.accuracy import baselines, counts, goals, measures, outcome, page, seeds
from benchmarks.accuracy.counts import Counts, Share, Tally, Tenth, pooled
from benchmarks.accuracy.levels import LEVEL_BY_NAME, LEVELS, Level, inputs_of
from benchmarks.accuracy.markdown import definitions
from benchmarks.accuracy.measures import AttackFate, Failing, Reliability
from benchmarks.accuracy.mistakes import write_mistakes
from benchmarks.accuracy.predicted import Prediction, SaidEvent, SaidVerdict
from benchmarks.accuracy.running import NotScored
from benchmarks.accuracy.scoring import Mistake, score, tenths
from benchmarks.accuracy.truth import TrueEvent, TrueVerdict, Truth, read_truth
from benchmarks.shapes import write_shape
from benchmarks.tenant.records import Account, Ids, signin
from benchmarks.tenant.world import BUNDLE, PORTAL, TORONTO

FULL = LEVEL_BY_NAME["full"]
NO_MOVES = LEVEL_BY_NAME["no-moves"]
MOVER, DELEGATE, ATTACK = "outlook-reconfiguration", "delegate-access", "credential-attack"
PHONE, PASSWORD = "native-activesync", "wrong-password"
MAILBOX = "11111111-1111-4111-8111-111111111111"


def _said(user, cause, confidence=0.9, *, mailbox="", status="", others=()):
    return SaidVerdict(f"{user} {cause}", user, cause, confidence, status, mailbox, 1, others)


def _event(user, cause, client_app="Browser", code=0):
    return SaidEvent(user, cause, f"{user} {cause}", client_app, code)


TRUTH = Truth(
    {
        "1": TrueEvent("amy", MOVER, "moved on a Friday"),
        "2": TrueEvent("amy", MOVER, "moved on a Friday"),
        "3": TrueEvent("bob", DELEGATE, "secretary"),
        "4": TrueEvent("cem", ATTACK, "spray"),
        "5": TrueEvent("dan", PHONE, "phone"),
        "6": TrueEvent("dan", "success", ""),
        "7": TrueEvent("eve", "interrupt", ""),
        "8": TrueEvent("eve", PASSWORD, "typo"),
    },
    {
        ("amy", MOVER): TrueVerdict(frozenset(), frozenset({"ongoing"})),
        ("bob", DELEGATE): TrueVerdict(frozenset({"ola", "pia"}), frozenset({"stopped"})),
        ("cem", ATTACK): TrueVerdict(),
        ("dan", PHONE): TrueVerdict(frozenset(), frozenset({"ongoing"})),
        ("eve", PASSWORD): TrueVerdict(),
    },
)
SAID = Prediction(
    (
        _said("amy", MOVER, 0.9, status="ongoing", others=((DELEGATE, 0.05), (PHONE, 0.01))),
        _said("bob", DELEGATE, 0.8, mailbox="pia", status="ongoing"),
        _said("cem", PHONE, 0.6),
        _said("dan", PHONE, 1.0, status="ongoing"),
        _said("eve", "undetermined", 0.7),
    ),
    {
        "1": _event("amy", MOVER),
        "2": _event("amy", MOVER),
        "3": _event("bob", DELEGATE),
        "4": _event("cem", PHONE),
        "5": _event("dan", PHONE),
        "6": _event("dan", "success"),
        "7": _event("eve", "undetermined"),
        "8": _event("eve", "undetermined"),
    },
)


def _bins(**filled):
    """Ten tenths of confidence, those named filled."""
    bins = [Tenth()] * 10
    for name, tenth in filled.items():
        bins[int(name[1:])] = tenth
    return tuple(bins)


def test_counts_of_a_tenant():
    scored = score(TRUTH, SAID, FULL)

    by_confidence = _bins(
        t6=Tenth(1, 0.6, 0, 0.36),
        t8=Tenth(1, 0.8, 1, pytest.approx(0.04)),
        t9=Tenth(2, 1.9, 2, pytest.approx(0.01)),
    )
    assert scored.counts == Counts(
        verdicts={
            ATTACK: Tally(missed=1),
            DELEGATE: Tally(hit=1),
            PHONE: Tally(hit=1, false=1),
            MOVER: Tally(hit=1),
            PASSWORD: Tally(missed=1),
        },
        verdict_confusion={
            MOVER: {MOVER: 1},
            DELEGATE: {DELEGATE: 1},
            ATTACK: {PHONE: 1},
            PHONE: {PHONE: 1},
            PASSWORD: {"undetermined": 1},
        },
        events={
            MOVER: {MOVER: 2},
            DELEGATE: {DELEGATE: 1},
            ATTACK: {PHONE: 1},
            PHONE: {PHONE: 1},
            "success": {"success": 1},
            "interrupt": {"undetermined": 1},
            PASSWORD: {"undetermined": 1},
        },
        owner=Share(1, 1),
        owner_unnamed=0,
        status=Share(2, 3),
        tenths=by_confidence,
        tenths_apart=by_confidence,
        verdicts_said=5,
        verdicts_undetermined=1,
    )


def test_mistakes_of_a_tenant():
    scored = score(TRUTH, SAID, FULL)

    assert scored.mistakes == (
        Mistake("false verdict", "cem", "spray", ATTACK, PHONE, 0.6, 1),
        Mistake("missed verdict", "cem", "spray", ATTACK, PHONE, 0.6, 1),
        Mistake("missed verdict", "eve", "typo", PASSWORD, "undetermined", 0.7, 1),
        Mistake("events", "cem", "spray", ATTACK, PHONE, 0.6, 1),
        Mistake("events", "eve", "", "interrupt", "undetermined", 0.7, 1),
        Mistake("events", "eve", "typo", PASSWORD, "undetermined", 0.7, 1),
        Mistake(
            "status", "bob", "secretary", f"{DELEGATE}, stopped", f"{DELEGATE}, ongoing", 0.8, 1
        ),
    )


def test_mover_and_delegate_are_one_cause_without_moves():
    said = replace(SAID, verdicts=(_said("bob", MOVER, 0.7, others=((DELEGATE, 0.2),)),))

    scored = score(TRUTH, said, NO_MOVES).counts

    assert scored.verdicts == {
        "mover or delegate": Tally(hit=1, missed=1),
        ATTACK: Tally(missed=1),
        PHONE: Tally(missed=1),
        PASSWORD: Tally(missed=1),
    }
    assert scored.events["mover or delegate"] == {"mover or delegate": 3}
    assert scored.tenths == _bins(t9=Tenth(1, pytest.approx(0.9), 1, pytest.approx(0.01)))
    assert scored.tenths_apart == _bins(t7=Tenth(1, 0.7, 0, pytest.approx(0.49)))
    assert scored.owner == Share(0, 0)


@pytest.mark.parametrize(
    ("mailbox", "owner", "unnamed", "told"),
    [
        ("ola", Share(1, 1), 0, []),
        ("rui", Share(0, 1), 0, [f"{DELEGATE}, rui"]),
        ("", Share(0, 1), 1, [f"{DELEGATE}, nobody"]),
    ],
)
def test_owner_is_one_of_the_true_ones(mailbox, owner, unnamed, told):
    said = replace(SAID, verdicts=(_said("bob", DELEGATE, mailbox=mailbox),))

    scored = score(TRUTH, said, FULL)

    assert (scored.counts.owner, scored.counts.owner_unnamed) == (owner, unnamed)
    assert [m.predicted_cause for m in scored.mistakes if m.unit == "owner"] == told


def test_of_two_kinds_of_client_the_one_furthest_from_mended_stands_for_both():
    said = replace(
        SAID,
        verdicts=(
            _said("dan", PHONE, status="recovered"),
            _said("dan", PHONE, status="ongoing"),
            _said("bob", DELEGATE, status="recovered"),
            _said("bob", DELEGATE, status="ongoing"),
        ),
    )

    scored = score(TRUTH, said, FULL)

    assert scored.counts.status == Share(1, 2)
    assert [m.predicted_cause for m in scored.mistakes if m.unit == "status"] == [
        f"{DELEGATE}, ongoing"
    ]


def test_events_that_are_not_mentioned_are_missed():
    nothing = Prediction((), {})

    scored = score(TRUTH, nothing, FULL).counts

    assert measures.event_tallies(scored.events) == {
        ATTACK: Tally(missed=1),
        DELEGATE: Tally(missed=1),
        PHONE: Tally(missed=1),
        MOVER: Tally(missed=2),
        PASSWORD: Tally(missed=1),
    }
    assert measures.failing(scored.events) == Failing(0, 6, 0, 2)


def test_what_nobody_can_tell_is_no_cause():
    truth = Truth(
        {"1": TrueEvent("amy", "undetermined", ""), "2": TrueEvent("bob", "undetermined", "")},
        {("amy", "undetermined"): TrueVerdict(), ("bob", "undetermined"): TrueVerdict()},
    )
    said = Prediction(
        (_said("amy", "undetermined"), _said("bob", PHONE)),
        {"1": _event("amy", "undetermined"), "2": _event("bob", PHONE)},
    )

    scored = score(truth, said, FULL).counts

    assert scored.verdicts == {PHONE: Tally(false=1)}
    assert measures.event_tallies(scored.events) == {PHONE: Tally(false=1)}
    assert measures.macro_f1(scored.verdicts) is None


def test_a_right_event_in_somebody_elses_verdict_is_said_of_another_person():
    truth = Truth({"1": TrueEvent("amy", PHONE, "")}, {("amy", PHONE): TrueVerdict()})
    said = Prediction((_said("app:1", PHONE),), {"1": _event("app:1", PHONE)})

    scored = score(truth, said, FULL).counts

    assert scored.verdict_confusion == {PHONE: {"another person": 1}}


def test_precision_recall_and_f1():
    tally = Tally(hit=6, false=2, missed=6)

    assert (tally.in_truth, tally.precision, tally.recall, tally.f1) == (12, 0.75, 0.5, 0.6)
    assert (Tally().precision, Tally().recall, Tally().f1) == (None, None, None)


def test_macro_f1_is_over_the_causes_of_the_truth():
    tallies = {MOVER: Tally(6, 2, 6), PHONE: Tally(missed=3), ATTACK: Tally(false=9)}

    assert measures.macro_f1(tallies) == 0.3


def test_event_tallies_leave_successes_out():
    confusion = {
        MOVER: {MOVER: 5, PHONE: 2, "undetermined": 1, "success": 1},
        PHONE: {PHONE: 3},
        "success": {MOVER: 7, "success": 90},
    }

    assert measures.event_tallies(confusion) == {MOVER: Tally(5, 0, 4), PHONE: Tally(3, 2, 0)}
    assert measures.failing(confusion) == Failing(11, 1, 7, 90)
    assert measures.undetermined_events(confusion) == 1 / 12


def test_attack_events_are_excused_by_what_is_benign_only():
    confusion = {
        ATTACK: {
            ATTACK: 10,
            MOVER: 1,
            PHONE: 2,
            PASSWORD: 3,
            "mover or delegate": 4,
            "undetermined": 5,
            "success": 6,
            "nothing": 7,
        }
    }

    fate = measures.attack_fate(confusion)

    assert fate == AttackFate(
        events=38,
        caught=10,
        excused={"mover or delegate": 4, PHONE: 2, MOVER: 1, PASSWORD: 3},
        undetermined=5,
        unseen=13,
    )
    assert fate.excused_count == 10


def test_brier_score_and_reliability():
    bins = tenths([(1.0, True), (0.95, False), (0.5, True), (0.55, False)])

    assert measures.brier(bins) == pytest.approx((0 + 0.9025 + 0.25 + 0.3025) / 4)
    assert measures.reliability(Counts(tenths=bins)) == (
        Reliability(0.5, 2, pytest.approx(0.525), 0.5),
        Reliability(0.9, 2, pytest.approx(0.975), 0.5),
    )
    assert measures.brier(Counts().tenths) is None


def test_counts_of_tenants_add_up():
    one = score(TRUTH, SAID, FULL).counts

    two = pooled([one, one])

    assert two.verdicts[PHONE] == Tally(2, 2, 0)
    assert two.events[MOVER] == {MOVER: 4}
    assert (two.owner, two.status, two.verdicts_said) == (Share(2, 2), Share(4, 6), 10)
    assert two.tenths[9] == Tenth(4, 3.8, 4, pytest.approx(0.02))
    assert measures.macro_f1(two.verdicts) == measures.macro_f1(one.verdicts)


def test_an_outcome_survives_json():
    scored = score(TRUTH, SAID, FULL)
    before = outcome.Outcome(
        3, 5, 8, "full", ("policies",), {"analyzer": scored.counts}, scored.mistakes
    )

    after = outcome.from_json(json.loads(json.dumps(outcome.to_json(before))))

    assert after == before


@pytest.mark.parametrize(
    ("client_app", "code", "by_client", "by_attack"),
    [
        ("Exchange ActiveSync", 53003, PHONE, ATTACK),
        ("Exchange ActiveSync", 0, "legacy-success", "legacy-success"),
        ("IMAP4", 50126, "mail-protocol", ATTACK),
        ("Authenticated SMTP", 53003, "mail-protocol", ATTACK),
        ("Outlook Anywhere (RPC over HTTP)", 53003, "legacy-outlook", ATTACK),
        ("MAPI Over HTTP", 53003, "legacy-outlook", ATTACK),
        ("Offline Address Book", 53003, "legacy-outlook", ATTACK),
        ("AutoDiscover", 50074, "legacy-outlook", ATTACK),
        ("Other clients", 53003, "legacy-outlook", ATTACK),
        ("Exchange Web Services", 53003, "legacy-application", ATTACK),
        ("Exchange Online PowerShell", 53003, "legacy-application", ATTACK),
        ("Reporting Web Services", 53003, "legacy-application", ATTACK),
        ("Browser", 50126, PASSWORD, PASSWORD),
        ("Browser", 53003, "other-policy", "other-policy"),
        ("Mobile Apps and Desktop clients", 53000, "other-policy", "other-policy"),
        ("Browser", 50057, "other-failure", "other-failure"),
        ("Browser", 50074, "interrupt", "interrupt"),
        ("Browser", 0, "success", "success"),
        ("", 50126, PASSWORD, PASSWORD),
    ],
)
def test_baselines_go_by_client_app_and_code(client_app, code, by_client, by_attack):
    said = Prediction((), {"1": _event("amy", "whatever", client_app, code)})

    causes = [
        answer(said).events["1"].cause
        for answer in (baselines.client_app_only, baselines.every_legacy_failure_is_an_attack)
    ]

    assert causes == [by_client, by_attack]


def test_a_baselines_verdicts_are_its_pairs_of_person_and_cause():
    said = Prediction(
        (_said("amy", MOVER),),
        {
            "1": _event("amy", MOVER, "Autodiscover", 53003),
            "2": _event("amy", MOVER, "MAPI Over HTTP", 53003),
            "3": _event("amy", MOVER, "Exchange Web Services", 53003),
            "4": _event("amy", "success"),
        },
    )

    verdicts = baselines.client_app_only(said).verdicts

    assert verdicts == (
        SaidVerdict("amy legacy-application", "amy", "legacy-application", 1.0, "", "", 1),
        SaidVerdict("amy legacy-outlook", "amy", "legacy-outlook", 1.0, "", "", 2),
    )


def test_goals_say_what_was_missed():
    level = Level("some", "Some", macro_f1_goal=0.9)
    told = Counts(
        verdicts={MOVER: Tally(9, 0, 1)},
        events={MOVER: {MOVER: 8, PHONE: 2}, ATTACK: {ATTACK: 9, PASSWORD: 1}},
        owner=Share(97, 100),
        tenths=_bins(t8=Tenth(199, 160.0, 0, 100.0), t9=Tenth(200, 190.0, 182, 2.0)),
    )

    assert [(goal.name, goal.value, goal.is_met) for goal in goals.goals(told, level)] == [
        ("macro-F1, verdicts", pytest.approx(18 / 19), True),
        ("macro-F1, events", pytest.approx((16 / 18 + 18 / 19) / 2), True),
        ("attack events excused", 1, False),
        ("owner right", 0.97, True),
        ("status right", None, None),
        ("Brier score", pytest.approx(102 / 399), False),
        ("largest gap in reliability", pytest.approx(0.04), True),
    ]


def test_owners_are_asked_for_only_where_the_evidence_names_them():
    assert [level.name for level in LEVELS if level.names_owners] == ["full", "portal-csv"]


def test_nothing_is_tuned_on_the_tenants_that_are_reported():
    assert not set(seeds.TUNING) & set(seeds.REPORTING)
    assert len(seeds.REPORTING) >= 20


@pytest.mark.parametrize(
    ("text", "read"), [("3", (3,)), ("1-3,7", (1, 2, 3, 7)), ("5,4-5", (5, 4))]
)
def test_seeds_are_read(text, read):
    assert seeds.parse_seeds(text) == read


@pytest.mark.parametrize("text", ["", "a", "3-1", "1,,2"])
def test_what_is_no_seed_is_refused(text):
    with pytest.raises(ValueError, match=r"seeds|invalid literal"):
        seeds.parse_seeds(text)


def test_seeds_are_spelled():
    assert seeds.spelled((1, 2, 3, 7, 9, 10)) == "1-3,7,9-10"


def test_definitions_become_a_list():
    assert definitions("Term\n    Some ``text``\n    of it.\nOther\n    More.\n") == (
        "- **Term.** Some `text` of it.\n- **Other.** More."
    )


# A tenant of a dozen sign-ins, in the simulator's layout.


def _csv(path, header, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture(scope="module")
def tenant(tmp_path_factory):
    """Amy signed in with a browser, then her Outlook was blocked; Bob mistyped."""
    folder = tmp_path_factory.mktemp("tenants") / "7"
    ids = Ids(1)
    amy, bob = (
        Account(f"0000000{n}-1111-4111-8111-111111111111", f"{name}@contoso.example", name.title())
        for n, name in enumerate(("amy", "bob"))
    )
    rows = []
    for day in range(1, 4):
        at = f"2021-03-0{day}T13:00:00"
        rows += [
            (amy, at, PORTAL, "success", "success"),
            (bob, at, PORTAL, "success", "success"),
        ]
    rows += [(amy, "2021-03-05T14:00:00", c, "blocked", MOVER) for c in BUNDLE]
    rows.append((bob, "2021-03-05T15:00:00", PORTAL, "wrong-password", PASSWORD))
    events = [
        (signin(ids, who, _at(at), client, TORONTO, result), cause)
        for who, at, client, result, cause in rows
    ]
    write_shape([event for event, _ in events], "graph-ndjson", folder / "signins")
    write_shape([event for event, _ in events], "portal-csv", folder / "portal")
    _csv(
        folder / "moves.csv",
        ("DisplayName", "Alias", "ExchangeGuid", "Status", "CompletionTimestamp"),
        ("Amy", "amy", MAILBOX, "Completed", "3/4/2021 8:00:00 AM"),
    )
    _csv(
        folder / "recipients.csv",
        ("UserPrincipalName", "PrimarySmtpAddress", "Alias", "DisplayName", "ExchangeGuid"),
        ("Amy@contoso.example", "amy@contoso.example", "amy", "Amy", MAILBOX),
    )
    about = {
        "seed": 7,
        "people": 2,
        "window": {"from": "2021-03-01T00:00:00Z", "to": "2021-03-06T00:00:00Z"},
        "moves_timezone": "America/Toronto",
        "date_order": "mdy",
        "events": len(events),
        "features": {},
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    _csv(
        folder / "truth" / "events.csv",
        ("signin_id", "user", "cause", "owners", "story"),
        *((e["id"], e["userPrincipalName"], cause, "", "plain") for e, cause in events),
    )
    _csv(
        folder / "truth" / "verdicts.csv",
        ("user", "cause", "owners", "status", "events", "first_seen", "last_seen"),
        ("Amy@contoso.example", MOVER, "", "ongoing", len(BUNDLE), "", ""),
        ("bob@contoso.example", PASSWORD, "", "", 1, "", ""),
    )
    return folder


def _at(text):
    return datetime.fromisoformat(f"{text}+00:00")


def test_truth_is_read(tenant):
    truth = read_truth(tenant)

    assert truth.verdicts == {
        ("amy@contoso.example", MOVER): TrueVerdict(frozenset(), frozenset({"ongoing"})),
        ("bob@contoso.example", PASSWORD): TrueVerdict(),
    }
    assert set(truth.events.values()) == {
        TrueEvent("amy@contoso.example", "success", "plain"),
        TrueEvent("bob@contoso.example", "success", "plain"),
        TrueEvent("amy@contoso.example", MOVER, "plain"),
        TrueEvent("bob@contoso.example", PASSWORD, "plain"),
    }


@pytest.mark.parametrize(
    ("level", "signins", "moves", "recipients"),
    [
        ("full", "signins", ["moves.csv"], ["recipients.csv"]),
        ("no-recipients", "signins", ["moves.csv"], None),
        ("no-moves", "signins", None, ["recipients.csv"]),
        ("portal-csv", "portal", ["moves.csv"], ["recipients.csv"]),
    ],
)
def test_a_level_hands_over_what_it_says(tenant, level, signins, moves, recipients):
    given = inputs_of(tenant, LEVEL_BY_NAME[level])

    assert given == {
        "signins": [tenant / signins],
        "moves": moves and [tenant / name for name in moves],
        "recipients": recipients and [tenant / name for name in recipients],
        "permissions": None,
        "cas_mailbox": None,
        "org_config": None,
        "policies": None,
        "moves_timezone": "America/Toronto",
        "date_order": "mdy",
    }


@pytest.mark.soak
def test_a_tenant_is_scored_from_its_folder_to_the_page(tenant, tmp_path):
    done = outcome.outcome_of(tenant, FULL, keep=tmp_path / "kept")

    mine = done.counts["analyzer"]
    assert (done.seed, done.people, done.events) == (7, 2, 7 + len(BUNDLE))
    assert done.lacking == ("permissions", "cas_mailbox", "org_config", "policies")
    assert sum(sum(row.values()) for row in mine.events.values()) == done.events
    assert mine.events["success"] == {"success": 6}
    assert "nothing" not in {said for row in mine.events.values() for said in row}
    assert counts.from_json(counts.to_json(mine)) == mine
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {
        "events.parquet",
        "verdicts.csv",
    }
    text = page.page([done], "0123456789ab", [NotScored("seed 9", "Traceback\nError: no")])
    assert "**Not scored: seed 9: Error: no**" in text
    assert "## Full evidence (`full`)" in text
    assert "`0123456789ab`" in text


def test_mistakes_are_written_as_csv(tmp_path):
    scored = score(TRUTH, SAID, FULL)
    done = outcome.Outcome(3, 5, 8, "full", (), {}, scored.mistakes[2:4])

    write_mistakes([done], tmp_path / "mistakes.csv")

    assert (tmp_path / "mistakes.csv").read_text(encoding="utf-8").splitlines() == [
        "level,seed,unit,user,story,truth_cause,predicted_cause,confidence,events",
        "full,3,events,cem,spray,credential-attack,native-activesync,0.6000,1",
        "full,3,missed verdict,eve,typo,wrong-password,undetermined,0.7000,1",
    ]
