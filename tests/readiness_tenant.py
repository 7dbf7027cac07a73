"""A small made-up organisation on disk: whose exports a test may change or leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.case.readiness import Inputs, readiness_of

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.readiness.model import Mailbox, Readiness

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
GROUP = "00000000-0000-4000-8000-0000000000f1"
POLICY = "00000000-0000-4000-8000-00000000b10c"
# Name, own MapiHttpEnabled, recipient type. The organisation's value is False.
PEOPLE = (
    ("amy", "", "UserMailbox"),
    ("bo", "True", "UserMailbox"),
    ("cy", "False", "UserMailbox"),
    ("dee", "", "UserMailbox"),
    ("eve", "", "RemoteUserMailbox"),
    ("info", "", "SharedMailbox"),
)


def smtp(name: str) -> str:
    return f"{name}@contoso.example"


def user_id(name: str) -> str:
    number = [each[0] for each in PEOPLE].index(name) + 1
    return f"00000000-0000-4000-8000-{number:012d}"


def recipients() -> str:
    head = "DisplayName,Alias,SamAccountName,UserPrincipalName,PrimarySmtpAddress,"
    head += "ExternalDirectoryObjectId,RecipientTypeDetails\n"
    return head + "".join(
        f"{name.title()} Doe,{name},{name},{smtp(name)},{smtp(name)},{user_id(name)},{kind}\n"
        for name, _mapi, kind in PEOPLE
    )


def cas_mailboxes(**own: str) -> str:
    return "PrimarySmtpAddress,ActiveSyncEnabled,MapiHttpEnabled\n" + "".join(
        f"{smtp(name)},False,{own.get(name, mapi)}\n"
        for name, mapi, kind in PEOPLE
        if not kind.startswith("Remote")
    )


def policy(**users: object) -> dict[str, object]:
    return {
        "id": POLICY,
        "displayName": "Block legacy",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["exchangeActiveSync", "other"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], **users},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }


def policies(*told: Mapping[str, object]) -> str:
    return json.dumps({"value": list(told)})


def permissions(*rights: tuple[str, str]) -> str:
    """Full access of the first on the second."""
    nobody = "x@contoso.example,NT AUTHORITY\\SELF,FullAccess\n"
    rows = "".join(f"{smtp(owner)},CONTOSO\\{who},FullAccess\n" for who, owner in rights)
    return f"Identity,User,AccessRights\n{rows or nobody}"


def files() -> dict[str, str]:
    return {
        "batch": "EmailAddress\n" + "".join(f"{smtp(name)}\n" for name in ("amy", "bo")),
        "recipients": recipients(),
        "permissions": permissions(),
        "cas_mailbox": cas_mailboxes(),
        "org_config": "Name : Contoso\nMapiHttpEnabled : False\n",
        "policies": policies(policy()),
    }


def write(folder: Path, **changes: str | None) -> Inputs:
    """The organisation's files, some of them changed, or left out with None."""
    found = {name: text for name, text in {**files(), **changes}.items() if text is not None}
    paths = {}
    for name, text in found.items():
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        paths[name] = (path,)
    return Inputs(**{"moves_timezone": "UTC", **paths})


def assess(folder: Path, onprem=None, until=None, batch_size=50, **changes) -> Readiness:
    inputs = replace(write(folder, **changes), onprem=onprem, until=until)
    return readiness_of(inputs, batch_size=batch_size, generated_at=AT)


def told(readiness: Readiness) -> dict[str, tuple[str, str]]:
    """Each mailbox's prediction and its ground, by name."""
    return {
        each.mailbox.split("@")[0]: (each.predicted.value, each.basis)
        for each in readiness.mailboxes
    }


def one(readiness: Readiness, name: str) -> Mailbox:
    return next(each for each in readiness.mailboxes if each.mailbox == smtp(name))
