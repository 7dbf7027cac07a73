"""Every renderer draws the same document, whole, and no text from a log becomes anything else."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from analyzer.report import document, html, markdown, rows, terminal
from analyzer.report.visible import is_unseen, one_line, visible
from analyzer.results import VERDICT_CAUSES, Cause
from tests import report_fixture as fixture

EXPECTED = Path(__file__).parent / "expected"
MOVER = fixture.result().verdicts[0].user
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("triage.txt", terminal.render(document.build(fixture.result(complete=False)))),
        ("triage.md", markdown.render(document.build(fixture.result(complete=False)))),
        ("explain.txt", terminal.render(document.explain(fixture.result(), MOVER))),
        ("explain.md", markdown.render(document.explain(fixture.result(), MOVER))),
        ("triage.csv", rows.to_csv(fixture.result())),
    ],
)
def test_the_whole_report_is_as_it_was_last_read_and_approved(name: str, text: str) -> None:
    """``APPROVE=1 pytest`` rewrites the files; read the difference before committing it."""
    path = EXPECTED / name
    if os.environ.get("APPROVE"):
        path.write_bytes(text.encode())

    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("result", [fixture.result(complete=False), fixture.hostile()])
def test_terminal_lines_fit_the_width_and_a_pipe_gets_no_colour(
    result: fixture.Result, width: int
) -> None:
    text = terminal.render(document.build(result), width=width)

    assert max(len(line) for line in text.splitlines()) <= width
    assert not [character for character in text if is_unseen(character) and character != "\n"]


def test_a_person_of_hostile_name_is_explained_in_text_that_fits() -> None:
    result = fixture.hostile()

    for user in result.timelines:
        text = terminal.plain(document.explain(result, user))
        assert max(len(line) for line in text.splitlines()) <= 80
        assert "\x1b" not in text


def test_colour_changes_no_word() -> None:
    told = document.build(fixture.result(complete=False))

    coloured = terminal.render(told, color=True)

    assert ANSI.search(coloured)
    assert [line.rstrip() for line in ANSI.sub("", coloured).splitlines()] == terminal.render(
        told
    ).splitlines()


def test_what_is_missing_comes_before_any_finding() -> None:
    told = document.build(fixture.result(complete=False))

    for text in (terminal.render(told), markdown.render(told), html.render(told)):
        assert text.index("Part of the sign-in data is missing") < text.index("12 people with")


def test_of_many_verdicts_the_most_urgent_are_shown_and_the_rest_is_counted() -> None:
    verdicts = tuple(fixture.verdict(Cause.MAIL_PROTOCOL, number) for number in range(3000))
    told = document.build(replace(fixture.result(), verdicts=verdicts))

    text = terminal.render(told, width=120)

    shown = re.findall(r"^mail\.protocol\.\d+@contoso\.example +\S+ +(\w+)", text, re.MULTILINE)
    assert shown == ["Ongoing"] * 10
    assert "... and 2,990 more; the 10 most urgent are shown." in text
    assert "--format html, csv or json" in text


def test_csv_round_trips_and_no_cell_is_a_formula() -> None:
    result = fixture.hostile()

    header, *records = csv.reader(io.StringIO(rows.to_csv(result), newline=""), strict=True)

    assert header == list(rows.COLUMNS)
    assert len(records) == len(result.verdicts)
    cells = [cell for record in records for cell in record]
    assert not [cell for cell in cells if cell.startswith(rows.FORMULA_STARTS)]
    assert not [character for cell in cells for character in cell if is_unseen(character)]
    users = [record[header.index("user")] for record in records]
    assert [user.removeprefix("'") for user in users] == [
        visible(verdict.user).removeprefix("'") for verdict in result.verdicts
    ]


def test_csv_has_a_header_even_without_verdicts() -> None:
    assert rows.to_csv(fixture.empty()) == ",".join(rows.COLUMNS) + "\r\n"


@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(
        st.sampled_from(fixture.HOSTILE_TEXTS),
        st.text(alphabet="=+-@\t\r\n|`*_~[]()<>&#!\\\"'$^:/.w1 ab\x1b\u202e{}", max_size=25),
        st.text(max_size=25),
    )
)
def test_any_text_stays_that_text_in_markdown(text: str) -> None:
    parser = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
    written = f"| a | b |\n| --- | --- |\n| {markdown.escape(text)} | end |\n"

    tokens = parser.parse(written)

    cells = [token for token in tokens if token.type == "inline"]
    assert [cell.content for cell in cells[:2]] == ["a", "b"]
    assert len(cells) == 4
    spoken = [child for child in cells[2].children or () if child.type != "text_special"]
    assert {child.type for child in spoken} <= {"text"}
    said = "".join(child.content for child in cells[2].children or ())
    assert said.replace("\u200b", "") == one_line(text).strip()


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "+ a",
        "1. a",
        "12) b",
        "---",
        "- - -",
        "===",
        "# a",
        "> a",
        "```",
        "~~~",
        "* * *",
        "|a|",
    ],
)
def test_no_text_in_a_markdown_list_opens_another_block(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(f"- {markdown.escape(text)}\n")

    assert [token.type for token in tokens] == [
        "bullet_list_open",
        "list_item_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "list_item_close",
        "bullet_list_close",
    ]


def test_markdown_notifies_nobody_and_links_nowhere() -> None:
    text = markdown.render(document.build(fixture.hostile()))

    assert not re.search(r"(?<![\w.+-])@\w", text)
    assert "://" not in text
    assert "<" not in text


def test_each_cause_is_drawn_by_each_renderer() -> None:
    told = document.build(fixture.result())

    for text in (terminal.render(told), markdown.render(told), html.render(told)):
        for cause in VERDICT_CAUSES:
            group = next(each for each in told.groups if each.cause is cause)
            assert group.title.replace("'", "&#39;") in text or group.title in text
