from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.sources.inputs import InputFile
from analyzer.sources.pages import unwrap

RECORD = st.fixed_dictionaries(
    {
        "id": st.text(max_size=8),
        "policies": st.lists(st.sampled_from(["a", "]}", "}\n{", '{"value": [']), max_size=3),
        "details": st.just([{"key": "k", "value": "v"}]),
        "agent": st.sampled_from(["", "}{", '"}]}', '\\"value\\":[', "x" * 20_000]),
    }
)
PAGES = st.lists(st.lists(RECORD, max_size=4), min_size=1, max_size=4)
CONTEXT = "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns"


def page(records, *, link=True, indent=None):
    before = {"@odata.context": CONTEXT} if link else {}
    after = {"@odata.nextLink": "https://graph.microsoft.com/x?$skiptoken=a,b"} if link else {}
    return json.dumps({**before, "value": records, **after}, indent=indent)


def unwrapped(tmp_path, data: bytes):
    source = tmp_path / "pages"
    source.write_bytes(data)
    is_gzip = data[:2] == b"\x1f\x8b"
    if not unwrap(InputFile("pages", source, is_gzip=is_gzip), tmp_path / "array"):
        return None
    return json.loads((tmp_path / "array").read_bytes())


@given(
    pages=PAGES,
    link=st.booleans(),
    indent=st.sampled_from([None, 1, 4]),
    mark=st.sampled_from(["\n", "\r\n", ""]),
)
@settings(max_examples=80, deadline=None)
def test_records_of_all_pages_come_out_in_order(tmp_path_factory, pages, link, indent, mark):
    text = mark.join(page(records, link=link, indent=indent) for records in pages)

    found = unwrapped(tmp_path_factory.mktemp("p"), text.encode())

    assert found == [record for records in pages for record in records]


def test_pages_larger_than_what_is_held_at_once(tmp_path):
    pages = [[{"id": f"{p}-{r}", "pad": "y" * 3000} for r in range(400)] for p in range(3)]

    found = unwrapped(tmp_path, "\n".join(page(records) for records in pages).encode())

    assert found == [record for records in pages for record in records]


def test_compressed_pages_and_a_byte_order_mark(tmp_path):
    records = [{"id": "a"}, {"id": "b"}]

    assert unwrapped(tmp_path, gzip.compress(page(records).encode())) == records
    assert unwrapped(tmp_path, b"\xef\xbb\xbf" + page(records).encode()) == records


@pytest.mark.parametrize(
    "text",
    [
        '{"value": [{"id": "a"}, {"id"',
        '[{"id": "a"}]',
        '{"value": {"id": "a"}}',
        '{"value": [{"id": "a"}]} trailing',
        "",
    ],
)
def test_what_is_no_whole_page_is_left_alone(tmp_path, text):
    assert unwrapped(tmp_path, text.encode()) is None
    assert not (tmp_path / "array").exists()
