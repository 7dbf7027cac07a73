"""What a change would have made of sign-ins: recorded first, then the definition, or not told."""

from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.policies.changes import asked
from analyzer.policies.whatif import applies_today, replay, request_body
from tests.policy_making import AMY, BEN, BLOCK, GROUP, OTHER, at, audit, courses, policy, replayed

NAMES = [(BLOCK, "Block legacy"), (OTHER, "Twin"), ("x3", "Twin"), ("x4", "a state=enabled b")]
PILOT = policy(state="enabledForReportingButNotEnforced")
OFF = policy(state="disabled")


def user_id(name):
    return {"amy@contoso.example": AMY, "ben@contoso.example": BEN}.get(name.lower())


def change(text):
    return asked(f"{BLOCK} {text}", NAMES, user_id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{BLOCK} state=enabled", (BLOCK, "state", "enabled", "state")),
        (f"{BLOCK.upper()} STATE = Disabled ", (BLOCK, "state", "disabled", "state")),
        ("block LEGACY state=report-only",
         (BLOCK, "state", "enabledforreportingbutnotenforced", "state")),
        ('"Block legacy" state=on', (BLOCK, "state", "enabled", "state")),
        (f"Block legacy exclude-group={GROUP.upper()}", (BLOCK, "exclude-group", GROUP, "group")),
        ("Block legacy exclude-user=Amy@contoso.example", (BLOCK, "exclude-user", AMY, "user")),
        (f"Block legacy exclude-user={BEN}", (BLOCK, "exclude-user", BEN, "user")),
        (f"Block legacy include-group={GROUP}", (BLOCK, "include-group", GROUP, "group")),
        ("Block legacy remove-exclusion=amy@contoso.example",
         (BLOCK, "remove-exclusion", AMY, "user")),
        (f"Block legacy remove-exclusion={GROUP}", (BLOCK, "remove-exclusion", GROUP, "any")),
        ("x3 state=disabled", ("x3", "state", "disabled", "state")),
        ("a state=enabled b state=disabled", ("x4", "state", "disabled", "state")),
    ],
)  # fmt: skip
def test_a_change_is_read(text, expected):
    read = asked(text, NAMES, user_id)

    assert (read.policy_id, read.what, read.value, read.subject) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no change"),
        ("Block legacy", "is no change"),
        ("state=enabled", "is no change"),
        ("Block legacy colour=red", "is no change"),
        ("Block legacy state=maybe", "'maybe' is no state"),
        ("Twin state=enabled", "2 policies are called 'Twin': .*x3"),
        ("Block state=enabled", "no policy has .* known are: 'Block legacy'"),
        ("Block legacy exclude-user=carl@contoso.example", "nobody in the input"),
        ("Block legacy remove-exclusion=carl@contoso.example", "nobody in the input"),
    ],
)
def test_what_is_no_change_is_refused_with_what_would_be(text, words):
    with pytest.raises(UsageError, match=words):
        asked(text, NAMES, user_id)


def turned(what_if):
    return (
        what_if.let_in.events,
        what_if.blocked.events,
        {why: shift.events for why, shift in what_if.untold.items()},
        what_if.let_in.recorded + what_if.blocked.recorded,
    )


def asks(text, row, definition=None, records=(), groups=None):
    found = courses(list(records), *([definition] if definition else []))
    course = found[0] if found else None
    return turned(replay(change(text), course, [row], groups or {})[0])


STAYS = (0, 0, {}, 0)
LET = (3, 0, {}, 3)
STOP = (0, 3, {}, 3)
BY_DEFINITION = (0, 3, {}, 0)
LET_IN = {"fate": "let-in", "result": None}
EXCLUDES_AMY = policy(excludeUsers=[AMY])
MFA = policy(builtInControls=["mfa"], clientAppTypes=["all"], state="disabled")


def untold(why):
    return (0, 0, {why: 3}, 0)


@pytest.mark.parametrize(
    ("text", "row", "definition", "groups", "expected"),
    [
        # Switched off: whatever only this policy stopped is let in.
        ("state=disabled", {}, policy(), {}, LET),
        ("state=report-only", {}, policy(), {}, LET),
        ("state=disabled", {}, None, {}, LET),
        ("state=disabled", {"others_failed": True}, policy(), {}, STAYS),
        ("state=disabled", {"result": None}, policy(), {}, STAYS),
        ("state=disabled", LET_IN, policy(), {}, STAYS),
        ("state=disabled", {"result": None, "policies_known": False}, policy(), {},
         untold("policies-not-visible")),
        ("state=disabled", {"result": None, "policies_known": False}, PILOT, {}, STAYS),
        ("state=disabled", {"result": None, "policies_known": False, "kind": "modern"}, policy(),
         {}, STAYS),
        # Somebody excluded.
        ("exclude-user=amy@contoso.example", {}, policy(), {}, LET),
        ("exclude-user=ben@contoso.example", {}, policy(), {}, STAYS),
        ("exclude-user=amy@contoso.example", {"user_id": None}, policy(), {}, STAYS),
        (f"exclude-group={GROUP}", {}, policy(), {GROUP: frozenset([AMY])}, LET),
        (f"exclude-group={GROUP}", {}, policy(), {GROUP: frozenset([BEN])}, STAYS),
        (f"exclude-group={GROUP}", {}, policy(), {}, untold("group-not-expanded")),
        (f"exclude-group={GROUP}", {"others_failed": True}, policy(), {}, STAYS),
        # Switched on: what the log recorded decides.
        ("state=enabled", LET_IN | {"result": "reportOnlyFailure"}, PILOT, {}, STOP),
        ("state=enabled", LET_IN | {"result": "reportOnlyFailure"}, None, {}, STOP),
        ("state=enabled", LET_IN, PILOT, {}, STAYS),
        ("state=enabled", LET_IN | {"result": "reportOnlyInterrupted"}, PILOT, {},
         (0, 0, {"would-be-prompted": 3}, 0)),
        ("state=enabled", LET_IN | {"result": "unknown"}, PILOT, {}, untold("result-not-told")),
        ("state=enabled", LET_IN, None, {}, untold("no-definition")),
        ("state=enabled", {"result": "reportOnlyFailure"}, PILOT, {}, STAYS),
        # Switched on: only the definition can say.
        ("state=enabled", LET_IN, OFF, {}, BY_DEFINITION),
        ("state=enabled", LET_IN | {"policies_known": False}, PILOT, {}, BY_DEFINITION),
        ("state=enabled", LET_IN | {"kind": "activesync"}, OFF, {}, BY_DEFINITION),
        ("state=enabled", LET_IN | {"kind": "modern"}, OFF, {}, STAYS),
        ("state=enabled", LET_IN | {"kind": "unknown"}, OFF, {}, untold("client-not-logged")),
        ("state=enabled", LET_IN | {"kind": "modern"}, MFA, {}, untold("would-be-prompted")),
        ("state=enabled", LET_IN, MFA, {}, BY_DEFINITION),
        ("state=enabled", LET_IN, policy(state="disabled", excludeUsers=[AMY]), {}, STAYS),
        ("state=enabled", LET_IN, policy(state="disabled", excludeGroups=[GROUP]), {},
         untold("group-not-expanded")),
        ("state=enabled", LET_IN, policy(state="disabled", excludeGroups=[GROUP]),
         {GROUP: frozenset([BEN])}, BY_DEFINITION),
        ("state=enabled", LET_IN, policy(state="disabled", locations={"includeLocations": ["x"]}),
         {}, untold("depends-on-conditions")),
        # An exclusion closed, a group included.
        ("remove-exclusion=amy@contoso.example", LET_IN, EXCLUDES_AMY, {}, BY_DEFINITION),
        ("remove-exclusion=ben@contoso.example", LET_IN, EXCLUDES_AMY, {}, STAYS),
        ("remove-exclusion=amy@contoso.example", LET_IN,
         policy(excludeUsers=[AMY], state="disabled"), {}, STAYS),
        (f"remove-exclusion={GROUP}", LET_IN, policy(excludeGroups=[GROUP]),
         {GROUP: frozenset([AMY])}, BY_DEFINITION),
        (f"remove-exclusion={GROUP}", LET_IN, policy(excludeGroups=[GROUP]), {},
         untold("group-not-expanded")),
        (f"include-group={GROUP}", LET_IN, policy(includeUsers=[]), {GROUP: frozenset([AMY])},
         BY_DEFINITION),
        (f"include-group={GROUP}", LET_IN, policy(includeUsers=[]), {GROUP: frozenset([BEN])},
         STAYS),
        (f"remove-exclusion={BEN}", LET_IN, policy(excludeUsers=[BEN]), {}, STAYS),
        (f"remove-exclusion={AMY}", LET_IN, EXCLUDES_AMY, {}, BY_DEFINITION),
        (f"remove-exclusion={OTHER}", LET_IN, policy(), {}, STAYS),
        (f"include-group={GROUP}", LET_IN, policy(), {GROUP: frozenset([AMY])}, STAYS),
        ("state=enabled", LET_IN | {"policies_known": False}, policy(), {}, STAYS),
        (f"include-group={GROUP}", {}, policy(includeUsers=[]), {GROUP: frozenset([AMY])}, STAYS),
    ],
)  # fmt: skip
def test_a_sign_in_is_let_in_or_blocked_or_it_cannot_be_told(
    text, row, definition, groups, expected
):
    told = asks(text, replayed(**row), definition, groups=groups)

    assert told[:3] == expected[:3]
    assert told[3] == expected[3]


def test_a_policy_that_was_off_then_is_not_asked_what_it_recorded():
    records = [audit(at(8), OFF, PILOT)]

    assert asks("state=enabled", replayed(first=at(7), **LET_IN), PILOT, records) == BY_DEFINITION
    assert asks("state=enabled", replayed(first=at(9), **LET_IN), PILOT, records) == STAYS


def test_counts_are_of_events_and_people_and_name_the_most_first():
    rows = [
        replayed(events=1),
        replayed(events=1, kind="activesync", is_strange=True),
        replayed(person_key=BEN, user_id=BEN, user="ben", events=5),
    ]

    told, example = replay(change("state=disabled"), courses([], policy())[0], rows, {})

    assert (told.let_in.events, told.let_in.people, told.let_in.strange) == (7, 2, 1)
    assert told.let_in.users == ("ben", "amy")
    assert example == rows[0]


@pytest.mark.parametrize(
    ("text", "definition", "nothing"),
    [
        ("state=enabled", policy(), True),
        ("state=report-only", OFF, True),
        ("state=disabled", policy(), False),
        ("exclude-user=amy@contoso.example", EXCLUDES_AMY, True),
        ("exclude-user=amy@contoso.example", OFF, True),
        ("remove-exclusion=amy@contoso.example", EXCLUDES_AMY, False),
    ],
)
def test_whether_anything_would_change_is_said(text, definition, nothing):
    told, _ = replay(change(text), courses([], definition)[0], [], {})

    assert told.changes_nothing is nothing


@pytest.mark.parametrize(
    ("row", "definition", "groups", "expected"),
    [
        ({}, policy(), {}, True),
        ({}, EXCLUDES_AMY, {}, False),
        ({}, OFF, {}, False),
        ({}, PILOT, {}, True),
        ({"kind": "modern"}, policy(), {}, False),
        ({"result": None}, policy(excludeGroups=[GROUP]), {}, None),
        ({"result": None}, policy(excludeGroups=[GROUP]), {GROUP: frozenset()}, True),
        ({"result": None}, None, {}, None),
        ({}, None, {}, True),
    ],
)
def test_what_microsoft_should_answer_today(row, definition, groups, expected):
    found = courses([], definition) if definition else ()

    assert applies_today(replayed(**row), found[0] if found else None, groups) is expected


def test_the_request_has_the_fields_that_a_sign_in_tells():
    body, missing = request_body(
        "activesync", AMY, client_key="exchange activesync", resource_id="r",
        ip_address="198.51.100.7", country="CA", device_os="Ios 14",
    )  # fmt: skip

    assert missing == ()
    assert body == {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": AMY},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["r"],
        },
        "signInConditions": {
            "clientAppType": "exchangeActiveSync",
            "devicePlatform": "iOS",
            "country": "CA",
            "ipAddress": "198.51.100.7",
        },
        "appliedPoliciesOnly": False,
    }


@pytest.mark.parametrize(
    ("kind", "client", "os", "expected"),
    [
        ("other", "imap4", "Windows 10", {"clientAppType": "other", "devicePlatform": "windows"}),
        ("modern", "browser", "MacOs", {"clientAppType": "browser", "devicePlatform": "macOS"}),
        ("modern", "mobile apps and desktop clients", "Android 14",
         {"clientAppType": "mobileAppsAndDesktopClients", "devicePlatform": "android"}),
        ("unknown", "", None, {}),
    ],
)  # fmt: skip
def test_what_a_sign_in_does_not_tell_is_left_out_and_named(kind, client, os, expected):
    body, missing = request_body(
        kind, None, client_key=client, resource_id=None, ip_address=None, country=None, device_os=os
    )

    told = {"clientAppType", "devicePlatform"} - expected.keys()
    assert body["signInConditions"] == expected
    assert set(missing) == {"country", "ipAddress", "userId", "includeApplications"} | told
