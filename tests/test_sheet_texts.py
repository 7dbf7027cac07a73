"""Sheets as text, Markdown, CSV and NDJSON: whole, within the width, and nothing but text."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from analyzer.cli.options import Format
from analyzer.cli.output import sheet_text
from analyzer.report import rows, sheet_csv, sheet_markdown, sheet_terminal
from analyzer.report.model import Block
from analyzer.report.sheet import Grid, Sheet
from analyzer.report.visible import is_unseen, one_line, visible
from analyzer.report.widths import column_widths
from tests import sheet_fixture as fixture

EXPECTED = Path(__file__).parent / "expected"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sheet.txt", sheet_terminal.render(fixture.sheet())),
        ("sheet-narrow.txt", sheet_terminal.render(fixture.sheet(), width=50)),
        ("sheet.md", sheet_markdown.render(fixture.sheet())),
        ("sheet.csv", sheet_csv.render(fixture.sheet())),
        ("sheet.ndjson", sheet_csv.to_ndjson(fixture.sheet())),
    ],
)
def test_the_whole_sheet_is_as_it_was_last_read_and_approved(name: str, text: str) -> None:
    """``APPROVE=1 pytest`` rewrites the files; read the difference before committing it."""
    path = EXPECTED / name
    if os.environ.get("APPROVE"):
        path.write_bytes(text.encode())

    assert text == path.read_bytes().decode()


# --- terminal ---

TEXTS = st.one_of(
    st.sampled_from(fixture.HOSTILE_TEXTS),
    st.text(alphabet="ab \n\t日本한é́👩‍🚀-@.\x1b\u202e", max_size=120),
    st.text(max_size=30),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    columns = draw(st.integers(1, 12))
    cells = st.lists(TEXTS, min_size=columns, max_size=columns).map(tuple)
    made = tuple(draw(st.lists(cells, max_size=4)))
    noted = st.lists(st.lists(TEXTS, max_size=2).map(tuple), min_size=len(made), max_size=len(made))
    return Grid(
        draw(TEXTS),
        draw(cells),
        made,
        tuple(draw(st.lists(TEXTS, max_size=1))),
        frozenset(draw(st.sets(st.integers(0, columns - 1), max_size=3))),
        draw(st.one_of(st.just(()), noted.map(tuple))),
    )


@settings(max_examples=150, deadline=None)
@given(grid=grids(), title=TEXTS, width=st.integers(40, 160), color=st.booleans())
@example(grid=fixture.MAILBOXES, title="a", width=40, color=True)
def test_no_line_is_wider_than_the_screen_and_no_character_unseen(
    grid: Grid, title: str, width: int, color: bool
) -> None:
    sheet = Sheet(title, title, title, title, title, (Block(title, (title,)),), (grid,))

    text = sheet_terminal.render(sheet, width=width, color=color)

    plain = ANSI.sub("", text) if color else text
    assert [line for line in plain.split("\n") if cell_len(line) > width] == []
    assert {one for one in plain if is_unseen(one)} == {"\n"}


@pytest.mark.parametrize("width", [60, 80, 132])
def test_a_hostile_sheet_fits_the_width_and_a_pipe_gets_no_colour(width: int) -> None:
    text = sheet_terminal.render(fixture.hostile(), width=width)

    assert max(cell_len(line) for line in text.split("\n")) <= width
    assert {one for one in text if is_unseen(one)} == {"\n"}


def test_colour_changes_no_word() -> None:
    coloured = sheet_terminal.render(fixture.sheet(), color=True)

    assert ANSI.search(coloured)
    plain = [line.rstrip() for line in ANSI.sub("", coloured).splitlines()]
    assert plain == sheet_terminal.render(fixture.sheet()).splitlines()


def test_rows_beyond_the_limit_are_counted_with_a_form_that_holds_them() -> None:
    main = replace(fixture.MAILBOXES, rows=fixture.MAILBOXES.rows[:1] * 27, notes=())
    other = replace(fixture.TOGETHER, rows=fixture.TOGETHER.rows * 26)
    sheet = replace(fixture.sheet(), parts=(other, main))

    text = sheet_terminal.render(sheet, width=160)

    assert text.count("\namy@contoso.example") == 25
    assert [line for line in text.splitlines() if line.startswith("...")] == [
        "... and 1 more row; the first 25 are shown. All of them: --format html or json.",
        "... and 2 more rows; the first 25 are shown. All of them: --format html, csv or json.",
    ]


def test_a_grid_too_wide_for_a_table_becomes_a_list_of_records() -> None:
    columns = tuple(f"Heading{number}" for number in range(12))
    cells = ("first", *("word" * 4 for _ in range(10)), "")
    sheet = replace(fixture.sheet(), parts=(Grid("Wide", columns, (cells,), (), frozenset()),))

    text = sheet_terminal.render(sheet)

    assert text.split("Wide\n")[1].splitlines() == [
        "Heading0: first",
        *(f"  {name:<9}  {'word' * 4}" for name in columns[1:-1]),
    ]


@pytest.mark.parametrize(("width", "is_table"), [(64, True), (63, False)])
def test_a_table_leaves_two_blanks_between_columns(width: int, is_table: bool) -> None:
    grid = Grid(
        "Four", tuple("abcd"), (("1" * 14, "2" * 14, "3" * 14, "4" * 16),), (), frozenset({3})
    )
    sheet = replace(fixture.sheet(), parts=(grid,))

    text = sheet_terminal.render(sheet, width=width)

    row = f"{'1' * 14}  {'2' * 14}  {'3' * 14}  {'4' * 16}"
    assert (row in text, "a: 1111" in text) == (is_table, not is_table)


@pytest.mark.parametrize(
    ("rows", "numeric", "available", "expected"),
    [
        pytest.param([["abc", "de"]], (), 20, (3, 2), id="room for all"),
        pytest.param([["abc def ghi", "jk lm no"]], (), 12, (7, 5), id="folded between words"),
        pytest.param([["a" * 31, "b c d e f g"]], (), 36, (31, 5), id="whole word first"),
        pytest.param([["a" * 31, "b c d e f g"]], (), 20, (15, 5), id="long word folded"),
        pytest.param([["1 234 567", "word word"]], (0,), 13, (9, 4), id="number whole"),
        pytest.param([["1 234 567", "word word"]], (0,), 12, None, id="not even the words"),
        pytest.param([["", ""]], (), 2, (1, 1), id="empty cells"),
        pytest.param([["a " * 90, "b " * 30]], (), 130, (70, 60), id="no text takes all"),
        pytest.param([["a " * 90]], (), 130, (130,), id="all the room for one"),
        pytest.param([["日本", "x"]], (), 5, (4, 1), id="letters of two cells"),
    ],
)
def test_widths_are_shared_by_need(
    rows: list[list[str]], numeric: tuple[int, ...], available: int, expected: tuple[int, ...]
) -> None:
    assert (
        column_widths([""] * len(rows[0]), rows, numeric=numeric, available=available) == expected
    )


# --- Markdown ---


def test_a_hostile_sheet_is_nothing_but_headings_tables_lists_and_text() -> None:
    parser = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
    text = sheet_markdown.render(fixture.hostile())

    tokens = parser.parse(text)

    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds == {
        "heading", "paragraph", "inline", "bullet_list", "list_item",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside == {"text", "strong_open", "strong_close"}
    assert len([token for token in tokens if token.type == "table_open"]) == 2
    count = len(fixture.HOSTILE_TEXTS)
    assert len([token for token in tokens if token.type == "tr_open"]) == 2 * (count + 1)
    assert len([token for token in tokens if token.type == "td_open"]) == count * (3 + 9)
    assert not re.search(r"(?<![\w.+-])@\w", text)
    assert "://" not in text


# --- rows ---


def test_csv_holds_the_main_grid_and_no_formula() -> None:
    sheet = fixture.hostile()
    assert sheet.main is sheet.grids[0]
    marked = replace(sheet, parts=(sheet.grids[0], replace(sheet.grids[1], is_main=True)))

    header, *records = csv.reader(io.StringIO(sheet_csv.render(marked), newline=""), strict=True)

    texts = fixture.HOSTILE_TEXTS
    assert header == [*(rows.csv_cell(name) for name in texts[:9]), "notes"]
    assert [record[-1] for record in records] == [rows.csv_cell(text) for text in texts]
    assert [record[0].removeprefix("'") for record in records] == [
        visible(text).removeprefix("'") for text in texts
    ]
    cells = [cell for record in (header, *records) for cell in record]
    assert not [cell for cell in cells if cell.startswith(rows.FORMULA_STARTS)]
    assert not [one for cell in cells for one in cell if is_unseen(one)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((), ""),
        ((fixture.POLICIES,), "Policy,State\r\n"),
        (
            (fixture.TOGETHER, fixture.POLICIES),
            'Group,Mailboxes\r\n1,"amy@contoso.example, bo@contoso.example"\r\n',
        ),
        ((fixture.TOGETHER, replace(fixture.POLICIES, is_main=True)), "Policy,State\r\n"),
        ((Grid("a", ("b", "b", "b 2"), ()),), "b,b 2,b 2 2\r\n"),
    ],
)
def test_csv_of_the_marked_grid_else_of_the_first(parts: tuple[Grid, ...], expected: str) -> None:
    assert sheet_csv.render(replace(fixture.sheet(), parts=parts)) == expected


def test_ndjson_holds_every_row_of_every_grid_unchanged() -> None:
    sheet = fixture.hostile()

    text = sheet_csv.to_ndjson(sheet)

    assert not [one for one in text if is_unseen(one) and one != "\n"]
    objects = [json.loads(line) for line in text.split("\n")[:-1]]
    assert [list(each.values()) for each in objects] == [
        [grid.title, *row, list(notes)] for grid in sheet.grids for row, notes in grid.noted_rows()
    ]


def test_a_column_named_as_a_key_of_ours_keeps_its_value() -> None:
    sheet = replace(fixture.sheet(), parts=(Grid("A", ("grid", "notes", "grid"), (tuple("bcd"),)),))

    assert json.loads(sheet_csv.to_ndjson(sheet)) == {
        "grid": "A", "grid 2": "b", "notes": "c", "grid 3": "d", "notes 2": [],
    }  # fmt: skip


# --- the forms of --format ---


def test_each_form_is_its_renderer_and_json_is_refused() -> None:
    sheet = fixture.sheet()

    assert sheet_text(sheet, Format.TABLE, to_file=True) == sheet_terminal.render(sheet)
    assert sheet_text(sheet, Format.MARKDOWN, to_file=False) == sheet_markdown.render(sheet)
    assert sheet_text(sheet, Format.CSV, to_file=False) == sheet_csv.render(sheet)
    assert sheet_text(sheet, Format.NDJSON, to_file=False) == sheet_csv.to_ndjson(sheet)
    assert sheet_text(sheet, Format.HTML, to_file=False).startswith("<!doctype html>")
    with pytest.raises(ValueError, match="JSON"):
        sheet_text(sheet, Format.JSON, to_file=False)


def test_what_is_missing_comes_before_any_finding() -> None:
    sheet = fixture.sheet()

    for form in (Format.TABLE, Format.MARKDOWN, Format.HTML):
        text = sheet_text(sheet, form, to_file=True)
        assert text.index("sign-in data is missing") < text.index("will be stuck")


def test_one_line_is_what_a_cell_shows() -> None:
    grid = Grid("a", ("b",), tuple((text,) for text in fixture.HOSTILE_TEXTS))
    text = sheet_terminal.render(replace(fixture.sheet(), parts=(grid,)), width=400)

    shown = text.split("\na\nb\n")[1].splitlines()

    assert shown == [one_line(each).rstrip() for each in fixture.HOSTILE_TEXTS]
