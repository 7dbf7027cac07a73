"""Files that are on-premises logs, each told by its own ``#Fields`` line; the others by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.formats.onprem import LogKind, fields_of, kind_of
from analyzer.formats.recognise import Refusal, stranger_of
from analyzer.sources.inputs import find_inputs
from analyzer.sources.prepared import prepare
from analyzer.sources.text import TextPieces, encoding_of, read_start, write_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.sources.inputs import InputFile

_FIELDS = "#fields:"
_LOG_TYPE = "#log-type:"
_EXPORT = (
    "Copy the logs from Logging\\HttpProxy\\RpcHttp and Mapi (or RPC Client Access, MapiHttp, IIS) "
    "of every Exchange server, and name the folder with --onprem-logs."
)


@dataclass(frozen=True, slots=True)
class LogFile:
    """One on-premises log.

    Attributes:
        number: Its place among the logs.
        source: Where its bytes are: UTF-8, perhaps compressed.
        kind: What it is.
        fields: Its first field names, lower case.
    """

    number: int
    source: InputFile
    kind: LogKind
    fields: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a report calls it."""
        return self.source.label


@dataclass(frozen=True, slots=True)
class FoundLogs:
    """Logs found, and sentences on what lay beside them and was not read."""

    files: tuple[LogFile, ...]
    notes: tuple[str, ...]
    refused: int


def find_logs(inputs: Sequence[Path | str], spool: Path) -> FoundLogs:
    """Find the logs in files, folders, globs and archives; a folder may hold other files, too.

    Args:
        inputs: Paths, folders, globs or ``-``.
        spool: Folder for what must be copied.

    Raises:
        InputError: A path does not exist or cannot be read; a file named outright is no
            on-premises log; or none at all is one.
    """
    found = find_inputs(inputs, spool)
    outright = {str(named) for named in inputs if Path(named).is_file()}
    files: list[LogFile] = []
    refused: list[tuple[str, Refusal]] = []
    for number, source in enumerate(found.files):
        judged = _judge(number, source, spool)
        if isinstance(judged, LogFile):
            files.append(judged)
            continue
        if source.label in outright:
            raise _refusal_error(source.label, judged)
        refused.append((source.label, judged))
    if not files:
        raise _refusal_error(*refused[0])
    notes = [*found.notes, *_refused_notes(refused)]
    return FoundLogs(tuple(files), tuple(notes), len(refused))


def mended(log: LogFile, spool: Path) -> tuple[LogFile, bool]:
    """The same log in plain UTF-8, and whether its compressed data break off.

    Bytes that are no text become U+FFFD.
    """
    target = spool / f"mended-{log.number}"
    pieces = TextPieces(log.source)
    with target.open("w", encoding="utf-8", newline="") as out:
        for piece in pieces:
            out.write(piece)
    source = replace(log.source, path=target, is_gzip=False)
    return replace(log, source=source), pieces.cut_short


def _refusal_error(label: str, refusal: Refusal) -> InputError:
    return InputError(f"it {refusal.why}", remedy=refusal.remedy, source=label)


def _refused_notes(refused: list[tuple[str, Refusal]]) -> list[str]:
    if not refused:
        return []
    label, refusal = refused[0]
    rest = f"; and {len(refused) - 1} more" if len(refused) > 1 else ""
    files = "file" if len(refused) == 1 else "files"
    return [
        f"{len(refused)} {files} among the on-premises logs passed over: {label} "
        f"{refusal.why}{rest}."
    ]


def _judge(number: int, source: InputFile, spool: Path) -> LogFile | Refusal:
    if source.trouble:
        why, _, remedy = source.trouble.partition("\n")
        return Refusal(why, remedy)
    try:
        start, _ = read_start(source)
    except OSError as error:
        msg = f"file cannot be read: {error.strerror or error}"
        raise InputError(msg, remedy="Check its permissions.", source=source.label) from error
    encoding = encoding_of(start)
    text = start.decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace")
    lines = text.lstrip("\ufeff").splitlines()
    fields = _named(lines)
    kind = kind_of(fields)
    if kind is None:
        return _refusal(number, source, lines, spool)
    if encoding not in {"utf-8", "utf-8-sig"}:
        target = spool / f"log-{number}"
        write_utf8(source, target)
        source = replace(source, path=target, is_gzip=False)
    return LogFile(number, source, kind, fields)


def _named(lines: list[str]) -> tuple[str, ...]:
    """Field names of the first ``#Fields`` line; without one, of the first line."""
    for line in lines:
        if line.lower().startswith(_FIELDS):
            return fields_of(line[len(_FIELDS) :])
    return fields_of(lines[0]) if lines else ()


def _refusal(number: int, source: InputFile, lines: list[str], spool: Path) -> Refusal:
    for line in lines[:10]:
        if line.lower().startswith(_LOG_TYPE):
            name = line[len(_LOG_TYPE) :].strip()[:60]
            return Refusal(f"is another log of Exchange ({name}), none that is read here", _EXPORT)
    prepared = prepare(number, source, spool)
    if prepared.form is not None:
        why = f"is no on-premises log: it holds sign-ins ({prepared.form.name})"
        return Refusal(why, "Give it as SIGNINS, without --onprem-logs.")
    stranger = stranger_of(prepared.head.names, prepared.head.opening)
    if stranger is not None:
        return Refusal(f"is no on-premises log: looks like {stranger.looks_like}", stranger.remedy)
    if not lines:
        return Refusal("is empty", "Leave the file out.")
    return Refusal("is no on-premises log: it has no #Fields line of one", _EXPORT)
