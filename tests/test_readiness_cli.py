"""``analyzer readiness`` as a user runs it: every form, the script, every exit code."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from analyzer.cli.run import main
from tests.readiness_tenant import permissions, smtp, write

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(capfdbinary):
    def runs(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return caught.value.code, out.decode(), err.decode()

    return runs


@pytest.fixture
def arguments(tmp_path):
    def given(*more, **changes):
        inputs = write(tmp_path, **changes)
        flags = [
            text
            for name in ("recipients", "permissions", "cas_mailbox", "org_config", "policies")
            for path in getattr(inputs, name)
            for text in (f"--{name.replace('_', '-')}", path)
        ]
        return ["readiness", *inputs.batch, *flags, *more]

    return given


def test_json_holds_the_contract(run, arguments):
    code, out, _err = run(*arguments("--format", "json", permissions=permissions(("cy", "amy"))))
    result = json.loads(out)

    assert code == 0
    assert list(result)[:4] == ["schema_version", "generated_at", "window", "coverage"]
    assert (result["schema_version"], result["window"]) == (1, {"from": None, "to": None})
    amy = result["mailboxes"][0]
    assert list(amy)[:8] == [
        "mailbox", "mapi_over_http", "predicted", "confidence", "delegates", "legacy_clients",
        "policies", "evidence",
    ]  # fmt: skip
    assert (amy["mailbox"], amy["mapi_over_http"], amy["predicted"], amy["delegates"]) == (
        smtp("amy"), "off", "stuck", [smtp("cy")],
    )  # fmt: skip
    assert amy["evidence"][0].keys() >= {"check", "answer", "weight", "says"}
    assert result["move_together"] == [[smtp("amy"), smtp("cy")]]
    assert result["checklist"][0].keys() == {"id", "what", "state", "says", "how"}
    assert result["coverage"]["batch"] == {
        "rows": 2, "mailboxes": 2, "duplicates": 0, "not_found": [], "moved_already": 0,
        "rows_without_name": [],
    }  # fmt: skip


def test_a_delegate_who_will_not_be_prompted_is_told_and_not_listed(run, arguments):
    rights = permissions(("bo", "amy"))
    batch = f"EmailAddress\n{smtp('amy')}\n"

    _code, out, _err = run(*arguments("--format", "json", permissions=rights, batch=batch))
    amy = json.loads(out)["mailboxes"][0]

    assert amy["delegates"] == []
    assert amy["delegates_told"] == [
        {
            "delegate": smtp("bo"),
            "right": "FullAccess",
            "prompted": "will not",
            "says": "his own Outlook talks MAPI over HTTP",
        }
    ]


def test_ndjson_is_a_line_for_each_mailbox(run, arguments):
    _code, out, _err = run(*arguments("--format", "ndjson"))

    assert [json.loads(line)["mailbox"] for line in out.splitlines()] == [smtp("amy"), smtp("bo")]


def test_words_say_what_to_do(run, arguments):
    _code, out, _err = run(*arguments())

    text = " ".join(out.split())
    assert "2 mailboxes: 1 will be stuck and 1 reconfigures." in text
    assert "Switch on MAPI over HTTP before the move" in text
    assert "Mailbox moves: Which mailboxes have moved already" in text


@pytest.mark.parametrize(
    ("form", "mark"), [("markdown", "# Readiness"), ("html", "<!doctype html>")]
)
def test_other_forms(run, arguments, tmp_path, form, mark):
    target = tmp_path / "out"

    code, out, _err = run(*arguments("--format", form, "--output", target))

    assert (code, out) == (0, "")
    text = target.read_text(encoding="utf-8")
    assert mark.lower() in text.lower()
    assert smtp("amy") in text.replace("<wbr>", "")


def test_csv_is_a_table_that_spreadsheets_do_not_calculate(run, arguments):
    _code, out, _err = run(
        *arguments("--format", "csv", batch="EmailAddress\n=cmd@contoso.example\n")
    )

    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0][:3] == ["Mailbox", "MAPI over HTTP", "After the move"]
    assert [row[:3] for row in rows[1:]] == [["'=cmd@contoso.example", "", "not found"]]


def test_hostile_names_stay_text_on_a_page(run, arguments):
    name = "<script>alert(1)</script>@contoso.example"

    _code, out, _err = run(*arguments("--format", "html", batch=f"EmailAddress\n{name}\n"))

    assert "<script>alert" not in out
    assert "&lt;script&gt;alert" in out


def script_of(run, arguments, tmp_path, **changes):
    target = tmp_path / "switch.ps1"
    run(*arguments("--remediation", target, **changes))
    text = target.read_bytes().decode("utf-8-sig")
    return [line for line in text.split("\r\n") if line and not line.startswith("#")]


def test_the_script_switches_exactly_those_who_need_it_and_can_undo(run, arguments, tmp_path):
    rights = permissions(("cy", "amy"))

    lines = script_of(run, arguments, tmp_path, permissions=rights)

    assert lines == [
        "param([switch]$Apply, [switch]$Undo)",
        "Set-CASMailbox -Identity 'amy@contoso.example' -MapiHttpEnabled "
        "$(if ($Undo) { $null } else { $true }) -WhatIf:(-not $Apply)",
        "Set-CASMailbox -Identity 'cy@contoso.example' -MapiHttpEnabled "
        "$(if ($Undo) { $false } else { $true }) -WhatIf:(-not $Apply)",
    ]


def test_a_name_cannot_leave_its_quotes_in_the_script(run, arguments, tmp_path):
    hostile = "o'brien\u2019;calc@contoso.example"
    cas = f'PrimarySmtpAddress,MapiHttpEnabled\n"{hostile}",False\n'

    lines = script_of(
        run, arguments, tmp_path, recipients=None, cas_mailbox=cas,
        batch=f'EmailAddress\n"{hostile}"\n',
    )  # fmt: skip

    assert lines[1].startswith(
        "Set-CASMailbox -Identity 'o''brien\u2019\u2019;calc@contoso.example' -Mapi"
    )


@pytest.mark.parametrize(
    ("more", "changes", "code"),
    [
        ((), {}, 0),
        (("--fail-on", "any"), {}, 6),
        (("--fail-on", "any"), {"batch": f"EmailAddress\n{smtp('bo')}\n"}, 0),
        (("--fail-on", "any"), {"policies": None}, 0),
        (("--fail-on", "hostile"), {}, 2),
        (("--fail-on", "new"), {}, 2),
        (("--batch-size", "1"), {}, 2),
        ((), {"batch": "amy@contoso.example\nBo Becker\n"}, 3),
        ((), {"policies": "[1]"}, 3),
    ],
)
def test_exit_codes(run, arguments, more, changes, code):
    assert run(*arguments(*more, **changes))[0] == code


def test_an_unreadable_batch_is_told_with_file_line_and_remedy(run, arguments, tmp_path):
    _code, out, err = run(*arguments(batch="amy@contoso.example\nBo Becker\n"))

    assert out == ""
    assert err == (
        f"analyzer: {tmp_path / 'batch.txt'}:2: 'Bo Becker' is no address, and the file is a list "
        "of addresses\n  -> Write one address a line, or give a CSV with the column EmailAddress.\n"
    )


def test_incomplete_sign_ins_are_code_five_unless_allowed(run, arguments, tmp_path):
    path = tmp_path / "signins.json"
    row = {"id": "1", "createdDateTime": "2026-03-01T10:00:00Z", "clientAppUsed": "Browser",
           "userPrincipalName": smtp("amy"), "status": {"errorCode": 0}}  # fmt: skip
    path.write_text(json.dumps([row, {**row, "id": "2", "createdDateTime": "x"}]), encoding="utf-8")

    code, _out, err = run(*arguments("--signins", path))

    assert code == 5
    assert "part of the sign-in data is missing" in err
    assert run(*arguments("--signins", path, "--allow-incomplete"))[0] == 0


def test_the_third_wave_of_the_sample_tenant_with_its_logs(run):
    evidence = ROOT / "sample_data" / "contoso" / "evidence"

    code, out, _err = run(
        "readiness", evidence / "batch-wave-3.csv", "--format", "json",
        "--moves", evidence / "moves.csv", "--moves-timezone", "America/Toronto",
        "--recipients", evidence / "recipients.csv",
        "--permissions", evidence / "mailbox-permissions.csv",
        "--cas-mailbox", evidence / "cas-mailboxes.csv",
        "--org-config", evidence / "organization-config.txt",
        "--policies", evidence / "conditional-access-policies.json",
        "--until", "2021-03-18T20:00:00Z", "--onprem-logs", evidence / "onprem-logs",
    )  # fmt: skip
    bases = Counter(each["basis"] for each in json.loads(out)["mailboxes"])
    told = {each["user"]: each["predicted"] for each in json.loads(out)["mailboxes"]}

    with (evidence.parent / "truth" / "verdicts.csv").open(encoding="utf-8") as file:
        truth = {
            row["user"] for row in csv.DictReader(file) if row["cause"] == "outlook-reconfiguration"
        }
    assert code == 0
    assert bases == {"observed-rpc": 25, "observed-mapi": 1, "setting-off": 1}
    stuck = {name for name, predicted in told.items() if predicted == "stuck"}
    assert truth & told.keys() - stuck == set()
    # Blocked since long before, by an Outlook that no move mends: only sign-ins show that.
    assert stuck - truth == {"gavin.stone@contoso.example"}
