"""What was read and what is missing, worded: the first thing every report says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.causes import EVIDENCE_NAMES
from analyzer.report.model import Block, Tone
from analyzer.report.phrases import counted, listed
from analyzer.results import Cause, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyzer.results import Coverage, EvidenceMissing, InputRead, Result

_SHOWN = 12
# What the names in ``Coverage.counts`` begin with, each a line of its own.
_COUNTED = (
    "moves", "recipients", "permissions", "cas_mailboxes", "policies", "audits", "unresolved",
)  # fmt: skip
_ABOUT_LEGACY = {Kind.MISCLASSIFIED, Kind.GENUINE_LEGACY}


def blocks(result: Result, *, says_of_legacy: bool = True) -> tuple[Block, ...]:
    """Blocks on coverage, what is missing first; empty ones are left out.

    Args:
        result: The result.
        says_of_legacy: Whether to say that no legacy failure was found, where none was.
    """
    coverage = result.coverage
    found = (
        Block("Part of the sign-in data is missing", missing_data(coverage), Tone.ALARM),
        Block(
            "Evidence that was not given",
            tuple(_not_given(each) for each in coverage.evidence_missing),
            Tone.CAUTION,
        ),
        Block("Please note", tuple(_notes(result, says_of_legacy)), Tone.CAUTION),
        Block("What was read", _was_read(coverage)),
    )
    return tuple(block for block in found if block.sentences)


def missing_data(coverage: Coverage) -> tuple[str, ...]:
    """Sentences on gaps, refused files and rejected records; empty when nothing is missing."""
    told = "\n".join(coverage.gaps)
    untold = [each for each in coverage.inputs if each.path not in told]
    refused = [_refused(each) for each in untold if each.refused]
    rejected = [
        _rejected(each)
        for each in sorted(untold, key=lambda each: -each.rejected)
        if each.rejected and not each.refused
    ]
    sentences = [
        *coverage.gaps,
        *_shortened(refused, "refused file"),
        *_shortened(rejected, "file with records that could not be read"),
    ]
    if not sentences and coverage.events_rejected:
        sentences.append(f"{counted(coverage.events_rejected, 'record')} could not be read.")
    if not sentences and not coverage.complete:
        sentences.append("The sign-in data is marked incomplete, without a reason.")
    return tuple(dict.fromkeys(sentences))


def _shortened(sentences: list[str], what: str) -> list[str]:
    more = len(sentences) - _SHOWN
    if more <= 0:
        return sentences
    noun = counted(more, f"more {what}", f"more {what.replace('file', 'files', 1)}")
    return [*sentences[:_SHOWN], f"And {noun}; --format json lists them all."]


def _refused(read: InputRead) -> str:
    remedy = f" {read.remedy}" if read.remedy else ""
    return f"{read.path} was refused whole: {_ended(str(read.refused))}{remedy}"


def _rejected(read: InputRead) -> str:
    records = counted(read.rejected, "record")
    return f"{read.path}: {records} could not be read (list them with --rejects FILE)."


def _not_given(missing: EvidenceMissing) -> str:
    name = EVIDENCE_NAMES.get(missing.evidence, missing.evidence)
    return f"{name[:1].upper()}{name[1:]}: would tell {_ended(_continued(missing.would_tell))}"


def _continued(text: str) -> str:
    """Text as the rest of a sentence: a small first letter, unless it begins with a name."""
    first = text.split(" ", 1)[0]
    return f"{text[:1].lower()}{text[1:]}" if first.istitle() else text


def _notes(result: Result, says_of_legacy: bool) -> Iterable[str]:
    yield from (_sentence(note) for note in result.coverage.notes)
    yield from _cannot_see(result) if says_of_legacy else ()


def _sentence(text: str) -> str:
    """Text with a capital and a full stop, unless it begins with a name or a path."""
    first = text.split(" ", 1)[0]
    return _ended(f"{text[:1].upper()}{text[1:]}" if first.isalpha() else text)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _cannot_see(result: Result) -> tuple[str, ...]:
    """The standing limit, said where its absence would mislead: no legacy client was found.

    Source: Exchange authentication policies refuse basic authentication before Entra is asked
    (MicrosoftDocs/OfficeDocs-Exchange, disable-basic-authentication-in-exchange-online).
    """
    if any(verdict.kind in _ABOUT_LEGACY for verdict in result.verdicts):
        return ()
    return (
        "No failure of a legacy client was found, which does not prove that there are none: "
        "an Exchange authentication policy refuses them before Entra writes a sign-in.",
    )


def _was_read(coverage: Coverage) -> tuple[str, ...]:
    read = [each for each in coverage.inputs if not each.refused]
    formats = listed(sorted({each.format for each in read if each.format}))
    sentences = [
        f"{counted(coverage.events_read, 'sign-in')} from {counted(len(read), 'file')}"
        + (f" ({formats})." if formats else ".")
    ]
    if coverage.events_duplicate:
        copies = counted(coverage.events_duplicate, "further copy", "further copies")
        sentences.append(f"{copies} of sign-ins already read, merged by sign-in id.")
    sentences += _counted_lines(coverage.counts)
    return tuple(sentences)


def _counted_lines(counts: Mapping[str, int]) -> list[str]:
    """One line for each export counted, ``Moves: 59 read, 54 cutover.``; zeros are left out."""
    lines: dict[str, list[str]] = {}
    for name, count in counts.items():
        export = next((each for each in _COUNTED if name.startswith(f"{each}_")), "")
        what = name.removeprefix(f"{export}_").replace("_", " ")
        if count:
            lines.setdefault(export or "further", []).append(f"{count:,} {what}")
    return [
        f"{export.replace('_', ' ').capitalize()}: {', '.join(parts)}."
        for export, parts in lines.items()
    ]


def beside_failures(result: Result) -> str:
    """One sentence on the sign-ins that are no failures; empty where they were not counted."""
    counts = result.events_by_cause
    told = [
        (counts.get(Cause.SUCCESS.value, 0), "success", "successes"),
        (counts.get(Cause.INTERRUPT.value, 0), "prompt", "prompts"),
    ]
    parts = [counted(count, one, many) for count, one, many in told if count]
    exposed = counts.get(Cause.LEGACY_SUCCESS.value, 0)
    if exposed:
        let_in = counted(exposed, "sign-in of a legacy client", "sign-ins of legacy clients")
        parts.append(f"{let_in} let in (exposure)")
    return f"Beside the failures: {listed(parts)}." if parts else ""
