"""A planned batch in every form it is kept in; what is none is named."""

from __future__ import annotations

import pytest

from analyzer.errors import InputError
from analyzer.evidence import EvidenceFile
from analyzer.evidence.batch import Batch, BatchRow, read_batch


def _batch(text: str | bytes) -> Batch:
    content = text if isinstance(text, bytes) else text.encode()
    return read_batch([EvidenceFile("batch", content)])


def _names(text: str | bytes) -> list[str]:
    return [row.name for row in _batch(text).rows]


FORMS = {
    "migration batch": "EmailAddress\nAmy@contoso.example\nbo@contoso.example\n",
    "with other columns": "EmailAddress,BadItemLimit\namy@contoso.example,10\n"
    "bo@contoso.example,10\n",
    "type line and semicolons": '#TYPE Selected\r\n"EmailAddress";"X"\r\n'
    '"amy@contoso.example";"1"\r\n"bo@contoso.example";"2"\r\n',
    "one a line": "amy@contoso.example\n\n# the pilot\nbo@contoso.example,\n",
    "group members": "DisplayName,PrimarySmtpAddress\nAmy,amy@contoso.example\n"
    "Bo,bo@contoso.example\n",
    "UPN alone": "DisplayName,UserPrincipalName\nAmy,amy@contoso.example\nBo,bo@contoso.example\n",
    "migration users": "Identity,Status,BatchId\namy@contoso.example,Synced,W1\n"
    "bo@contoso.example,Synced,W1\n",
    "Graph members": '{"value": [{"id": "1", "userPrincipalName": "amy@contoso.example"},'
    ' {"id": "2", "mail": "bo@contoso.example", "userPrincipalName": "bo.x@contoso.example"}]}',
    "format list": "EmailAddress : amy@contoso.example\n\nEmailAddress : bo@contoso.example\n",
    "UTF-16": "EmailAddress\r\namy@contoso.example\r\nbo@contoso.example\r\n".encode("utf-16"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_batch_names_the_same_mailboxes(form):
    assert _names(FORMS[form]) == ["amy@contoso.example", "bo@contoso.example"]


def test_rows_carry_file_line_and_what_the_plan_says_of_them():
    batch = _batch(
        "Identity,Status,BatchId\namy@contoso.example,Completed,W1\n,Synced,W1\n"
        "bo@contoso.example,Synced,W1\n"
    )

    assert batch == Batch(
        (
            BatchRow("amy@contoso.example", "batch", 2, is_completed=True),
            BatchRow("bo@contoso.example", "batch", 4),
        ),
        ("batch:3",),
    )


def test_repeated_rows_stay_for_the_caller_to_count():
    assert _names("a@contoso.example\nA@CONTOSO.example\n") == ["a@contoso.example"] * 2


REFUSED = {
    "no address among addresses": (
        "amy@contoso.example\nBo Becker\n",
        "batch:2: 'Bo Becker' is no address, and the file is a list of addresses",
    ),
    "no column of addresses": (
        "Department,Office\nSales,3\n",
        "batch:1: no column of the batch holds an address; its columns are: department, office",
    ),
    "sign-ins": (
        "createdDateTime,clientAppUsed,userPrincipalName\n2026-03-02,IMAP4,a@contoso.example\n",
        "batch: the file given as the batch looks like a sign-in log",
    ),
    "permissions": (
        "Identity,User,AccessRights\na@contoso.example,CONTOSO\\b,FullAccess\n",
        "batch: the file given as the batch looks like a permission export",
    ),
    "header only": ("EmailAddress\n", "batch: the batch names no mailbox"),
    "empty": ("", "batch: the file is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_batch_is_refused_with_place_and_remedy(name):
    text, problem = REFUSED[name]

    with pytest.raises(InputError) as caught:
        _batch(text)

    assert str(caught.value).split("\n")[0] == problem
    assert caught.value.remedy
    assert caught.value.exit_code == 3
