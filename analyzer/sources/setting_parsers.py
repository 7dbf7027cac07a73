"""Texts of settings turned into values, or refused with what to write instead.

Every parser takes the text and the name it was given under, for the error.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.errors import UsageError
from analyzer.sources.graph.clouds import base_url_of
from analyzer.times import duration_text, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

_ID = re.compile(r"[0-9A-Za-z.-]{1,255}", re.ASCII)
_LONGEST_LAG = timedelta(days=30)


def one_of(choices: tuple[str, ...]) -> Callable[[str, str], str]:
    """A parser that takes exactly these texts."""

    def parse(text: str, what: str) -> str:
        if text not in choices:
            msg = f"{what} {text!r} is none of the values it may have"
            raise UsageError(msg, remedy=f"Choose one of {', '.join(choices)}.")
        return text

    return parse


def identifier(text: str, what: str) -> str:
    """A tenant or application id, or a domain name."""
    if not _ID.fullmatch(text):
        msg = f"{what} {text!r} is no identifier"
        raise UsageError(msg, remedy="Copy the id from the app's overview page in Entra.")
    return text


def address(text: str, what: str) -> str:
    """Address of Graph; see ``clouds.base_url_of`` for which are taken."""
    try:
        return base_url_of("global", text)
    except UsageError as error:
        msg = f"{what}: {error.problem}"
        raise UsageError(msg, remedy=error.remedy) from error


def rate(text: str, what: str) -> float:
    """A number above zero."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        msg = f"{what} {text!r} is no number above zero"
        raise UsageError(msg, remedy="Write a number like 5 or 0.5.")
    return number


def count(most: int) -> Callable[[str, str], int]:
    """A parser of whole numbers from 1 to ``most``."""

    def parse(text: str, what: str) -> int:
        is_whole = text.isascii() and text.isdecimal()
        if not is_whole or not 1 <= int(text) <= most:
            msg = f"{what} {text!r} is no whole number from 1 to {most}"
            raise UsageError(msg, remedy=f"Write a whole number from 1 to {most}.")
        return int(text)

    return parse


def length(text: str, what: str) -> timedelta:
    """A length of time, at most 30 days."""
    length = parse_duration(text, what=what)
    if length > _LONGEST_LAG:
        msg = f"{what} {text!r} is longer than Entra keeps sign-ins"
        raise UsageError(msg, remedy=f"Write at most {duration_text(_LONGEST_LAG)}.")
    return length


def as_is(text: str, what: str) -> str:  # noqa: ARG001 - one shape for all parsers
    """The text itself."""
    return text
