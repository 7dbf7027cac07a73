"""A sheet's page is one file, lets nothing of a log run, is sorted and searched by keys."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analyzer.report import sheet_html
from analyzer.report.sheet import Grid, Sheet
from analyzer.report.visible import visible
from tests import sheet_fixture as fixture
from tests.browser import browser_binary, read_page
from tests.devtools import Tab, tab
from tests.report_fixture import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FETCHING = ("src", "href", "action", "formaction", "poster", "data", "srcset", "background")


def test_the_policy_allows_exactly_the_texts_that_are_in_the_page() -> None:
    page = sheet_html.render(fixture.sheet())

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    hashes = {
        kind: " ".join(
            "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
            for text in re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        )
        for kind in ("style", "script")
    }
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert hashes["script"].count("sha256") == 2


@pytest.mark.parametrize("sheet", [fixture.sheet(), fixture.hostile(), fixture.many(300)])
def test_nothing_in_the_page_is_fetched_or_runs_but_our_own(sheet: Sheet) -> None:
    page = read_page(sheet_html.render(sheet))

    fetched = {
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in FETCHING and not value.startswith("#")
    }
    assert fetched == {"data:,"}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    assert {tag for tag, _ in page.tags} & {"img", "iframe", "object", "embed", "base"} == set()


def test_every_cell_and_note_is_in_the_page_as_text() -> None:
    sheet = fixture.hostile()

    text = " ".join(read_page(sheet_html.render(sheet)).text.split())

    missing = [
        said
        for grid in sheet.grids
        for row, notes in grid.noted_rows()
        for said in (*row, *notes)
        if " ".join(visible(said).split()) not in text
    ]
    assert missing == []


@pytest.mark.parametrize("draw", [sheet_html.render, sheet_html.fragment])
def test_an_empty_grid_says_none_and_draws_no_table(draw: object) -> None:
    text = draw(replace(fixture.sheet(), parts=(fixture.POLICIES,)))  # type: ignore[operator]

    assert "<table" not in text
    assert "<form" not in text
    assert re.search(r">none</p>", text)


def test_a_fragment_for_notebooks_escapes_everything_and_runs_nothing() -> None:
    text = sheet_html.fragment(fixture.hostile())

    page = read_page(text)
    assert {tag for tag, _ in page.tags} == {
        "div", "style", "h3", "h4", "p", "b", "ul", "li", "table", "thead", "tbody", "tr", "th",
        "td", "details", "summary", "span", "wbr",
    }  # fmt: skip
    assert {name for _, attributes in page.tags for name in attributes} == {
        "class", "scope", "colspan",
    }  # fmt: skip
    assert SCRIPT in page.text


def test_a_fragment_shows_so_many_rows_and_counts_all() -> None:
    page = read_page(sheet_html.fragment(fixture.many(1200)))

    assert len(page.all("details")) == 100
    assert "The first 100 of 1,200 rows are shown." in page.text


@pytest.mark.parametrize("notes", [0, 2, 9])
def test_two_thousand_rows_fit_two_megabytes_with_all_their_details(notes: int) -> None:
    text = sheet_html.render(fixture.many(2000, notes=notes))

    assert len(text.encode()) < 2_000_000
    packed = re.search(r'<script type="application/gzip" id="notes">([^<]*)</script>', text)
    told = gzip.decompress(base64.b64decode(packed[1])).decode() if packed else text
    assert told.count("its mailbox was seen") == 2000 * notes
    assert ("its mailbox was seen" in text) == (notes == 2)


def test_the_same_sheet_makes_the_same_page() -> None:
    assert sheet_html.render(fixture.many(300)) == sheet_html.render(fixture.many(300))


# --- in a real browser, without a network ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with tab(browser_binary()) as opened:
        yield opened


@pytest.fixture
def opened(browser: Tab) -> Iterator[Tab]:
    """The tab; whatever a test does with it, its console stays empty."""
    browser.size(1280)
    browser.complaints.clear()
    yield browser
    assert browser.complaints == []


def show(tab: Tab, folder: Path, sheet: Sheet, fragment: str = "") -> None:
    path = folder / "sheet.html"
    path.write_bytes(sheet_html.render(sheet).encode())
    tab.open(path, fragment)
    assert tab.requests == [path.as_uri()]


def names(tab: Tab, table: int = 0) -> list[str]:
    """First cells of the rows that are shown, in order."""
    rows = f"[...document.querySelectorAll('.grid')[{table}].tBodies]"
    told: list[str] = tab.ask(
        f"{rows}.filter((body) => body.checkVisibility()).map((body) => body.rows[0].cells[0]."
        "textContent.split('@')[0])"
    )
    return told


def focus(tab: Tab, selector: str) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse would."""
    for _ in range(60):
        if tab.ask(f"document.activeElement.matches({json.dumps(selector)})"):
            return
        tab.press("Tab")
    pytest.fail(f"no way to {selector} by the keyboard")


NUMBERS = Grid(
    "Numbers",
    ("Name", "Share", "Seen"),
    (
        ("b10", "9 %", "1,204"),
        ("B9", "", "88"),
        ("a", "97 %", "unknown"),
        ("c", "100 %", "-3"),
        ("d", "12.5 %", "1,000,000"),
    ),
    numeric=frozenset({1, 2}),
)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("", ["b10", "B9", "a", "c", "d"]),
        ("#sort1=1", ["a", "B9", "b10", "c", "d"]),
        ("#sort1=-1", ["d", "c", "b10", "B9", "a"]),
        ("#sort1=2", ["b10", "d", "a", "c", "B9"]),
        ("#sort1=-2", ["c", "a", "d", "b10", "B9"]),
        ("#sort1=3", ["c", "B9", "b10", "d", "a"]),
        ("#sort1=4", ["b10", "B9", "a", "c", "d"]),
        ("#sort1=x", ["b10", "B9", "a", "c", "d"]),
        ("#q=97", ["a"]),
        ("#q=%25+B", ["b10"]),
        ("#part-1", ["b10", "B9", "a", "c", "d"]),
    ],
)
def test_the_address_sorts_and_searches(
    opened: Tab, tmp_path: Path, wish: str, expected: list[str]
) -> None:
    show(opened, tmp_path, replace(fixture.sheet(), parts=(NUMBERS,)), wish)

    assert names(opened) == expected


@pytest.mark.browser
def test_the_keyboard_sorts_both_ways_and_back(opened: Tab, tmp_path: Path) -> None:
    show(opened, tmp_path, replace(fixture.sheet(), parts=(NUMBERS, fixture.TOGETHER)))
    focus(opened, "th:nth-child(2) button")
    told = []

    for key in ("Enter", " ", "Enter"):
        opened.press(key)
        sort = opened.ask("document.activeElement.closest('th').getAttribute('aria-sort')")
        told.append((sort, names(opened)[0], opened.ask("location.hash")))

    assert told == [
        ("ascending", "b10", "#sort1=2"),
        ("descending", "c", "#sort1=-2"),
        (None, "b10", ""),
    ]


@pytest.mark.browser
def test_typing_searches_cells_and_details_and_counts(opened: Tab, tmp_path: Path) -> None:
    show(opened, tmp_path, replace(fixture.sheet(), parts=(fixture.MAILBOXES, NUMBERS)))
    focus(opened, "#q")
    assert opened.ask("document.activeElement.labels[0].textContent.trim()") == "Search the tables"

    opened.type("imap4 AMY")

    assert names(opened, 0) == ["amy"]
    assert names(opened, 1) == []
    assert opened.ask("document.querySelector('[role=status]').textContent") == "1 of 8 rows shown"
    assert "No row matches the search." in opened.ask("document.body.innerText")
    focus(opened, "#reset")
    opened.press("Enter")
    assert names(opened, 1) == ["b10", "B9", "a", "c", "d"]
    assert opened.ask("document.querySelector('#q').value + location.hash") == ""


@pytest.mark.browser
@pytest.mark.parametrize("notes", [1, 12])
def test_details_open_by_the_keyboard_packed_or_not(
    opened: Tab, tmp_path: Path, notes: int
) -> None:
    sheet = fixture.many(1000, notes=notes)
    assert ("application/gzip" in sheet_html.render(sheet)) == (notes == 12)
    show(opened, tmp_path, sheet, "#q=row+123:")
    focus(opened, "summary")
    told = opened.ask("document.activeElement.getAttribute('aria-label')")

    opened.press("Enter")

    assert len(names(opened)) == 1
    assert told == f"Details ({notes}) of {sheet.main.rows[123][0]}"  # type: ignore[union-attr]
    opened.ask("new Promise((done) => setTimeout(done, 50))")
    shown = opened.ask("[...document.querySelectorAll('[open] li')].map((li) => li.textContent)")
    assert tuple(shown) == sheet.main.notes[123]  # type: ignore[union-attr]


@pytest.mark.browser
def test_paper_shows_what_is_closed(opened: Tab, tmp_path: Path) -> None:
    show(opened, tmp_path, fixture.many(30))

    opened.ask("dispatchEvent(new Event('beforeprint'))")
    printed = opened.ask("document.querySelectorAll('details[open]').length")
    opened.ask("dispatchEvent(new Event('afterprint'))")

    assert (printed, opened.ask("document.querySelectorAll('details[open]').length")) == (30, 0)


@pytest.mark.browser
@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", [375, 768, 1280])
@pytest.mark.parametrize("sheet", [fixture.many(30), fixture.hostile()], ids=["many", "hostile"])
def test_the_page_fits_the_screen_and_each_cell_is_named(
    opened: Tab, tmp_path: Path, sheet: Sheet, width: int, is_dark: bool
) -> None:
    opened.size(width, is_dark=is_dark)

    show(opened, tmp_path, sheet)

    assert opened.ask("document.documentElement.scrollWidth") <= width
    assert opened.ask(
        "[...document.querySelectorAll('.grid tbody > tr:first-child > *')].every((cell) =>"
        " cell.dataset.label === cell.closest('table').tHead.rows[0].cells[cell.cellIndex]"
        ".textContent)"
    )
    beyond = opened.ask(
        "[...document.querySelectorAll('.scroll')].filter((one) =>"
        " one.scrollWidth > one.clientWidth && one.tabIndex !== 0).length"
    )
    assert beyond == 0


@pytest.mark.browser
@pytest.mark.parametrize("wish", ["", "#sort1=-1&sort2=3", "#q=script", "#part-3"])
def test_hostile_texts_run_nothing_closed_sorted_searched_or_opened(
    opened: Tab, tmp_path: Path, wish: str
) -> None:
    show(opened, tmp_path, fixture.hostile(), wish)

    opened.ask("document.querySelector('#open').click()")
    opened.ask("new Promise((done) => setTimeout(done, 50))")

    assert opened.ask("document.title") == SCRIPT
    assert opened.ask("document.scripts.length") == 2
    assert opened.ask("document.images.length") == 0
    assert SCRIPT in opened.ask("document.body.innerText")


@pytest.mark.browser
def test_hostile_packed_details_are_text(opened: Tab, tmp_path: Path) -> None:
    nasty = tuple(fixture.HOSTILE_TEXTS)
    sheet = fixture.many(1000, notes=12)
    grid = replace(sheet.grids[0], notes=(nasty, *sheet.grids[0].notes[1:]))
    show(opened, tmp_path, replace(sheet, parts=(grid,)))

    opened.ask("document.querySelector('summary').click()")
    opened.ask("new Promise((done) => setTimeout(done, 50))")

    shown = opened.ask("[...document.querySelectorAll('[open] li')].map((li) => li.textContent)")
    assert shown == [visible(text) for text in nasty]
    assert opened.ask("document.scripts.length") == 3


@pytest.mark.browser
def test_the_console_is_heard(browser: Tab, tmp_path: Path) -> None:
    """Shows that an empty console means something: a page that breaks its own policy and throws."""
    path = tmp_path / "loud.html"
    page = sheet_html.render(fixture.sheet())
    path.write_text(page.replace("</body>", '<img src="https://203.0.113.9/x"></body>'))
    browser.complaints.clear()

    browser.open(path)
    browser.ask("setTimeout(() => { throw new Error('loud') })")
    browser.ask("new Promise((done) => setTimeout(done, 50))")

    told = json.dumps(browser.complaints)
    browser.complaints.clear()
    assert "Content Security Policy" in told
    assert "Error: loud" in told
