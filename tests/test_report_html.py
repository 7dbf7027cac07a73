"""The page is one file, asks no network, lets nothing of a log run, and can be read by all."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.report import document, html, palette
from analyzer.results import VERDICT_CAUSES, Cause, EvidenceItem, Result
from tests import report_fixture as fixture
from tests.browser import Page, browser_binary, open_page, read_page

MOVER = fixture.result().verdicts[0].user
FETCHING = ("src", "href", "action", "formaction", "poster", "data", "srcset", "background")


def page_of(result: Result) -> str:
    return html.render(document.build(result))


def many(count: int) -> Result:
    """As many verdicts, each with nine sentences of its own and a timeline."""
    verdicts = []
    for number in range(count):
        made = fixture.verdict(VERDICT_CAUSES[number % len(VERDICT_CAUSES)], number)
        evidence = tuple(
            EvidenceItem(
                f"check-{index}",
                made.evidence[index % 3].answer,
                made.evidence[index % 3].weight,
                f"{made.evidence[index % 3].says} Counted {number * 7919 % 1000} of {index}.",
            )
            for index in range(9)
        )
        verdicts.append(replace(made, evidence=evidence))
    marks = {
        verdict.user: tuple(
            replace(mark, at=mark.at + timedelta(hours=number % 97))
            for mark in fixture.timeline(20)
        )
        for number, verdict in enumerate(verdicts)
    }
    return replace(fixture.result(), verdicts=tuple(verdicts), timelines=marks)


def test_the_policy_allows_exactly_the_texts_that_are_in_the_page() -> None:
    page = page_of(fixture.result())

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    told = policy[1].replace("&#39;", "'")
    texts = {
        kind: re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        for kind in ("style", "script")
    }
    hashes = {
        kind: " ".join(
            "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
            for text in found
        )
        for kind, found in texts.items()
    }
    assert told == (
        f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert (len(texts["style"]), len(texts["script"])) == (1, 2)


@pytest.mark.parametrize("result", [fixture.result(complete=False), fixture.hostile(), many(300)])
def test_nothing_in_the_page_is_fetched_or_runs_but_our_own(result: Result) -> None:
    page = read_page(page_of(result))

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


@pytest.mark.parametrize("result", [fixture.hostile(), replace(many(300), verdicts=())])
def test_data_blocks_are_json_that_cannot_end_its_element(result: Result) -> None:
    page = page_of(result)

    blocks = re.findall(
        r'<script type="(application/\w+)" id="\w+">(.*?)</script>', page, re.DOTALL
    )

    assert len(blocks) == 2
    for kind, text in blocks:
        assert not set(text) & set("<>&")
        assert kind == "application/json"
        json.loads(text)


def test_a_fragment_for_notebooks_escapes_everything_and_runs_nothing() -> None:
    for user in fixture.hostile().timelines:
        page = read_page(html.fragment(document.explain(fixture.hostile(), user)))
        assert {tag for tag, _ in page.tags} & {"script", "img", "b" * 99} == set()
    whole = html.fragment(document.build(fixture.hostile()))
    assert "<script" not in whole
    assert "<img" not in whole
    assert fixture.SCRIPT in read_page(whole).text


def test_two_thousand_verdicts_fit_two_megabytes_with_all_their_evidence() -> None:
    result = many(2000)

    page = page_of(result)

    assert len(page.encode()) < 2_000_000
    packed = re.search(r'<script type="application/gzip" id="details">([^<]*)</script>', page)
    assert packed
    details = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    assert len(details) == 2000
    assert all(len(re.findall("Counted ", body)) == 9 for body in details)


def test_the_same_result_makes_the_same_page() -> None:
    assert page_of(many(300)) == page_of(many(300))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("screen", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_text_and_graphics_have_the_contrast_that_wcag_asks(screen: str, ground: str) -> None:
    behind = getattr(palette.NAMED[ground], screen)
    text = {"ink", "muted", "link", "o-move"}
    grounds = {"paper", "panel", "line"}

    ratios = {
        name: contrast(getattr(shade, screen), behind)
        for name, shade in palette.NAMED.items()
        if name not in grounds
    }

    assert {name: ratio for name, ratio in ratios.items() if name in text and ratio < 4.5} == {}
    assert {name: ratio for name, ratio in ratios.items() if ratio < 3} == {}


# --- in a real browser ---


@pytest.fixture(scope="module")
def binary() -> str:
    return browser_binary()


def save(folder: Path, text: str) -> Path:
    path = folder / "report.html"
    path.write_bytes(text.encode())
    return path


def shown(page: Page) -> list[str]:
    """Ids of the verdicts that are shown, in order."""
    return [
        body["id"].removeprefix("verdict-")
        for body in page.all("tbody")
        if "id" in body and "hidden" not in body
    ]


@pytest.mark.browser
def test_hostile_data_runs_nothing_closed_sorted_opened_or_drawn(
    binary: str, tmp_path: Path
) -> None:
    result = fixture.hostile()
    everybody = page_of(result)
    one = html.render(document.explain(result, fixture.SCRIPT))
    first = f"#verdict-{result.verdicts[0].id}"
    opened = ((everybody, ""), (everybody, "#sort=user&dir=desc"), (everybody, first), (one, ""))

    for text, fragment in opened:
        page = open_page(binary, save(tmp_path, text), fragment)
        assert page.all("html")[0]["data-ready"] == "yes"
        assert page.title == read_page(text).title
        assert page.title.startswith("Why sign-ins failed")
        assert not page.all("img")
        assert len(page.all("script")) == 4
        assert fixture.SCRIPT in page.text


@pytest.mark.browser
def test_the_canary_sings_when_escaping_is_broken(binary: str, tmp_path: Path) -> None:
    """Shows that the test above can fail: the same script, unescaped and without a policy."""
    path = save(tmp_path, f"<title>quiet</title>{fixture.SCRIPT}")

    assert open_page(binary, path).title == "owned"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("#cause=mail-protocol", [Cause.MAIL_PROTOCOL]),
        ("#kind=hostile", [Cause.CREDENTIAL_ATTACK]),
        (
            "#kind=misclassified&status=stopped",
            [Cause.SKYPE_FOR_BUSINESS],
        ),
        ("#q=DELEGATE+owner%40contoso", [Cause.DELEGATE_ACCESS]),
        ("#q=no-such-text-anywhere", []),
        ("#sort=user&dir=desc&kind=unrelated", "user"),
    ],
)
def test_search_filter_and_sort_follow_the_address(
    binary: str, tmp_path: Path, fragment: str, expected: list[Cause] | str
) -> None:
    result = fixture.result()
    page = open_page(binary, save(tmp_path, page_of(result)), fragment)

    by_id = {verdict.id: verdict for verdict in result.verdicts}
    found = [by_id[each] for each in shown(page)]
    if expected == "user":
        assert [each.user for each in found] == sorted((each.user for each in found), reverse=True)
        assert len(found) == 3
        assert [th.get("aria-sort") for th in page.all("th") if th.get("data-key") == "user"] == [
            "descending"
        ]
    else:
        assert [each.cause for each in found] == expected
    assert f"{len(found)} of 12 verdicts shown" in page.text


@pytest.mark.browser
def test_a_link_to_a_verdict_opens_it_with_its_timeline(binary: str, tmp_path: Path) -> None:
    result = fixture.result()
    page = open_page(binary, save(tmp_path, page_of(result)), f"#verdict-{result.verdicts[0].id}")

    opened = [body["id"] for body in page.all("tbody") if "open" in body.get("class", "").split()]
    assert opened == [f"verdict-{result.verdicts[0].id}"]
    toggles = [
        button["aria-expanded"] for button in page.all("button") if "aria-expanded" in button
    ]
    assert toggles == ["true"] + ["false"] * 11
    figures = [svg for svg in page.all("svg") if svg.get("role") == "img"]
    assert [svg["aria-label"] for svg in figures] == [
        "Timeline from 2026-03-02 05:00 to 2026-03-02 14:00 UTC: 1 mailbox move, "
        "24 Outlook blocked, 2 Outlook signed in"
    ]
    assert len([rect for rect in page.all("rect") if "height" in rect and "x" in rect]) == 7


@pytest.mark.browser
def test_packed_details_are_unpacked_searched_and_opened(binary: str, tmp_path: Path) -> None:
    result = many(300)
    wanted = result.verdicts[123]
    path = save(tmp_path, page_of(result))

    page = open_page(binary, path, f"#verdict-{wanted.id}")
    searched = open_page(binary, path, f"#q={wanted.user}+counted")

    assert wanted.evidence[1].says in page.text
    assert shown(searched) == [wanted.id]


@pytest.mark.browser
def test_the_page_about_one_person_draws_the_timeline_at_once(binary: str, tmp_path: Path) -> None:
    path = save(tmp_path, html.render(document.explain(fixture.result(), MOVER)))

    page = open_page(binary, path, width=360)

    assert [svg for svg in page.all("svg") if svg.get("role") == "img"]
    assert "Outlook: 24 blocked" in page.text


@pytest.mark.browser
def test_a_page_without_findings_opens_quietly(binary: str, tmp_path: Path) -> None:
    page = open_page(binary, save(tmp_path, page_of(fixture.empty(complete=False))))

    assert page.all("html")[0]["data-ready"] == "yes"
    assert not page.all("form")
