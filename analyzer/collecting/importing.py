"""Exports taken into a store: copied as they are, each file once, then sorted into days."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.engine.days import IMPORTS, derive, pending
from analyzer.errors import IncompleteError, InputError
from analyzer.sources.store.ledger import Import
from analyzer.sources.store.raw import PARTIAL, make_private, measure, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.engine.duckdb_engine import DuckDbEngine
    from analyzer.sources.inputs import InputFile
    from analyzer.sources.store.entries import Reject, Sorted
    from analyzer.sources.store.layout import Store

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_LENGTH = 60
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file.

    Attributes:
        label: The file, as it was named.
        was_there: Whether the store had these very bytes before.
        format: Name of the format it was read as; blank where it was there or is refused.
        events: Sign-ins in it.
        left_out: Of these, from before the instant that the store was pruned to.
        rejects: What could not be read in it.
        refused: Why it is no sign-in log; blank where it is one.
        remedy: What to do about that.
    """

    label: str
    was_there: bool = False
    format: str = ""
    events: int = 0
    left_out: int = 0
    rejects: tuple[Reject, ...] = ()
    refused: str = ""
    remedy: str = ""


def import_files(
    engine: DuckDbEngine,
    store: Store,
    files: Sequence[InputFile],
    say: Callable[[str], None],
) -> list[Imported]:
    """Take files into a locked, swept store; what an interrupted run began is finished first.

    A file that is no sign-in log is not kept. Interrupted between the copy and the days, the
    next writing run sorts what was copied.

    Returns:
        What became of each file, in their order.

    Raises:
        InputError: A file cannot be read, or changes while it is copied.
        IncompleteError: The disk is full; what was taken in until then is kept.
    """
    derive(engine, store, pending(store), say)
    known = {each.sha256 for each in store.ledger.imports()}
    results: dict[int, Imported] = {}
    taken: dict[int, str] = {}
    for number, source in enumerate(files):
        if source.trouble:
            why, _, remedy = source.trouble.partition("\n")
            results[number] = Imported(source.label, refused=why, remedy=remedy)
            continue
        say(f"copying {source.label} ({number + 1} of {len(files)})")
        digest = _measured(source)
        if digest in known:
            results[number] = Imported(source.label, was_there=True)
            continue
        taken[number] = _taken(store, source, digest)
        known.add(digest)
    done = derive(engine, store, list(taken.values()), say)
    for number, read in zip(taken, done, strict=True):
        results[number] = _told(files[number].label, read)
    return [results[number] for number in sorted(results)]


def _told(label: str, read: Sorted) -> Imported:
    if read.is_refused:
        return Imported(label, refused=read.format, remedy=read.remedy)
    return Imported(
        label,
        format=read.format,
        events=read.events,
        left_out=read.left_out,
        rejects=read.rejects,
    )


def _measured(source: InputFile) -> str:
    try:
        return measure(source.path)[1]
    except OSError as error:
        msg = f"file cannot be read: {error.strerror or error}"
        raise InputError(msg, remedy="Check its permissions.", source=source.label) from error


def _taken(store: Store, source: InputFile, digest: str) -> str:
    """Copy a file in and write it down; returns its place in the store."""
    name = _UNFIT.sub("-", Path(source.label.replace("!", "/")).name)[-_NAME_LENGTH:]
    path = f"{IMPORTS}/{digest[:16]}-{name or 'export'}"
    size = _copy(store, source, digest, store.folder / path)
    store.ledger.record_import(Import(digest, source.label, path, "unknown", size))
    return path


def _copy(store: Store, source: InputFile, digest: str, target: Path) -> int:
    """Copy the bytes to the store, to a partial name, fsync, a rename; returns how many."""
    make_private(target.parent, store.folder)
    partial = target.with_name(target.name + PARTIAL)
    try:
        copied, size = _copy_bytes(source.path, partial)
        if copied != digest:
            raise InputError(
                "file changed while it was copied",
                remedy="Import it again when it is written to its end.",
                source=source.label,
            )
        partial.replace(target)
    except OSError as error:
        msg = f"{source.label} could not be copied into the store: {error.strerror or error}"
        raise IncompleteError(msg, remedy="Make room on the disk, and import it again.") from error
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(target.parent)
    return size


def _copy_bytes(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file so that only its owner may read the copy; digest and size of what was copied."""
    digest = hashlib.sha256()
    size = 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as original, os.fdopen(handle, "wb") as copy:
        while chunk := original.read(_CHUNK):
            digest.update(chunk)
            size += copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest(), size
