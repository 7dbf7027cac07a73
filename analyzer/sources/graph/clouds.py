"""The four clouds of Microsoft Graph, and which addresses a token may be sent to.

Source: https://learn.microsoft.com/graph/deployments.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_HTTPS_PORT = 443
_VERSIONS = ("/beta", "/v1.0")


@dataclass(frozen=True, slots=True)
class Cloud:
    """One national cloud.

    Attributes:
        name: As written in ``--cloud``.
        graph_url: Address of Graph, without a version.
        authority: Host that gives out tokens.
        scope: What a token for Graph is asked for.
        title: What Microsoft calls the cloud.
    """

    name: str
    graph_url: str
    authority: str
    title: str

    @property
    def scope(self) -> str:
        """All permissions that were consented to, of this cloud's Graph."""
        return f"{self.graph_url}/.default"


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "global",
            "https://graph.microsoft.com",
            "login.microsoftonline.com",
            "Microsoft 365 and GCC",
        ),
        Cloud(
            "usgov",
            "https://graph.microsoft.us",
            "login.microsoftonline.us",
            "US Government L4 (GCC High)",
        ),
        Cloud(
            "dod",
            "https://dod-graph.microsoft.us",
            "login.microsoftonline.us",
            "US Government L5 (DoD)",
        ),
        Cloud(
            "china",
            "https://microsoftgraph.chinacloudapi.cn",
            "login.chinacloudapi.cn",
            "China, operated by 21Vianet",
        ),
    )
}


def base_url_of(cloud_name: str, override: str | None) -> str:
    """Address that requests, and the token with them, go to: no trailing slash, no version.

    Args:
        cloud_name: A key of ``CLOUDS``; decides where there is no override.
        override: Another address; only loopback ones and the clouds' own are taken.

    Raises:
        UsageError: The override is any other address, or carries more than an address.
    """
    if not override:
        return CLOUDS[cloud_name].graph_url
    return _address(override)


def cloud_at(base_url: str) -> Cloud | None:
    """The cloud whose Graph has this address, as ``base_url_of`` writes it; None for loopback."""
    return next((cloud for cloud in CLOUDS.values() if cloud.graph_url == base_url), None)


def _address(text: str) -> str:
    # Parsers disagree about blanks, backslashes and escapes in addresses; none has a use here.
    if not text.isascii() or not text.isprintable() or any(c in text for c in " \\%?#@"):
        raise _refused(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refused(text) from error
    path = _without_version(parts.path)
    host = f"https://{parts.hostname}"
    if parts.scheme == "https" and port in {None, _HTTPS_PORT} and not path and cloud_at(host):
        return host
    if parts.scheme in {"http", "https"} and is_loopback(parts.hostname):
        return f"{parts.scheme}://{_host_and_port(parts)}{path}"
    raise _refused(text)


def _without_version(path: str) -> str:
    path = path.rstrip("/")
    for version in _VERSIONS:
        path = path.removesuffix(version)
    return path.rstrip("/")


def _host_and_port(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _refused(text: str) -> UsageError:
    # What stands before an @ may be a password.
    shown = text if "@" not in text else "..." + text[text.rindex("@") :]
    msg = f"the Graph address {shown!r} is neither on this machine nor one of Microsoft's clouds"
    known = ", ".join(cloud.graph_url for cloud in CLOUDS.values())
    return UsageError(
        msg, remedy=f"Give a loopback address such as http://127.0.0.1:8080, or one of {known}."
    )
