"""What Graph answered to one request, and the shape of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Budget = Literal["reports", "policies"]
"""Which of Graph's limits a request counts against."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, its body as received.

    Attributes:
        status: HTTP status code.
        headers: Headers by lower-case name.
        body: Bytes of the body, decompressed and otherwise untouched.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Graph(Protocol):
    """Asks Graph, with the token, pacing and repeats taken care of."""

    async def get(
        self, path: str, query: Mapping[str, str], *, budget: Budget = "reports"
    ) -> Answer:
        """Get one page.

        Args:
            path: Path below the configured address, version first: ``/beta/auditLogs/signIns``.
            query: Query parameters by name, not yet percent-encoded.
            budget: The limit that the request counts against.

        Returns:
            The last answer, whatever its status.
        """
        ...
