"""The settings file: found, read, and refused where it holds what it should not."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import UsageError
from analyzer.sources.setting_table import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USUAL_NAME = "analyzer.toml"
_KEYS = tuple(setting.toml for setting in SETTINGS if setting.toml)
_SECRET_WORDS = ("secret", "password", "passphrase", "passwd", "token", "private_key")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What a settings file says.

    Attributes:
        path: Where it is, as it was given.
        values: Texts by key with table, for instance ``graph.auth``.
        lines: 1-based line of each key, where it could be told.
    """

    path: Path
    values: Mapping[str, str]
    lines: Mapping[str, int]


def read(path: Path) -> ConfigFile:
    """Settings in a TOML file.

    Raises:
        UsageError: It cannot be read, is no TOML, holds a secret, or a key that means nothing.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = tomllib.loads(text)
    except OSError as error:
        msg = f"the settings file cannot be read: {error.strerror}"
        raise UsageError(msg, remedy="Name a file that exists.", source=path) from error
    except UnicodeDecodeError as error:
        msg = "the settings file is not UTF-8 text"
        raise UsageError(msg, remedy="Save it as UTF-8.", source=path) from error
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(error, path) from error
    lines = _lines(text)
    found: dict[str, str] = {}
    for key, value in _flat(content):
        _refuse_secret(key, path, lines)
        _refuse_unknown(key, path, lines)
        found[key] = _text(key, value, path, lines)
    return ConfigFile(path, found, lines)


def _no_toml(error: tomllib.TOMLDecodeError, path: Path) -> UsageError:
    matched = _AT_LINE.search(str(error))
    return UsageError(
        # The parser may quote what it stumbled over, which may be a secret.
        "the settings file is not TOML",
        remedy='Write lines like auth = "certificate" below [graph].',
        source=path,
        line=int(matched[1]) if matched else None,
    )


def _flat(content: Mapping[str, object], table: str = "") -> Iterator[tuple[str, object]]:
    for name, value in content.items():
        key = f"{table}{name}"
        if isinstance(value, dict) and not _is_secret(key):
            if key not in {known.partition(".")[0] for known in _KEYS} and not value:
                yield key, value
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _is_secret(key: str) -> bool:
    plain = key.lower().replace("-", "_")
    return any(word in plain for word in _SECRET_WORDS)


def _refuse_secret(key: str, path: Path, lines: Mapping[str, int]) -> None:
    if _is_secret(key):
        msg = f"{key} is a secret, and a settings file is no place for one"
        raise UsageError(
            msg,
            remedy="Remove it from the file, renew it, and set AZURE_CLIENT_CERTIFICATE_PATH, "
            "AZURE_CLIENT_SECRET or GRAPH_ACCESS_TOKEN in the environment.",
            source=path,
            line=lines.get(key),
        )


def _refuse_unknown(key: str, path: Path, lines: Mapping[str, int]) -> None:
    if key in _KEYS:
        return
    near = difflib.get_close_matches(key, _KEYS, n=1)
    # A key above the first table is most often meant for the only table there is.
    near = [f"graph.{key}"] if f"graph.{key}" in _KEYS else near
    msg = f"{key} is no setting"
    remedy = f"Did you mean {near[0]}?" if near else f"Settings are {', '.join(_KEYS)}."
    raise UsageError(msg, remedy=remedy, source=path, line=lines.get(key))


def _text(key: str, value: object, path: Path, lines: Mapping[str, int]) -> str:
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    msg = f"{key} is a {type(value).__name__}, neither text nor a number"
    raise UsageError(msg, remedy='Write it like auth = "cli".', source=path, line=lines.get(key))


def _lines(text: str) -> dict[str, int]:
    """Line of each plainly written key; the parser of the standard library does not tell."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if matched := _TABLE.match(line):
            table = f"{matched[1]}."
        elif "=" in line:
            name = line.partition("=")[0].strip().replace('"', "").replace("'", "")
            found.setdefault(f"{table}{name}", number)
    return found
