"""Records are found one by one wherever the pieces of text happen to end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.sources.csv_frames import frames_of_csv
from analyzer.sources.frame import cleaned
from analyzer.sources.frames import frames_of_lines
from analyzer.sources.structures import frames_of_structure

RECORDS = [{"id": f"i{n}", "at": "t{", "inner": {"a": [1, "}"]}} for n in range(5)]


def _pieces(text, size):
    return [text[i : i + size] for i in range(0, len(text), size)]


def _found(frames):
    return [json.loads(f.text) if f.text else (f.line, f.reason) for f in frames]


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(1, 200),
    indent=st.sampled_from([None, 1, 4]),
    packing=st.sampled_from(["array", "page", "concatenated", "two pages"]),
)
def test_structures_are_read_whole_for_any_pieces(size, indent, packing):
    def dump(value):
        return json.dumps(value, indent=indent)

    text = {
        "array": dump(RECORDS),
        "page": dump({"@odata.context": "c", "value": RECORDS, "@odata.nextLink": "n{"}),
        "concatenated": "\n".join(map(dump, RECORDS)),
        "two pages": dump({"value": RECORDS[:2]}) + dump({"value": RECORDS[2:]}),
    }[packing]

    assert _found(frames_of_structure(_pieces(text, size))) == RECORDS


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 200), cut=st.integers(2, 45))
def test_lines_are_read_whole_for_any_pieces(size, cut):
    lines = [json.dumps(r) for r in RECORDS]
    broken = lines[1][:-cut]
    text = "\n".join([lines[0], broken, "", *lines[2:]])

    first, second, *others = _found(frames_of_lines(_pieces(text, size)))

    assert [first, *others] == [RECORDS[0], *RECORDS[2:]]
    assert second[0] == 2


def test_lines_are_counted_where_records_start():
    text = json.dumps(RECORDS, indent=2).replace('"i2",', '"i2"', 1)

    frames = list(frames_of_structure([text]))

    rows = text.split("\n")
    assert [rows[f.line - 1].strip() for f in frames] == ["{"] * 5
    assert [f.text is None for f in frames] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":[1,],}', [{"a": [1]}]),
        ('[{"a":",]"},]', [{"a": ",]"}]),
        ('{"a":1}{"a":2}', [{"a": 1}, {"a": 2}]),
        ("{\n}\n", [{}]),
        ('{\n"a":1\n}\n{"a":2}\n', [{"a": 1}, {"a": 2}]),
        ('{"a":"\tb"}', [{"a": " b"}]),
        ('{"a":NaN}', [(1, "is not valid JSON (NaN is not JSON)")]),
        ("[1,2]", [(1, "is no record")]),
    ],
)
def test_odd_lines_are_read_or_named(text, expected):
    assert _found(frames_of_lines([text])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'{"a":"\ud800x"}', r'{"a":"\ufffdx"}'),
        (r'{"a":"\ud83d\ude00"}', r'{"a":"\ud83d\ude00"}'),
        (r'{"a":"\\ud800"}', r'{"a":"\\ud800"}'),
        ('{"a":\r\n1}', '{"a": 1}'),
    ],
)
def test_half_surrogates_and_line_breaks_are_mended(text, expected):
    assert cleaned(text) == expected


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.text('ab ,"\n;\r', max_size=6), min_size=3, max_size=3), min_size=1, max_size=6
    ),
    size=st.integers(1, 40),
)
def test_csv_rows_survive_quotes_and_line_breaks(rows, size):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    text = "h1,h2,h3\n" + "".join(",".join(map(quoted, r)) + "\n" for r in rows)

    frames = list(frames_of_csv(_pieces(text, size), 3, ",", 0))

    expected = [[c.replace("\r\n", "\n") for c in r] for r in rows]
    assert [list(json.loads(f.text).values()) for f in frames] == expected
