"""The four shapes of an export, in every encoding and with every quirk of PowerShell."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError
from analyzer.evidence.tables import EvidenceFile, read_table, shape_of
from analyzer.evidence.values import boolean, flatten, guid, header, is_flattened, many

CSV = '"DisplayName","Alias"\r\n"Renée Müller","renee"\r\n'


def rows_of(content: bytes | str) -> list[dict[str, object]]:
    raw = content.encode() if isinstance(content, str) else content
    return [row.cells for row in read_table(EvidenceFile("x", raw)).rows]


ENCODINGS = [
    ("utf-8", CSV.encode()),
    ("utf-8 with mark", codecs.BOM_UTF8 + CSV.encode()),
    ("utf-16-le with mark", codecs.BOM_UTF16_LE + CSV.encode("utf-16-le")),
    ("utf-16-be with mark", codecs.BOM_UTF16_BE + CSV.encode("utf-16-be")),
    ("utf-32-le with mark", codecs.BOM_UTF32_LE + CSV.encode("utf-32-le")),
    ("utf-16-le without mark", CSV.encode("utf-16-le")),
    ("utf-16-be without mark", CSV.encode("utf-16-be")),
    ("cp1252", CSV.encode("cp1252")),
]


@pytest.mark.parametrize("content", [case[1] for case in ENCODINGS], ids=[c[0] for c in ENCODINGS])
def test_every_encoding_of_powershell_is_read(content):
    assert rows_of(content) == [{"displayname": "Renée Müller", "alias": "renee"}]


# (what is odd, the text, the rows)
AMY = {"displayname": "Amy", "alias": "amy"}
CSV_QUIRKS = [
    ("type line", '#TYPE Selected.Mailbox\r\n"DisplayName","Alias"\r\n"Amy","amy"\r\n', [AMY]),
    ("semicolons", "DisplayName;Alias\nAmy;amy\n", [AMY]),
    ("tabs", "DisplayName\tAlias\nAmy\tamy\n", [AMY]),
    ("Excel's sep line", "sep=;\nDisplayName;Alias\nAmy;amy\n", [AMY]),
    ("header case and blanks", '" display name ","ALIAS"\nAmy,amy\n', [AMY]),
    ("blank lines", "\n\nDisplayName,Alias\n\nAmy,amy\n\n", [AMY]),
    ("no end of line", "DisplayName,Alias\nAmy,amy", [AMY]),
    ("comma in a quoted header", '"Display,Name";"Alias"\nAmy;amy\n', [AMY]),
    (
        "cell over several lines",
        '"DisplayName","Report","Alias"\n"Amy","line 1\r\nline 2, with ""quotes""","amy"\n',
        [{"displayname": "Amy", "report": 'line 1\r\nline 2, with "quotes"', "alias": "amy"}],
    ),
    ("short row", "DisplayName,Alias,Status\nAmy,amy\n", [AMY]),
    ("two columns of one name", "DisplayName,Alias,alias\nAmy,,amy\n", [AMY]),
    ("stray quote", 'DisplayName,Alias\n"A"my,amy\n', [AMY]),
    ("blank cells", 'DisplayName,Alias\n"  ",""\nAmy,amy\n', [AMY]),
]


@pytest.mark.parametrize(
    ("text", "rows"), [case[1:] for case in CSV_QUIRKS], ids=[case[0] for case in CSV_QUIRKS]
)
def test_every_quirk_of_csv_is_read(text, rows):
    assert rows_of(text) == rows


def test_a_row_knows_the_line_it_starts_on():
    text = '#TYPE X\n"A","Report"\n"1","two\nlines"\n"2",""\n'

    table = read_table(EvidenceFile("x", text.encode()))

    assert [row.line for row in table.rows] == [3, 5]


def test_a_row_with_more_cells_than_the_header_is_rejected_and_the_rest_is_read():
    table = read_table(EvidenceFile("x.csv", b"Alias,Status\namy,Completed,oops\nbob,Failed\n"))

    assert [row.cells["alias"] for row in table.rows] == ["bob"]
    (reject,) = table.rejects
    assert (reject.path, reject.line) == ("x.csv", 2)
    assert reject.reason == "the row has 3 cells, the header 2"


JSON_SHAPES = [
    ("array", '[{"DisplayName":"Amy","Alias":"amy"}]'),
    ("one object", '{"DisplayName":"Amy","Alias":"amy"}'),
    ("page", '{"value":[{"DisplayName":"Amy","Alias":"amy"}]}'),
    ("PowerShell's wrapper", '{"value":[{"DisplayName":"Amy","Alias":"amy"}],"Count":1}'),
    ("enumeration object", '[{"DisplayName":{"Value":"Amy"},"Alias":"amy"}]'),
    ("with mark", '\ufeff[{"DisplayName":"Amy","Alias":"amy"}]'),
]


@pytest.mark.parametrize(
    "text", [case[1] for case in JSON_SHAPES], ids=[case[0] for case in JSON_SHAPES]
)
def test_every_shape_of_json_is_read(text):
    assert rows_of(text) == [AMY]


def test_json_lines_and_concatenated_objects_know_their_lines():
    table = read_table(EvidenceFile("x", b'{"Alias":"amy"}\n{"Alias":"bob"}{"Alias":"cy"}\n'))

    assert [(row.line, row.cells["alias"]) for row in table.rows] == [
        (1, "amy"),
        (2, "bob"),
        (2, "cy"),
    ]


CLIXML = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
  <Obj RefId="0">
    <TN RefId="0"><T>Deserialized.Microsoft.Exchange.MoveRequestStatistics</T></TN>
    <ToString>contoso.example/Users/Amy</ToString>
    <Props>
      <S N="DisplayName">Amy_x000A_Adler _x2603_</S>
      <Obj N="Status" RefId="1">
        <TN RefId="1"><T>System.Enum</T></TN><ToString>Completed</ToString><I32>10</I32>
      </Obj>
      <DT N="CompletionTimestamp">2026-03-02T19:05:11.1234567-05:00</DT>
      <Nil N="Message" /><B N="IsValid">true</B>
      <G N="ExchangeGuid">11111111-1111-1111-1111-111111111111</G>
      <Obj N="EmailAddresses" RefId="2"><TNRef RefId="1" />
        <LST><S>SMTP:amy@contoso.example</S><S>smtp:a@contoso.example</S></LST></Obj>
    </Props>
    <MS><S N="PSComputerName">outlook.office365.com</S></MS>
  </Obj>
  <Obj RefId="3"><MS><S N="DisplayName">Bob</S><Ref N="Status" RefId="1" /></MS></Obj>
</Objs>"""
CLIXML_ROWS = [
    {
        "displayname": "Amy\nAdler ☃",
        "status": "Completed",
        "completiontimestamp": "2026-03-02T19:05:11.1234567-05:00",
        "message": None,
        "isvalid": "true",
        "exchangeguid": "11111111-1111-1111-1111-111111111111",
        "emailaddresses": ("SMTP:amy@contoso.example", "smtp:a@contoso.example"),
        "pscomputername": "outlook.office365.com",
    },
    {"displayname": "Bob", "status": "Completed"},
]


@pytest.mark.parametrize(
    "content",
    [
        CLIXML.encode(),
        codecs.BOM_UTF16_LE + CLIXML.encode("utf-16-le"),
        codecs.BOM_UTF16_LE
        + ('<?xml version="1.0" encoding="utf-16"?>\n' + CLIXML).encode("utf-16-le"),
    ],
    ids=["utf-8", "utf-16", "with a declaration"],
)
def test_clixml_is_read(content):
    assert rows_of(content) == CLIXML_ROWS


FORMAT_LISTS = [
    ("one block", "\nDisplayName : Amy\nAlias       : amy\n\n", [AMY]),
    (
        "two blocks",
        "DisplayName : Amy\nAlias : amy\n\n\nDisplayName : Bob\nAlias : bob\n",
        [AMY, {"displayname": "Bob", "alias": "bob"}],
    ),
    ("blocks without a gap", "Alias : amy\nAlias : bob\n", [{"alias": "amy"}, {"alias": "bob"}]),
    (
        "wrapped value",
        "DisplayName : Amy\n              Adler\nAlias : amy\n",
        [{"displayname": "Amy Adler", "alias": "amy"}],
    ),
    (
        "prompt",
        "[PS] C:\\Windows\\system32>Get-Mailbox amy | fl\n\nDisplayName : Amy\nAlias : amy\n",
        [AMY],
    ),
    ("blank value", "DisplayName : Amy\nAlias : amy\nReport :\n", [{**AMY, "report": None}]),
]


@pytest.mark.parametrize(
    ("text", "rows"), [case[1:] for case in FORMAT_LISTS], ids=[case[0] for case in FORMAT_LISTS]
)
def test_format_list_text_is_read(text, rows):
    assert rows_of(text) == rows


# (what is wrong, the bytes, part of the problem)
REFUSED = [
    ("nothing", b"", "empty"),
    ("blanks", b" \r\n\r\n", "empty"),
    ("a mark only", codecs.BOM_UTF16_LE, "empty"),
    ("a type line only", b"#TYPE System.Object\r\n", "no header"),
    ("half a UTF-16 letter", codecs.BOM_UTF16_LE + b"a\x00b", "utf-16-le"),
    ("an endless quote", b'"A","B"\n"1","2\n3,4\n5,6\n', "never ends"),
    ("broken JSON", b'[{"A": 1},\n{"B": }]', "not JSON"),
    ("JSON cut short", b'[{"A": 1},', "never ends"),
    ("JSON of numbers", b"[1, 2]", "not an object"),
    ("JSON nested without end", b"[" * 200_000, "not JSON|nested"),
    ("broken XML", b"<Objs><Obj></Objs>", "not well-formed"),
    ("other XML", b'<?xml version="1.0"?><html/>', "root"),
    (
        "a document type",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Objs>&e;</Objs>',
        "document type",
    ),
]


@pytest.mark.parametrize(
    ("content", "problem"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_read_is_refused_with_a_reason(content, problem):
    with pytest.raises(InputError, match=problem) as caught:
        read_table(EvidenceFile("evidence.csv", content))

    assert caught.value.source == "evidence.csv"
    assert caught.value.remedy


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused(content):
    try:
        read_table(EvidenceFile("x", content))
    except InputError as error:
        assert error.remedy  # noqa: PT017 - either outcome is right, a crash is not


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
                 min_size=2, max_size=2),
        max_size=5,
    )
)  # fmt: skip
def test_csv_written_as_powershell_does_comes_back(rows):
    quoted = [["A", "B"], *([cell.replace('"', '""') for cell in row] for row in rows)]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in quoted)

    table = read_table(EvidenceFile("x", codecs.BOM_UTF8 + text.encode()))

    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [[row.text("a") or "", row.text("b") or ""] for row in table.rows] == [
        ["" if is_flattened(cell) else cell.strip() for cell in row] for row in kept
    ]


def test_shapes_are_told_from_content():
    assert shape_of("[PS] C:\\>Get-OrganizationConfig | fl\nMapiHttpEnabled : False") == (
        "format-list"
    )
    assert shape_of("Name,Value\na : b,c") == "csv"


CELLS = [
    (None, None),
    ("  ", None),
    (True, "True"),
    (10, "10"),
    ({"value": ["FullAccess"], "Count": 1}, ("FullAccess",)),
    ({"value": "/Date(1)/", "DisplayHint": 2, "DateTime": "Thursday"}, "/Date(1)/"),
    ({"RawIdentity": "CONTOSO\\amy", "IsInherited": False}, "CONTOSO\\amy"),
    ({"UserType": {"Value": "Internal"}, "DisplayName": "Amy"}, "Amy"),
    (
        {"DisplayName": "Amy", "RecipientPrincipal": {"PrimarySmtpAddress": "amy@contoso.example"}},
        "amy@contoso.example",
    ),
    ({"DistinguishedName": "CN=Amy,DC=x", "Name": "Amy"}, "CN=Amy,DC=x"),
    ({"#tostring": "System.Collections.ArrayList", "Name": "Amy"}, "Amy"),
    ({"Depth": 3}, None),
    ([None, "", "a", {"Name": "b"}], ("a", "b")),
]


@pytest.mark.parametrize(("value", "cell"), CELLS)
def test_wrappers_are_opened(value, cell):
    assert flatten(value) == cell


def test_small_conversions():
    assert header("FinalizedDateTime (UTC)") == "finalizeddatetimeutc"
    assert many("{a, b...}") == ("a",)
    assert many("CN=Amy,OU=X,DC=contoso,DC=example,CN=Bob,CN=Users,DC=contoso,DC=example") == (
        "CN=Amy,OU=X,DC=contoso,DC=example",
        "CN=Bob,CN=Users,DC=contoso,DC=example",
    )
    assert many("System.Collections.ArrayList") == ()
    assert [boolean(text) for text in ("True", "$false", "", "maybe")] == [True, False, None, None]
    assert guid("{AAAAAAAA-1111-1111-1111-111111111111}") == "aaaaaaaa-1111-1111-1111-111111111111"
    assert guid("00000000-0000-0000-0000-000000000000") is None
