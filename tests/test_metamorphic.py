"""What must not change a verdict does not, and what must not excuse an attack does not.

One small simulated tenant, told in other ways: the verdicts are compared whole, against those of
the tenant as it was. Nothing here knows what is right, only what must be the same.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import analyzer
from analyzer.report.jsonout import verdict_to_dict
from benchmarks.accuracy.seeds import TUNING
from benchmarks.accuracy.truth import read_truth
from benchmarks.scenarios import simulate, write
from benchmarks.shapes import write_shape
from benchmarks.tenant.records import Account, Ids, signin
from benchmarks.tenant.world import BUNDLE, OUTLOOK_MODERN, Client, Place

Record = dict[str, Any]
Verdicts = list[dict[str, Any]]

pytestmark = pytest.mark.soak

PEOPLE = 18
NEEDED = {"outlook-reconfiguration", "delegate-access", "legacy-outlook", "other-policy"}
GENERATED_AT = datetime(2023, 1, 1, tzinfo=UTC)
ATTACK = "credential-attack"
FILES = {
    "moves": "moves.csv",
    "recipients": "recipients.csv",
    "permissions": "permissions/*.csv",
    "cas_mailbox": "cas-mailbox.csv",
    "org_config": "organization-config.txt",
    "policies": "policies.json",
}


@dataclass(frozen=True)
class Told:
    """A tenant as it is handed over: sign-ins as Graph records, evidence as texts by kind."""

    records: tuple[Record, ...]
    evidence: Mapping[str, tuple[str, ...]]
    timezone: str


@pytest.fixture(scope="module")
def tenant(tmp_path_factory) -> Told:
    """The first of the tenants for tuning that has every kind of evidence and what is needed."""
    for seed in TUNING:
        folder = tmp_path_factory.mktemp(f"tenant-{seed}")
        write(simulate(seed, PEOPLE), folder)
        evidence = {
            kind: tuple(
                path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob(pattern))
            )
            for kind, pattern in FILES.items()
        }
        causes = {cause for _, cause in read_truth(folder).verdicts}
        if all(evidence.values()) and causes >= NEEDED:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            return Told(_records(folder / "signins"), evidence, about["moves_timezone"])
    pytest.fail("no tenant for tuning has what is needed")


def _records(folder: Path) -> tuple[Record, ...]:
    """The sign-ins, but of the plain successes one in three: enough to know people by."""
    records = (
        json.loads(line)
        for path in sorted(folder.glob("*.ndjson"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return tuple(
        record
        for number, record in enumerate(records)
        if number % 3 == 0
        or record["status"]["errorCode"]
        or record["conditionalAccessStatus"] == "failure"
    )


Writer = Callable[[Sequence[Record], Path], object]


def _one_file(records: Sequence[Record], folder: Path) -> None:
    write_shape(records, "graph-ndjson", folder)


@pytest.fixture(scope="module")
def judge(tmp_path_factory) -> Callable[..., Verdicts]:
    """Hand a tenant over and ask for its verdicts."""

    def verdicts(told: Told, write_signins: Writer = _one_file) -> Verdicts:
        folder = tmp_path_factory.mktemp("told")
        write_signins(told.records, folder / "signins")
        given = {}
        for kind, texts in told.evidence.items():
            given[kind] = [folder / f"{kind}-{number}.txt" for number, _ in enumerate(texts)]
            for path, text in zip(given[kind], texts, strict=True):
                path.write_bytes(codecs.BOM_UTF8 + text.encode())
        with analyzer.Case.load(
            [folder / "signins"],
            **given,
            moves_timezone=told.timezone,
            date_order="mdy",
            generated_at=GENERATED_AT,
        ) as case:
            assert case.coverage.complete
            return [verdict_to_dict(verdict) for verdict in case.result.verdicts]

    return verdicts


@pytest.fixture(scope="module")
def before(tenant, judge) -> Verdicts:
    """The verdicts of the tenant as it is."""
    verdicts = judge(tenant)

    assert {verdict["cause"] for verdict in verdicts} >= NEEDED
    return verdicts


def _differences(after: Verdicts, before: Verdicts) -> list[tuple[object, ...]]:
    """What differs, verdict by verdict: person, cause, key, as it was, as it is."""
    whom = [[(v["user"], v["cause"], v["client_family"]) for v in side] for side in (before, after)]
    if whom[0] != whom[1]:
        return [
            (
                "verdicts",
                [w for w in whom[0] if w not in whom[1]],
                "became",
                [w for w in whom[1] if w not in whom[0]],
            )
        ]
    return [
        (*who, key, was[key], now[key])
        for who, was, now in zip(whom[0], before, after, strict=True)
        for key in was
        if was[key] != now[key]
    ]


# Rows and files


def _pieces(text: str, dice: random.Random) -> tuple[str, ...]:
    """A CSV in two files, its rows shuffled and some in both."""
    header, *rows = csv.reader(io.StringIO(text))
    dice.shuffle(rows)
    half = len(rows) // 2
    return tuple(_csv([header, *part]) for part in (rows[: half + 2], rows[half:]))


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


SHAPES = ("graph-ndjson", "log-analytics-csv", "event-hub", "portal-json")
"""Formats that tell as much as Graph does."""

ABSENT_FROM_SIMULATED = {
    "originalRequestId": "",
    "processingTimeInMilliseconds": 1,
    "riskDetail": "none",
    "riskState": "none",
    "tokenIssuerType": "AzureAD",
    "signInIdentifier": "",
}


def _complete(record: Record) -> Record:
    """A record with everything that the writers of other formats want."""
    device = {"displayName": "", "trustType": "", "isManaged": False, "isCompliant": False}
    return {
        **ABSENT_FROM_SIMULATED,
        **record,
        "deviceDetail": {**device, **record["deviceDetail"]},
    }


def test_order_splitting_doubling_and_format_do_not_matter(tenant, judge, before):
    dice = random.Random(2)  # noqa: S311
    shuffled = dice.sample([_complete(record) for record in tenant.records], len(tenant.records))
    evidence = {
        kind: texts
        if kind in {"org_config", "policies"}
        else tuple(piece for text in texts for piece in _pieces(text, dice))
        for kind, texts in tenant.evidence.items()
    }

    def in_pieces(records: Sequence[Record], folder: Path) -> None:
        for number, shape in enumerate(SHAPES):
            again = dice.sample(records, 100)
            write_shape([*records[number :: len(SHAPES)], *again], shape, folder / shape)

    after = judge(replace(tenant, records=tuple(shuffled), evidence=evidence), in_pieces)

    assert _differences(after, before) == []


# People


NAMES = ("userPrincipalName", "userDisplayName")
NAME_COLUMNS = {
    "Identity", "MailboxIdentity", "DistinguishedName", "DisplayName", "Name", "Alias", "User",
    "SamAccountName", "UserPrincipalName", "PrimarySmtpAddress", "GrantSendOnBehalfTo",
}  # fmt: skip
NO_NAMES = {"contoso", "example", "fabrikam", "users", "services", "self", "default", "ext"}
WORD = re.compile(r"[A-Za-z]{3,}")
IDENTIFIER = re.compile(r"[0-9a-f-]{16,}")


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)} - NO_NAMES


@pytest.fixture(scope="module")
def names(tenant) -> set[str]:
    """Every word of a person's name, address or account."""
    found = {word for record in tenant.records for name in NAMES for word in _words(record[name])}
    for row in csv.DictReader(io.StringIO(tenant.evidence["recipients"][0])):
        for column in ("DisplayName", "Alias", "SamAccountName", "PrimarySmtpAddress"):
            found |= _words(row[column])
    return found


def _renamed(text: str, names: set[str], *, back: bool = False) -> str:
    """Turn the words of names, and no other words, by thirteen letters; that undoes itself."""

    def turned(match: re.Match[str]) -> str:
        other = codecs.encode(match.group(), "rot13")
        return other if (other if back else match.group()).lower() in names else match.group()

    return text if IDENTIFIER.fullmatch(text) else WORD.sub(turned, text)


def _deep(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text changed, keys left alone."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_deep(each, change) for each in value]
    if isinstance(value, dict):
        return {key: _deep(each, change) for key, each in value.items()}
    return value


def _renamed_csv(text: str, names: set[str]) -> str:
    header, *rows = csv.reader(io.StringIO(text))
    turned = [
        [
            _renamed(cell, names) if column in NAME_COLUMNS else cell
            for column, cell in zip(header, row, strict=True)
        ]
        for row in rows
    ]
    return _csv([header, *turned])


def _sorted(verdicts: Verdicts) -> Verdicts:
    return sorted(
        verdicts, key=lambda v: (v["user"], v["cause"], v["client_family"], str(v["move"]))
    )


def test_names_do_not_matter(tenant, judge, before, names):
    told = replace(
        tenant,
        records=tuple(
            {**record, **{name: _renamed(record[name], names) for name in NAMES}}
            for record in tenant.records
        ),
        evidence={
            kind: texts
            if kind in {"org_config", "policies"}
            else tuple(_renamed_csv(text, names) for text in texts)
            for kind, texts in tenant.evidence.items()
        },
    )

    after = judge(told)

    assert {v["user"] for v in after}.isdisjoint(v["user"] for v in before if "@" in v["user"])
    back = _sorted(_deep(after, lambda text: _renamed(text, names, back=True)))
    wanted = _sorted(before)
    # An id holds the name of a delegate's owner, and of whoever has no object id.
    named = [v["cause"] == "delegate-access" or not v["user_id"] for v in wanted]
    back = [
        {**v, "id": was["id"]} if is_named else v
        for v, was, is_named in zip(back, wanted, named, strict=True)
    ]
    assert _differences(back, wanted) == []


STRANGERS_PLACE = Place("198.51.100.201", 64801, "CA", "Manitoba", "Winnipeg")


def _new_people(first: datetime, days: int) -> list[Record]:
    """Three people at their own place, with modern Outlook; one of their phones is blocked."""
    ids = Ids(99)
    phone = Client("Exchange ActiveSync", "Apple-iPhone14C5/2202.91", operating_system="iOS")
    records = []
    for number, name in enumerate(("abel.zorn", "britt.zorn", "cato.zorn")):
        account = Account(ids.next(), f"{name}@contoso.example", name.title().replace(".", " "))
        for day in range(days):
            at = first + timedelta(days=day, hours=10, minutes=number)
            records.append(signin(ids, account, at, OUTLOOK_MODERN, STRANGERS_PLACE, "success"))
            if number == 0:
                records.append(signin(ids, account, at, phone, STRANGERS_PLACE, "blocked"))
    return records


def _span(records: Sequence[Record]) -> tuple[datetime, datetime]:
    times = [record["createdDateTime"] for record in records]
    return datetime.fromisoformat(min(times)), datetime.fromisoformat(max(times))


def test_other_people_do_not_matter(tenant, judge, before):
    first, last = _span(tenant.records)
    others = _new_people(first, (last - first).days)

    after = judge(replace(tenant, records=(*tenant.records, *others)))

    assert _differences([v for v in after if "zorn@" not in v["user"]], before) == []
    assert [(v["user"], v["cause"]) for v in after if "zorn@" in v["user"]] == [
        ("abel.zorn@contoso.example", "native-activesync")
    ]


# Time


ISO_DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)(?=[T ]|$)")
US_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)(?= )")


def _moved(text: str, weeks: int) -> str:
    """Every date in a text, so many weeks later, at the same time of day."""
    later = timedelta(weeks=weeks)

    def iso(match: re.Match[str]) -> str:
        return (date(*map(int, match.groups())) + later).isoformat()

    def american(match: re.Match[str]) -> str:
        month, day, year = map(int, match.groups())
        moved = date(year, month, day) + later
        return f"{moved.month}/{moved.day}/{moved.year}"

    return US_DAY.sub(american, ISO_DAY.sub(iso, text))


def _weeks_with_the_same_clock(told: Told) -> int:
    """The fewest weeks after which every day has the offset from UTC that it had."""
    zone = ZoneInfo(told.timezone)
    first, last = _span(told.records)
    noons = [first + timedelta(days=day) for day in range(-40, (last - first).days + 2)]
    return next(
        weeks
        for weeks in range(8, 400)
        if all(
            noon.astimezone(zone).utcoffset()
            == (noon + timedelta(weeks=weeks)).astimezone(zone).utcoffset()
            for noon in noons
        )
    )


def test_the_year_does_not_matter(tenant, judge, before):
    weeks = _weeks_with_the_same_clock(tenant)
    told = replace(
        tenant,
        records=tuple(_deep(record, lambda text: _moved(text, weeks)) for record in tenant.records),
        evidence={
            kind: tuple(_moved(text, weeks) for text in texts)
            for kind, texts in tenant.evidence.items()
        },
    )

    after = judge(told)

    assert [v["first_seen"] for v in after] != [v["first_seen"] for v in before]
    assert _differences(_deep(after, lambda text: _moved(text, -weeks)), before) == []


# Attacks


FAR_AWAY = Place("192.0.2.77", 65510, "VN", "Ha Noi", "Hanoi")
SPRAYER = Place("192.0.2.99", 65511, "BR", "Bahia", "Salvador")


def _accounts(records: Sequence[Record]) -> dict[str, Account]:
    """Members by user principal name in lower case."""
    return {
        r["userPrincipalName"].lower(): Account(
            r["userId"], r["userPrincipalName"], r["userDisplayName"]
        )
        for r in records
        if r["userId"] and r["userType"] == "member"
    }


def _known_password(accounts: Sequence[Account], at: datetime, rounds: int) -> list[Record]:
    """An Outlook of a stranger, far away, with the right password: blocked."""
    ids = Ids(int(at.timestamp()))
    return [
        signin(
            ids, who, at + timedelta(minutes=7 * turn, seconds=place), client, FAR_AWAY, "blocked"
        )
        for who in accounts
        for turn in range(rounds)
        for place, client in enumerate(BUNDLE)
    ]


def _spray(accounts: Sequence[Account], at: datetime) -> list[Record]:
    """One wrong password for everybody, seconds apart, in an Outlook's name."""
    ids = Ids(int(at.timestamp()))
    return [
        signin(ids, who, at + timedelta(seconds=9 * n), BUNDLE[0], SPRAYER, "wrong-password")
        for n, who in enumerate(accounts)
    ]


def _attacks(verdicts: Verdicts) -> dict[str, float]:
    """Confidence of the attack verdicts by id."""
    return {v["id"]: v["confidence"] for v in verdicts if v["cause"] == ATTACK}


def _lowered(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, object]:
    return {
        key: (confidence, after.get(key))
        for key, confidence in before.items()
        if after.get(key, -1.0) < confidence
    }


@pytest.fixture(scope="module")
def movers(before) -> dict[str, datetime]:
    """Whose Outlook is stuck since the move, and since when."""
    return {
        v["user"]: datetime.fromisoformat(v["first_seen"])
        for v in before
        if v["cause"] == "outlook-reconfiguration"
    }


@pytest.fixture(scope="module")
def sprayed(tenant, judge, movers) -> tuple[Told, Verdicts]:
    """The tenant with a spray that reaches the movers among others, and its verdicts."""
    accounts = _accounts(tenant.records)
    others = [account for user, account in accounts.items() if user not in movers]
    targets = [*(accounts[user] for user in movers), *others[:9]]
    spray = _spray(targets, min(movers.values()) + timedelta(hours=13))
    told = replace(tenant, records=(*tenant.records, *spray))
    return told, judge(told)


@pytest.fixture(scope="module")
def intruded(judge, movers, sprayed) -> Verdicts:
    """Verdicts after a stranger used every mover's right password, besides the spray."""
    told, _ = sprayed
    accounts = _accounts(told.records)
    at = min(movers.values()) + timedelta(hours=37)
    known = _known_password([accounts[user] for user in movers], at, 3)
    return judge(replace(told, records=(*told.records, *known)))


def test_a_move_never_excuses_an_attack(movers, sprayed, intruded):
    found = [
        {v["user"] for v in after if v["cause"] == ATTACK and place.ip in v["ip_addresses"]}
        for after, place in ((sprayed[1], SPRAYER), (intruded, FAR_AWAY))
    ]

    assert found[0] >= set(movers)
    assert found[1] == set(movers)


def test_a_spray_lowers_no_verdict_of_attack(before, sprayed):
    assert _lowered(_attacks(before), _attacks(sprayed[1])) == {}


def test_another_attack_lowers_no_verdict_of_attack(sprayed, intruded):
    assert _lowered(_attacks(sprayed[1]), _attacks(intruded)) == {}


# Evidence


SOURCES = {
    "moves": {"moves"},
    "recipients": {"moves", "permissions", "MAPI over HTTP"},
    "permissions": {"permissions"},
    "cas_mailbox org_config": {"MAPI over HTTP"},
    "policies": {"policies"},
}
"""Kinds of evidence, and the sources named by the checks that rest on them."""


def _supported(verdicts: Verdicts, sources: set[str]) -> dict[tuple[str, str, str], float]:
    """Confidence by person, cause and kind of client, where the sources spoke for it."""
    found: dict[tuple[str, str, str], float] = {}
    for v in verdicts:
        spoke = sum(item["weight"] for item in v["evidence"] if item["source"] in sources)
        if spoke > 0 and v["cause"] != "undetermined":
            key = (v["user"], v["cause"], v["client_family"])
            found[key] = max(found.get(key, 0.0), v["confidence"])
    return found


@pytest.mark.parametrize("kinds", SOURCES)
def test_less_evidence_never_means_more_confidence(kinds, tenant, judge, before):
    supported = _supported(before, SOURCES[kinds])

    after = judge(replace(tenant, evidence={**tenant.evidence, **dict.fromkeys(kinds.split(), ())}))

    raised = {
        key: (supported[key], v["confidence"])
        for v in after
        if (key := (v["user"], v["cause"], v["client_family"])) in supported
        and v["confidence"] > supported[key]
    }
    assert raised == {}
