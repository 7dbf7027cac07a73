"""Access tokens: one given as it is, or azure-identity's credential of the kind that was chosen."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from analyzer.errors import PermissionMissingError, UsageError
from analyzer.sources.graph.clouds import CLOUDS
from analyzer.sources.graph.credential_kinds import KINDS, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analyzer.sources.graph.settings import GraphSettings

GIVEN = "GRAPH_ACCESS_TOKEN"
_EARLY_SECONDS = 300


class TokenSource(Protocol):
    """Gives the access token for Graph; safe to ask from several threads.

    Attributes:
        can_refresh: Whether asking for a new token can give another one.
        where: What it is, for people.
    """

    can_refresh: bool
    where: str

    def token(self, *, refresh: bool = False) -> str:
        """The token, renewed five minutes before it ends.

        Args:
            refresh: Give up the one in memory, since it was refused.

        Raises:
            PermissionMissingError: There is none to be had; says which setting is missing.
        """
        ...


class GivenToken:
    """The token of ``GRAPH_ACCESS_TOKEN``, used as it is until it ends."""

    can_refresh = False
    where = GIVEN

    def __init__(self, text: str) -> None:
        self._text = text

    def token(self, *, refresh: bool = False) -> str:  # noqa: ARG002 - there is no other one
        """The token that was given."""
        return self._text

    def __repr__(self) -> str:
        return f"<{self.where}>"


class AzureTokens:
    """Tokens of an azure-identity credential, kept in memory only.

    Args:
        make: Makes the credential; called again when a token was refused, since the credential
            itself would answer with the same one.
        settings: Cloud, kind and tenant.
        secrets: Texts that no message may repeat.
        clock: Seconds since 1970.
    """

    can_refresh = True

    def __init__(
        self,
        make: Callable[[], Any],
        settings: GraphSettings,
        *,
        secrets: tuple[str, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        # What it logs is what it raises, but with every secret in it, and on standard error.
        logging.getLogger("azure.identity").addHandler(logging.NullHandler())
        self.where = KINDS[settings.auth].where
        self._make = make
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._lock = threading.Lock()
        self._credential: Any = None
        self._text = ""
        self._ends_seconds = 0.0

    def token(self, *, refresh: bool = False) -> str:
        """The token in memory, or a new one when it ends within five minutes."""
        with self._lock:
            if refresh or self._clock() >= self._ends_seconds - _EARLY_SECONDS:
                self._renew(afresh=refresh)
            return self._text

    def _renew(self, *, afresh: bool) -> None:
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - 0.1 s

        kind = KINDS[self._settings.auth]
        try:
            if self._credential is None or (afresh and not kind.asks_people):
                self._credential = self._make()
            got = self._credential.get_token(
                CLOUDS[self._settings.cloud].scope, tenant_id=self._settings.tenant_id or None
            )
        # ValueError and OSError: a certificate that cannot be read, an id that is none.
        except (AzureError, ValueError, OSError) as error:
            msg = f"no token from {self.where}: {said(error, self._secrets)}"
            raise PermissionMissingError(msg, remedy=self._remedy(error)) from None
        self._text, self._ends_seconds = got.token, float(got.expires_on)

    def _remedy(self, error: BaseException) -> str:
        """What to do: nothing about the credential helps where its host was never reached."""
        from azure.core.exceptions import (  # noqa: PLC0415
            ServiceRequestError,
            ServiceResponseError,
        )

        unreached = (ServiceRequestError, ServiceResponseError)
        if any(isinstance(e, unreached) for e in (error, error.__cause__, error.__context__)):
            host = CLOUDS[self._settings.cloud].authority
            return f"Check that {host} can be reached from here (names, proxy, firewall)."
        return KINDS[self._settings.auth].remedy

    def __repr__(self) -> str:
        return f"<tokens from {self.where}>"


def token_source(
    settings: GraphSettings,
    environ: Mapping[str, str],
    *,
    tell: Callable[[str], None] | None = None,
) -> TokenSource:
    """Where tokens come from: ``GRAPH_ACCESS_TOKEN`` before everything, else ``settings.auth``.

    Args:
        settings: Cloud, kind of credential, tenant and application.
        environ: The environment, which holds the secrets.
        tell: Called with what a person has to do (device code); standard error without it.

    Raises:
        UsageError: The given token cannot be one.
        PermissionMissingError: A setting that the kind of credential needs is missing.
    """
    given = environ.get(GIVEN, "").strip()
    if given:
        return GivenToken(_checked(given))
    kind = KINDS[settings.auth]
    kind.require(settings, environ)
    tell = tell or _to_standard_error
    secrets = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD")
    return AzureTokens(
        lambda: kind.make(settings, environ, tell),
        settings,
        secrets=tuple(environ[name] for name in secrets if environ.get(name)),
    )


def _checked(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        msg = f"{GIVEN} holds blanks, control characters or letters that no token has"
        raise UsageError(msg, remedy='Set it to the token alone, without "Bearer" or line ends.')
    return text


def _to_standard_error(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
