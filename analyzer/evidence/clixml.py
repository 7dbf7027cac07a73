"""CLIXML (``Export-Clixml``) to objects with line numbers; never resolves an entity.

Format: [MS-PSRP] section 2.2.5, "Serialization of Types".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from analyzer.errors import InputError
from analyzer.evidence.values import TOSTRING

_COLLECTIONS = {"LST", "IE", "QUE", "STK"}
_BAGS = {"Props", "MS"}
_SILENT = {"TN", "TNRef", "ToString", "DCT"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[_Node] = field(default_factory=list)


def clixml_objects(text: str, path: str) -> list[tuple[int, dict[str, object]]]:
    """Each exported object with the line it starts on; property names as written.

    Raises:
        InputError: Not well-formed, a document type (refused), or no CLIXML.
    """
    root = _parse(text, path)
    if root.tag != "Objs":
        msg = f"the XML's root is <{root.tag}>, CLIXML has <Objs>"
        raise InputError(msg, remedy="Write it with Export-Clixml.", source=path)
    known: dict[str, object] = {}
    found: list[tuple[int, dict[str, object]]] = []
    for node in root.children:
        value = _value(node, known)
        items = value if isinstance(value, list) else [value]
        found.extend((node.line, item) for item in items if isinstance(item, dict))
    return found


def _parse(text: str, path: str) -> _Node:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = _Node("", {}, 0)
    open_nodes = [top]

    def started(tag: str, attributes: dict[str, str]) -> None:
        node = _Node(tag.rpartition(":")[2], attributes, parser.CurrentLineNumber)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def ended(_tag: str) -> None:
        open_nodes.pop()

    def characters(data: str) -> None:
        open_nodes[-1].text += data

    def doctype(*_parts: object) -> None:
        msg = "the XML declares a document type, which CLIXML never does"
        raise InputError(msg, remedy="Write it with Export-Clixml.", source=path)

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        # The declaration may name an encoding that the text no longer has.
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode(), True)
    except expat.ExpatError as error:
        msg = f"the XML is not well-formed: {expat.ErrorString(error.code)}"
        remedy = "Export it again; the file is damaged or cut short."
        raise InputError(msg, remedy=remedy, source=path, line=error.lineno) from error
    return top.children[0]


def _value(node: _Node, known: dict[str, object]) -> object:
    if node.tag == "Nil":
        return None
    if node.tag == "Ref":
        return known.get(node.attributes.get("RefId", ""))
    if node.tag != "Obj":
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), node.text)
    value = _object(node, known)
    known[node.attributes.get("RefId", "")] = value
    return value


def _object(node: _Node, known: dict[str, object]) -> object:
    properties: dict[str, object] = {}
    primitive: object = None
    items: list[object] | None = None
    for child in node.children:
        if child.tag in _BAGS:
            for item in child.children:
                properties[item.attributes.get("N", "")] = _value(item, known)
        elif child.tag in _COLLECTIONS:
            items = [_value(item, known) for item in child.children]
        elif child.tag == "ToString":
            properties[TOSTRING] = child.text
        elif child.tag not in _SILENT:
            primitive = _value(child, known)
    if items is not None:
        return items
    if primitive is not None:  # an enumeration: its name is in ToString, its number beside it
        return properties.get(TOSTRING) or primitive
    return properties
