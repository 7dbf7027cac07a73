"""Labelled sign-ins as later stages read them, and the columns they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

if TYPE_CHECKING:
    from analyzer.engine.workspace import Frame, Workspace

LABELLED = (
    "signin_id",
    "occurred_at",
    "person_key",
    "user_id",
    "user_principal_name",
    "client_app",
    "client_key",
    "user_agent",
    "agent_class",
    "family",
    "client_family",
    "modern_kind",
    "app_id",
    "app_name",
    "outcome",
    "error_code",
    "ca_status",
    "is_indirect",
    "is_legacy_block",
    "is_other_block",
    "policies_known",
    "ip_address",
    "prefix",
    "network",
    "country",
    "source_file",
)


_KEPT_OF_PLAIN = (
    "occurred_at",
    "person_key",
    "client_key",
    "modern_kind",
    "app_id",
    "app_name",
    "ip_address",
    "prefix",
    "network",
    "country",
)

SEEN = (*_KEPT_OF_PLAIN, "family", "outcome")

_KEPT_OF_TELLING = (
    *SEEN,
    "signin_id",
    "client_app",
    "user_agent",
    "agent_class",
    "error_code",
    "is_indirect",
    "is_legacy_block",
    "is_other_block",
    "policies_known",
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled sign-ins, the telling ones apart from modern clients' plain successes.

    Attributes:
        plain: Modern clients' successes, most rows of any log; columns :data:`LABELLED`.
        telling: All others; columns :data:`LABELLED`.
    """

    plain: Frame
    telling: Frame

    @property
    def everything(self) -> Frame:
        """All sign-ins with all columns, labelled anew each time it is read."""
        return nw.concat([self.plain, self.telling])

    def stored(self, workspace: Workspace) -> Stored:
        """Label once and keep what later passes read: of a plain success less than of the rest."""
        kept = self.plain.select(*_KEPT_OF_PLAIN), self.telling.select(*_KEPT_OF_TELLING)
        plain = workspace.persist(kept[0], "plain").with_columns(
            nw.lit("modern").alias("family"), nw.lit("success").alias("outcome")
        )
        telling = workspace.persist(kept[1], "telling")
        everything = nw.concat([plain.select(*SEEN), telling.select(*SEEN)])
        return Stored(telling, everything)


@dataclass(frozen=True, slots=True)
class Stored:
    """Labels that are kept.

    Attributes:
        telling: All but modern clients' plain successes; besides :data:`SEEN` the id and what
            else tells of a failure.
        everything: All sign-ins; columns :data:`SEEN`.
    """

    telling: Frame
    everything: Frame
