"""Every setting of the live sources: one line each; loading, doctor and docs read this table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.sources.graph.clouds import CLOUDS
from analyzer.sources.graph.settings import GraphSettings
from analyzer.sources.setting_parsers import address, as_is, count, identifier, length, one_of, rate
from analyzer.times import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

AUTHS = (
    "default",
    "environment",
    "certificate",
    "secret",
    "managed-identity",
    "workload-identity",
    "cli",
    "device-code",
    "browser",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, with everything a reader or a loader asks about it.

    Attributes:
        name: Field of ``GraphSettings``, where it is one.
        toml: Key in the file, with its table; empty where it may not stand in a file.
        environment: Name of the environment variable.
        means: One sentence.
        parse: Value of a text and of the name it was given under; raises UsageError.
        flag: Option of the command line; empty where there is none.
        is_secret: Whether its value is never shown, nor taken from a file.
    """

    name: str
    toml: str
    environment: str
    means: str
    parse: Callable[[str, str], object] = as_is
    flag: str = ""
    is_secret: bool = False

    @property
    def default(self) -> object:
        """Value where nothing else was said; empty text for none."""
        return getattr(_DEFAULTS, self.name, "")

    @property
    def option(self) -> str:
        """Option that a value in code came from, spelled as on the command line."""
        return self.flag or "--" + self.name.replace("_", "-")


_DEFAULTS = GraphSettings()

SETTINGS = (
    Setting(
        "config",
        "",
        "ANALYZER_CONFIG",
        "The file with settings; without it, analyzer.toml in the working folder if it is there.",
        flag="--config",
    ),
    Setting(
        "cloud",
        "graph.cloud",
        "ANALYZER_GRAPH_CLOUD",
        "Which cloud the tenant is in: decides where tokens come from and where they go.",
        one_of(tuple(CLOUDS)),
        flag="--cloud",
    ),
    Setting(
        "auth",
        "graph.auth",
        "ANALYZER_GRAPH_AUTH",
        "Kind of credential.",
        one_of(AUTHS),
        flag="--auth",
    ),
    Setting(
        "tenant_id",
        "graph.tenant_id",
        "AZURE_TENANT_ID",
        "Directory (tenant) id.",
        identifier,
    ),
    Setting(
        "client_id",
        "graph.client_id",
        "AZURE_CLIENT_ID",
        "Application (client) id; of a user-assigned managed identity, that identity's.",
        identifier,
    ),
    Setting(
        "certificate_path",
        "",
        "AZURE_CLIENT_CERTIFICATE_PATH",
        "PEM or PKCS12 file with the certificate and its private key.",
    ),
    Setting(
        "certificate_password",
        "",
        "AZURE_CLIENT_CERTIFICATE_PASSWORD",
        "Password of the certificate file, if it has one.",
        is_secret=True,
    ),
    Setting(
        "client_secret",
        "",
        "AZURE_CLIENT_SECRET",
        "Client secret; a certificate is better.",
        is_secret=True,
    ),
    Setting(
        "access_token",
        "",
        "GRAPH_ACCESS_TOKEN",
        "A token to use as it is, before any other credential; it cannot be renewed.",
        is_secret=True,
    ),
    Setting(
        "base_url",
        "graph.url",
        "ANALYZER_GRAPH_URL",
        "Address of Graph: a loopback address (for tests) or one of the clouds' own.",
        address,
    ),
    Setting(
        "requests_per_10_seconds",
        "graph.requests_per_10_seconds",
        "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS",
        "Most requests for sign-ins and audit records in ten seconds; Microsoft's limit is 5.",
        rate,
    ),
    Setting(
        "policy_requests_per_second",
        "graph.policy_requests_per_second",
        "ANALYZER_GRAPH_POLICY_REQUESTS_PER_SECOND",
        "Most requests for Conditional Access policies in a second; Microsoft's limit is 1.",
        rate,
    ),
    Setting(
        "page_size",
        "graph.page_size",
        "ANALYZER_GRAPH_PAGE_SIZE",
        "Records asked for in a page, 1 to 1000.",
        count(1000),
    ),
    Setting(
        "timeout_seconds",
        "graph.timeout_seconds",
        "ANALYZER_GRAPH_TIMEOUT_SECONDS",
        "How long one request may take, in seconds.",
        rate,
    ),
    Setting(
        "give_up_seconds",
        "graph.give_up_seconds",
        "ANALYZER_GRAPH_GIVE_UP_SECONDS",
        "How long one window of time is tried again before it is noted as a gap, in seconds.",
        rate,
        flag="--give-up",
    ),
    Setting(
        "lag",
        "graph.lag",
        "ANALYZER_GRAPH_LAG",
        "How far behind the present a pull stops, since sign-ins arrive late.",
        length,
        flag="--lag",
    ),
    Setting(
        "overlap",
        "graph.overlap",
        "ANALYZER_GRAPH_OVERLAP",
        "How much of what was pulled before is read again, for what arrived late.",
        length,
        flag="--overlap",
    ),
    Setting(
        "workers",
        "graph.workers",
        "ANALYZER_GRAPH_WORKERS",
        "Windows of time that are pulled at once.",
        count(64),
        flag="--workers",
    ),
)


def shown(value: object) -> str:
    """Text of a setting's value, as it would be written."""
    if isinstance(value, timedelta):
        return duration_text(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
