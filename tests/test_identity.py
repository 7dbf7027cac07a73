"""One person's many names: exact or refused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.evidence.frames import frame
from analyzer.identity import People, Resolution, keys_of_object_ids
from analyzer.schema.evidence import MOVES, RECIPIENTS

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ID = "aaaaaaaa-0000-0000-0000-00000000000{}"
GUID = "bbbbbbbb-0000-0000-0000-00000000000{}"


def seen(*rows):
    """Sign-in names: (user id, UPN, display name, days after the first)."""
    names = ["user_id", "user_principal_name", "user_display_name", "last_seen"]
    padded = [(*row, *(None, 0)[len(row) - 2 :]) for row in rows]
    return pd.DataFrame(
        [(i, u, d, DAY + timedelta(days=n)) for i, u, d, n in padded], columns=names
    )


def recipients(*rows):
    return frame([{"source_file": "r.csv", **row} for row in rows], RECIPIENTS)


def moves(*rows):
    basis = {"status_class": "completed", "is_coarse": False, "is_cutover": True,
             "source_file": "m.csv"}  # fmt: skip
    return frame([{**basis, **row} for row in rows], MOVES)


AMY = {
    "display_name": "Amy Adler",
    "alias": "aadler",
    "sam_account_name": "amya",
    "primary_smtp": "amy.adler@contoso.example",
    "user_principal_name": "amy@contoso.example",
    "object_id": ID.format(1),
    "exchange_guid": GUID.format(1),
    "guid": "cccccccc-0000-0000-0000-000000000001",
    "distinguished_name": "cn=amy adler 12,ou=sales,dc=contoso,dc=example",
    "legacy_exchange_dn": "/o=contoso/ou=x/cn=amy",
    "recipient_type": "RemoteUserMailbox",
    "email_addresses": ("amy.adler@contoso.example", "old@contoso.example"),
}
AMY_SEEN = (ID.format(1), "amy@contoso.example", "Amy A. Adler")

# Every way to write Amy, and the kind of name that finds her.
WAYS = [
    (ID.format(1), "object id"),
    (ID.format(1).upper(), "object id"),
    ("amy@contoso.example", "UPN"),
    (" AMY@Contoso.Example ", "UPN"),
    ("amy.adler@contoso.example", "SMTP address"),
    ("SMTP:amy.adler@contoso.example", "SMTP address"),
    ("old@contoso.example", "SMTP address"),
    ("aadler", "alias"),
    ("amya", "sAMAccountName"),
    ("CONTOSO\\AmyA", "DOMAIN\\sam"),
    (GUID.format(1), "ExchangeGuid"),
    ("{" + GUID.format(1) + "}", "ExchangeGuid"),
    ("cccccccc-0000-0000-0000-000000000001", "GUID"),
    ("CN=Amy Adler 12,OU=Sales,DC=contoso,DC=example", "distinguished name"),
    ("contoso.example/Sales/Amy Adler 12", "canonical name"),
    ("NAMPR01.prod.outlook.com/Hosted/contoso.onmicrosoft.com/Amy Adler 12", "common name"),
    ("/o=Contoso/ou=X/cn=Amy", "legacyExchangeDN"),
    ("Amy Adler 12", "common name"),
    ("Amy Adler", "display name"),
    ("amy  adler", "display name"),
    ("Amy A. Adler", "display name"),
]
NOBODY = ["", "  ", "zoe", "zoe@contoso.example", "CONTOSO\\zoe", "contoso.example/Sales/Zoe",
          "S-1-5-21-1", "\\", "/", "@", ID.format(9), "CN=,", "CN=Zoe,DC=contoso"]  # fmt: skip


@pytest.mark.parametrize(("name", "by"), WAYS, ids=[case[0] for case in WAYS])
def test_every_name_of_a_person_finds_him_and_says_how(name, by):
    people = People.build(seen(AMY_SEEN), recipients(AMY), None)

    assert people.resolve(name) == Resolution(ID.format(1), by, (ID.format(1),))


@pytest.mark.parametrize("name", NOBODY)
def test_a_name_that_nobody_has_finds_nobody(name):
    people = People.build(seen(AMY_SEEN), recipients(AMY), None)

    assert people.resolve(name) == Resolution(None, "unknown", ())


def test_a_shared_display_name_joins_nothing_and_names_the_candidates():
    people = People.build(
        seen((ID.format(1), "a1@contoso.example", "Amy Adler"),
             (ID.format(2), "a2@contoso.example", "amy adler")),
        None, None,
    )  # fmt: skip

    assert people.resolve("Amy Adler") == Resolution(
        None, "display name", (ID.format(1), ID.format(2))
    )
    assert people.resolve("a2@contoso.example").key == ID.format(2)


def test_one_persons_alias_that_is_anothers_account_name_is_ambiguous():
    rows = [
        {"user_principal_name": "a@contoso.example", "alias": "sales"},
        {"user_principal_name": "b@contoso.example", "sam_account_name": "sales"},
    ]
    people = People.build(seen(), recipients(*rows), None)

    assert people.resolve("sales").key is None
    assert people.resolve("sales").candidates == ("a@contoso.example", "b@contoso.example")
    assert people.resolve("CONTOSO\\sales").key == "b@contoso.example"


def test_a_common_name_is_not_mistaken_for_a_display_name():
    rows = [
        {"user_principal_name": "a@contoso.example", "display_name": "Amy Adler",
         "distinguished_name": "cn=amy adler 12,ou=sales,dc=contoso,dc=example"},
        {"user_principal_name": "b@contoso.example", "display_name": "A. Adler",
         "distinguished_name": "cn=amy adler,ou=sales,dc=contoso,dc=example"},
    ]  # fmt: skip
    people = People.build(seen(), recipients(*rows), None)

    assert people.resolve("contoso.example/Sales/Amy Adler").key == "b@contoso.example"
    # As a bare word it is one's CN and the other's display name.
    assert people.resolve("Amy Adler").key is None
    assert people.resolve("Amy Adler", "display name").key == "a@contoso.example"


def test_the_same_common_name_in_another_unit_is_another_person():
    rows = [{"user_principal_name": "a@contoso.example", "name": "amy adler",
             "canonical_name": "contoso.example/sales/amy adler"}]  # fmt: skip
    people = People.build(seen(), recipients(*rows), None)

    assert people.resolve("contoso.example/Sales/Amy Adler").key == "a@contoso.example"
    assert people.resolve("contoso.example/Ops/Amy Adler").key is None
    assert people.resolve("CN=Amy Adler,OU=Ops,DC=contoso,DC=example").key is None


def test_escapes_in_distinguished_and_canonical_names_are_undone():
    rows = [{"user_principal_name": "a@contoso.example",
             "distinguished_name": "cn=adler\\, amy,ou=r/d,dc=contoso,dc=example"}]  # fmt: skip
    people = People.build(seen(), recipients(*rows), None)

    assert people.resolve("CN=Adler\\, Amy,OU=R/D,DC=contoso,DC=example").key
    assert people.resolve("Adler, Amy").by == "common name"


# --- sign-ins ---


def keys(people):
    return [key for _id, _upn, key in people.keys_frame().itertuples(index=False)]


def test_case_and_missing_object_ids_do_not_split_a_person():
    people = People.build(
        seen((ID.format(1), "amy@contoso.example"), (ID.format(1).upper(), "AMY@contoso.example"),
             (None, "amy@contoso.example"), (ID.format(1), None)),
        None, None,
    )  # fmt: skip

    assert keys(people) == [ID.format(1)] * 4


def test_a_renamed_person_stays_one_and_goes_by_the_latest_name():
    people = People.build(
        seen((ID.format(1), "amy.old@contoso.example", "Amy Old", 0),
             (ID.format(1), "amy.new@contoso.example", "Amy New", 5),
             (None, "amy.old@contoso.example")),
        None, None,
    )  # fmt: skip

    assert set(keys(people)) == {ID.format(1)}
    assert people.person(ID.format(1)).user_principal_name == "amy.new@contoso.example"
    assert people.resolve("amy.old@contoso.example").by == "former UPN"


def test_a_upn_handed_on_belongs_to_its_present_holder():
    people = People.build(
        seen((ID.format(1), "info@contoso.example", None, 0),
             (ID.format(1), "amy@contoso.example", None, 5),
             (ID.format(2), "info@contoso.example", None, 9)),
        None, None,
    )  # fmt: skip

    assert people.resolve("info@contoso.example").key == ID.format(2)
    assert people.key_of_signin(None, "info@contoso.example") is None  # not among the sign-ins


def test_a_upn_that_two_people_hold_now_joins_neither():
    people = People.build(
        seen((ID.format(1), "info@contoso.example"), (ID.format(2), "info@contoso.example"),
             (None, "info@contoso.example")),
        None, None,
    )  # fmt: skip

    assert keys(people) == [ID.format(1), ID.format(2), "info@contoso.example"]
    assert people.resolve("info@contoso.example").key is None


def test_proxy_addresses_join_a_rename_that_the_log_has_without_object_ids():
    rows = seen((None, "amy@contoso.example", None, 5), (None, "old@contoso.example", None, 0))

    apart = People.build(rows, None, None)
    together = People.build(rows, recipients({**AMY, "object_id": None}), None)

    assert keys(apart) == ["amy@contoso.example", "old@contoso.example"]
    assert keys(together) == ["amy@contoso.example"] * 2


def test_the_key_does_not_depend_on_the_evidence_given():
    rows = seen((None, "amy@contoso.example", "Amy"), (ID.format(2), "bob@contoso.example"))

    for given_recipients in (None, recipients(AMY)):
        for given_moves in (None, moves({"exchange_guid": GUID.format(1)})):
            people = People.build(rows, given_recipients, given_moves)
            assert keys(people) == ["amy@contoso.example", ID.format(2)]


def test_an_account_made_anew_is_another_person():
    people = People.build(seen((ID.format(2), "amy@contoso.example", "Amy")), recipients(AMY), None)

    assert people.resolve(GUID.format(1)).key == ID.format(1)
    assert people.resolve(ID.format(2)).key == ID.format(2)
    assert people.resolve("amy@contoso.example").key is None  # both hold it


ODD = [
    ((None, None), None),
    ((None, ""), None),
    (("", " "), None),
    (("00000000-0000-0000-0000-000000000000", None), None),
    ((None, ID.format(1)), ID.format(1)),
    (("00000000-0000-0000-0000-000000000000", "x@contoso.example"), "x@contoso.example"),
    (
        (None, "bob_fabrikam.example#EXT#@contoso.onmicrosoft.com"),
        "bob_fabrikam.example#ext#@contoso.onmicrosoft.com",
    ),
]


@pytest.mark.parametrize(("names", "key"), ODD)
def test_odd_names_of_sign_ins_are_handled(names, key):
    people = People.build(seen(names), None, None)

    assert keys(people) == [key]


def test_an_empty_log_without_columns_is_no_error():
    people = People.build(pd.DataFrame(), None, None)

    assert people.keys() == ()
    assert list(people.keys_frame().columns) == ["user_id", "user_principal_name", "person_key"]


def test_a_former_holder_does_not_inherit_a_name_that_two_others_hold_now():
    people = People.build(
        seen((ID.format(1), "x@contoso.example", None, 0),
             (ID.format(1), "amy@contoso.example", None, 9),
             (ID.format(2), "x@contoso.example"), (ID.format(3), "x@contoso.example"),
             (None, "x@contoso.example")),
        None, None,
    )  # fmt: skip

    assert people.key_of_signin(None, "x@contoso.example") == "x@contoso.example"


# --- recipients ---


def test_a_row_without_object_id_joins_neither_of_two_accounts_of_one_name():
    name = {"user_principal_name": "amy@contoso.example"}
    people = People.build(
        seen(), recipients({**name, "object_id": ID.format(1)}, {**name, "object_id": ID.format(2)},
                           {**name, "alias": "amy"}), None,
    )  # fmt: skip

    assert people.keys() == (ID.format(1), ID.format(2), "amy@contoso.example")
    assert people.resolve("amy").key == "amy@contoso.example"


def test_rows_of_one_mailbox_from_both_sides_are_one_person():
    on_premises = {**AMY, "object_id": None}
    cloud = {"display_name": "Amy Adler", "exchange_guid": GUID.format(1),
             "object_id": ID.format(1), "canonical_name": "amy adler 4711"}  # fmt: skip
    people = People.build(seen(AMY_SEEN), recipients(on_premises, cloud), None)

    assert people.keys() == (ID.format(1),)
    assert people.resolve("Amy Adler").key == ID.format(1)


OWNERS = [
    ({"object_id": ID.format(5), "user_principal_name": "x@contoso.example"}, ID.format(5)),
    ({"user_principal_name": "x@contoso.example", "primary_smtp": "y@contoso.example"},
     "x@contoso.example"),
    ({"primary_smtp": "y@contoso.example"}, "smtp:y@contoso.example"),
    ({"exchange_guid": GUID.format(5)}, f"mailbox:{GUID.format(5)}"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "key"), OWNERS)
def test_an_owner_who_never_signed_in_has_a_key_of_his_own(row, key):
    people = People.build(seen(AMY_SEEN), recipients(row), None)

    assert people.keys() == tuple(sorted([ID.format(1), key]))
    assert not people.person(key).is_seen


# --- moves ---

MOVE = {
    "identity": "contoso.example/sales/amy adler 12",
    "display_name": "Amy Adler",
    "alias": "aadler",
    "exchange_guid": GUID.format(1),
    "distinguished_name": "cn=amy adler 12,ou=sales,dc=contoso,dc=example",
}


def joined(people, row=None):
    found = people.resolve_move({**dict.fromkeys(MOVE), "object_id": None, **(row or MOVE)})
    return found.key, found.by


# (what the recipients know, the sign-ins, how the move joins)
JOINS = [
    ([AMY], [AMY_SEEN], (ID.format(1), "ExchangeGuid")),
    ([{**AMY, "exchange_guid": None}], [AMY_SEEN], (ID.format(1), "distinguished name")),
    ([{**AMY, "exchange_guid": None, "distinguished_name": None,
       "canonical_name": "contoso.example/sales/amy adler 12"}], [AMY_SEEN],
     (ID.format(1), "canonical name")),
    ([{**AMY, "exchange_guid": None, "distinguished_name": None}], [AMY_SEEN],
     (ID.format(1), "alias")),
    # The same alias on another mailbox is no join.
    ([{**AMY, "exchange_guid": GUID.format(2), "distinguished_name": None}], [AMY_SEEN],
     (f"mailbox:{GUID.format(1)}", "move record only")),
    # Without recipients only what is unique on both sides.
    ([], [(ID.format(1), "aadler@contoso.example")],
     (ID.format(1), "alias = local part of UPN")),
    ([], [(ID.format(1), "x@contoso.example", "Amy Adler")], (ID.format(1), "display name")),
    ([], [(ID.format(1), "aadler@contoso.example"), (ID.format(2), "aadler@fabrikam.example")],
     (f"mailbox:{GUID.format(1)}", "move record only")),
    ([], [(ID.format(1), "x@contoso.example", "Amy Adler"),
          (ID.format(2), "y@contoso.example", "Amy Adler")],
     (f"mailbox:{GUID.format(1)}", "move record only")),
    # An ambiguous alias may be settled by the display name, among the same two.
    ([], [(ID.format(1), "aadler@contoso.example", "Amy Adler"),
          (ID.format(2), "aadler@fabrikam.example", "Al Adler")],
     (ID.format(1), "display name")),
    # A guest's UPN only quotes another address.
    ([], [(ID.format(1), "aadler#ext#@contoso.example")],
     (f"mailbox:{GUID.format(1)}", "move record only")),
    # A person whose recipient row says another alias is not guessed from his UPN.
    ([{"user_principal_name": "aadler@contoso.example", "alias": "other"}],
     [(ID.format(1), "aadler@contoso.example")],
     (f"mailbox:{GUID.format(1)}", "move record only")),
    ([], [], (f"mailbox:{GUID.format(1)}", "move record only")),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "signins", "expected"), JOINS)
def test_a_move_joins_by_the_surest_name_or_not_at_all(rows, signins, expected):
    given_recipients = recipients(*rows) if rows else None

    people = People.build(seen(*signins), given_recipients, moves(MOVE))

    assert joined(people) == expected


def test_names_that_two_moved_mailboxes_share_join_neither():
    other = {"display_name": "Amy Adler", "alias": "aadler", "exchange_guid": GUID.format(2)}
    people = People.build(
        seen((ID.format(1), "aadler@contoso.example", "Amy Adler")), None, moves(MOVE, other)
    )

    assert joined(people)[1] == "move record only"
    assert joined(people, other)[1] == "move record only"


def test_two_mailboxes_do_not_both_join_one_person_by_weak_names():
    by_alias = {"alias": "amy", "exchange_guid": GUID.format(1)}
    by_display = {"display_name": "Amy Adler", "exchange_guid": GUID.format(2)}
    people = People.build(
        seen((ID.format(1), "amy@contoso.example", "Amy Adler")), None, moves(by_alias, by_display)
    )

    assert {joined(people, by_alias)[1], joined(people, by_display)[1]} == {"move record only"}


def test_a_permissions_canonical_name_reaches_the_person_through_the_move():
    bare = {**AMY, "distinguished_name": None, "display_name": "Amy Adler"}
    people = People.build(seen(AMY_SEEN), recipients(bare), moves(MOVE))

    found = people.resolve("contoso.example/Sales/Amy Adler 12")

    assert found == Resolution(ID.format(1), "canonical name", (ID.format(1),))


def test_a_migration_users_address_joins_by_smtp_or_upn():
    row = {"identity": "old@contoso.example", "email": "old@contoso.example"}
    people = People.build(seen(AMY_SEEN), recipients(AMY), moves(row))

    assert joined(people, row) == (ID.format(1), "SMTP address")


def test_account_names_of_permissions_are_weakly_joined_without_recipients():
    people = People.build(seen((ID.format(1), "bob@contoso.example")), None, None)

    found = people.resolve("CONTOSO\\bob")

    assert (found.key, found.by) == (ID.format(1), "alias = local part of UPN")


def test_an_account_name_is_not_guessed_where_the_recipient_row_says_another():
    people = People.build(
        seen((ID.format(1), "bob@contoso.example")),
        recipients({"user_principal_name": "bob@contoso.example", "sam_account_name": "b.brown"}),
        None,
    )

    assert people.resolve("CONTOSO\\bob").key is None
    assert people.resolve("CONTOSO\\b.brown").key == ID.format(1)


def test_a_display_name_that_two_moves_share_joins_neither_even_without_guids():
    rows = [{"display_name": "Amy Adler", "identity": f"contoso.example/users/{n}"}
            for n in "12"]  # fmt: skip
    people = People.build(
        seen((ID.format(1), "x@contoso.example", "Amy Adler")), None, moves(*rows)
    )

    assert {joined(people, row)[1] for row in rows} == {"move record only"}


# --- invariants ---

NAMES = st.sampled_from(["amy", "bob", "cy"])
ROW = st.fixed_dictionaries(
    {
        "display_name": st.one_of(st.none(), NAMES),
        "alias": st.one_of(st.none(), NAMES),
        "sam_account_name": st.one_of(st.none(), NAMES),
        "primary_smtp": st.one_of(st.none(), NAMES.map("{}@contoso.example".format)),
        "user_principal_name": st.one_of(st.none(), NAMES.map("{}@contoso.example".format)),
        "object_id": st.one_of(st.none(), st.sampled_from([ID.format(n) for n in range(1, 4)])),
        "exchange_guid": st.one_of(
            st.none(), st.sampled_from([GUID.format(n) for n in range(1, 4)])
        ),
    }
)
SEEN = st.tuples(
    st.one_of(st.none(), st.sampled_from([ID.format(n) for n in range(1, 4)])),
    st.one_of(st.none(), NAMES.map("{}@contoso.example".format)),
    st.one_of(st.none(), NAMES),
    st.integers(0, 3),
)
ASKED = ["amy", "bob@contoso.example", "CONTOSO\\cy", GUID.format(1), ID.format(2)]


def build(signins, rows, moved):
    return People.build(
        seen(*signins), recipients(*rows) if rows else None, moves(*moved) if moved else None
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(SEEN, max_size=5), st.lists(ROW, max_size=5), st.lists(ROW, max_size=3),
       st.integers(0, 9))  # fmt: skip
def test_the_order_of_rows_changes_nothing(signins, rows, moved, seed):
    moved = [{k: v for k, v in row.items() if k not in {"sam_account_name", "primary_smtp"}}
             for row in moved]  # fmt: skip
    shuffled = [random.Random(seed + n).sample(x, len(x))  # noqa: S311
                for n, x in enumerate((signins, rows, moved))]  # fmt: skip

    first, second = build(signins, rows, moved), build(*shuffled)

    assert first.keys() == second.keys()
    assert [first.resolve(name) for name in ASKED] == [second.resolve(name) for name in ASKED]
    assert [first.key_of_signin(row[0], row[1]) for row in signins] == [
        second.key_of_signin(row[0], row[1]) for row in signins
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(SEEN, max_size=5), st.lists(ROW, max_size=5))
def test_object_ids_are_never_mixed_and_every_named_sign_in_has_a_person(signins, rows):
    people = build(signins, rows, [])

    for user_id, upn, key in people.keys_frame().itertuples(index=False):
        assert key == user_id if user_id else (key is None) == (upn is None)
        assert key is None or people.person(key).is_seen


@settings(deadline=None, max_examples=60)
@given(st.lists(SEEN, max_size=5), st.lists(ROW, max_size=5), st.sampled_from(ASKED))
def test_a_name_with_two_holders_never_gives_a_key(signins, rows, name):
    people = build(signins, rows, [])

    found = people.resolve(name)

    assert (found.key is None) == (len(found.candidates) != 1)
    assert all(people.person(key) for key in found.candidates)
    assert found.key is None or found.key in found.candidates


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_no_name_breaks_the_resolver(name):
    people = People.build(seen((ID.format(1), name, name)), recipients(AMY), moves(MOVE))

    people.resolve(name)
    people.key_of_signin(name, name)


def test_a_name_whose_letters_an_ascii_export_lost_still_finds_its_mailbox():
    mailbox = {"user_principal_name": "jw@contoso.example", "exchange_guid": GUID.format(1)}
    lossy = {"identity": "contoso.example/Users/J?rgen Wei?", "exchange_guid": GUID.format(1)}

    people = People.build(seen(), recipients(mailbox), moves(lossy))

    found = people.resolve("contoso.example/Users/Jürgen Weiß")
    assert (found.key, found.by) == ("jw@contoso.example", "canonical name")
    assert people.resolve("contoso.example/Users/Jürgen Weise").key is None


@given(rows=st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from(["amy", "bob", None]))))
@settings(max_examples=50, deadline=None)
def test_object_ids_alone_give_the_keys_that_the_evidence_would_not_change(rows):
    named = seen(*((ID.format(n), upn and f"{upn}@contoso.example", None) for n, upn in rows))

    alone = keys_of_object_ids(named)

    people = People.build(named, recipients(AMY), None)
    assert alone is not None
    pd.testing.assert_frame_equal(alone, people.keys_frame())


def test_a_name_without_an_object_id_needs_the_people():
    assert keys_of_object_ids(seen((None, "amy@contoso.example", None))) is None
