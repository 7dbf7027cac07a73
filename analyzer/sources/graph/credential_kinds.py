"""The kinds of credential behind ``--auth``: what each needs, how it is made, what if it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.errors import PermissionMissingError
from analyzer.sources.graph.clouds import CLOUDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from analyzer.sources.graph.settings import GraphSettings

    Tell = Callable[[str], None]
    Make = Callable[[GraphSettings, Mapping[str, str], Tell], Any]

TENANT = "AZURE_TENANT_ID"
CLIENT = "AZURE_CLIENT_ID"
CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH"
PASSWORD = "AZURE_CLIENT_CERTIFICATE_PASSWORD"  # noqa: S105 - the name of a variable
CHAIN = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"
SECRET = "AZURE_CLIENT_SECRET"  # noqa: S105 - the name of a variable
FEDERATED = "AZURE_FEDERATED_TOKEN_FILE"
_HIDDEN = "<hidden>"
# Anything shaped like a signed token, and long runs of what secrets are made of. Request and
# correlation ids (36 characters) stay readable: support asks for them.
_TOKEN_LIKE = re.compile(r"eyJ[\w-]+(?:\.[\w-]*)*|[A-Za-z0-9+_~=-]{40,}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One value of ``--auth``.

    Attributes:
        where: What it is, for people.
        needs: Variables it cannot do without; several joined by " or " where one will do.
        make: Makes azure-identity's credential; loads that library.
        remedy: What to do when it gives no token.
        asks_people: Whether making it anew would ask a person to sign in once more.
    """

    where: str
    needs: tuple[str, ...]
    make: Make
    remedy: str
    asks_people: bool = False

    def require(self, settings: GraphSettings, environ: Mapping[str, str]) -> None:
        """Refuse settings that lack something this kind needs.

        Raises:
            PermissionMissingError: Names what is missing.
        """
        there = {TENANT: settings.tenant_id, CLIENT: settings.client_id}
        missing = [
            need
            for need in self.needs
            if not any(there.get(name) or environ.get(name) for name in need.split(" or "))
        ]
        if missing:
            msg = f"{self.where} needs {' and '.join(missing)}, which is not set"
            raise PermissionMissingError(msg, remedy=self.remedy)


def said(error: Exception, secrets: tuple[str, ...]) -> str:
    """First line of an error's message, without secrets and what looks like a token."""
    message = str(getattr(error, "message", None) or error).strip() or type(error).__name__
    first = message.splitlines()[0].strip()
    for secret in secrets:
        first = first.replace(secret, _HIDDEN)
    return _TOKEN_LIKE.sub(_HIDDEN, first)


def _authority(settings: GraphSettings) -> str:
    return CLOUDS[settings.cloud].authority


def _certificate(settings: GraphSettings, environ: Mapping[str, str], _: Tell) -> Any:  # noqa: ANN401
    from azure.identity import CertificateCredential  # noqa: PLC0415

    return CertificateCredential(
        settings.tenant_id,
        settings.client_id,
        environ[CERTIFICATE],
        password=environ.get(PASSWORD) or None,
        send_certificate_chain=environ.get(CHAIN, "").lower() in {"1", "true"},
        authority=_authority(settings),
    )


def _secret(settings: GraphSettings, environ: Mapping[str, str], _: Tell) -> Any:  # noqa: ANN401
    from azure.identity import ClientSecretCredential  # noqa: PLC0415

    return ClientSecretCredential(
        settings.tenant_id, settings.client_id, environ[SECRET], authority=_authority(settings)
    )


def _environment(settings: GraphSettings, environ: Mapping[str, str], tell: Tell) -> Any:  # noqa: ANN401
    # azure-identity's own takes the secret first; where both are set the certificate is meant.
    make = _certificate if environ.get(CERTIFICATE) else _secret
    return make(settings, environ, tell)


def _managed_identity(settings: GraphSettings, _: Mapping[str, str], __: Tell) -> Any:  # noqa: ANN401
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415

    return ManagedIdentityCredential(client_id=settings.client_id or None)


def _workload_identity(settings: GraphSettings, environ: Mapping[str, str], _: Tell) -> Any:  # noqa: ANN401
    from azure.identity import WorkloadIdentityCredential  # noqa: PLC0415

    return WorkloadIdentityCredential(
        tenant_id=settings.tenant_id,
        client_id=settings.client_id,
        token_file_path=environ[FEDERATED],
        authority=_authority(settings),
    )


def _cli(settings: GraphSettings, _: Mapping[str, str], __: Tell) -> Any:  # noqa: ANN401
    from azure.identity import AzureCliCredential  # noqa: PLC0415

    return AzureCliCredential(tenant_id=settings.tenant_id)


def _device_code(settings: GraphSettings, _: Mapping[str, str], tell: Tell) -> Any:  # noqa: ANN401
    from azure.identity import DeviceCodeCredential  # noqa: PLC0415

    def prompt(address: str, code: str, ends: datetime) -> None:
        tell(f"To sign in, open {address} and enter the code {code} before {ends:%H:%M} UTC.")

    return DeviceCodeCredential(prompt_callback=prompt, **_of_a_person(settings))


def _browser(settings: GraphSettings, _: Mapping[str, str], __: Tell) -> Any:  # noqa: ANN401
    from azure.identity import InteractiveBrowserCredential  # noqa: PLC0415

    return InteractiveBrowserCredential(**_of_a_person(settings))


def _of_a_person(settings: GraphSettings) -> dict[str, Any]:
    ids = {"tenant_id": settings.tenant_id, "client_id": settings.client_id}
    return {
        "authority": _authority(settings),
        **{name: value for name, value in ids.items() if value},
    }


def _default(settings: GraphSettings, environ: Mapping[str, str], tell: Tell) -> Any:  # noqa: ANN401
    from azure.identity import ChainedTokenCredential, DefaultAzureCredential  # noqa: PLC0415

    if environ.get(CERTIFICATE) or environ.get(SECRET):
        KINDS["environment"].require(settings, environ)
        return _environment(settings, environ, tell)
    # The caches of editors and brokers are left out: whose they are is not to be seen.
    rest = DefaultAzureCredential(
        authority=_authority(settings),
        managed_identity_client_id=settings.client_id or None,
        exclude_environment_credential=True,
        exclude_workload_identity_credential=True,
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_broker_credential=True,
    )
    if not (environ.get(FEDERATED) and settings.tenant_id and settings.client_id):
        return rest
    return ChainedTokenCredential(_workload_identity(settings, environ, tell), rest)


_LOCAL = "Run az login with an account that may read sign-ins, or choose another --auth."
_EITHER = f"{CERTIFICATE} or {SECRET}"

KINDS = {
    "default": Kind(
        "the default chain of credentials",
        (),
        _default,
        f"Set {TENANT}, {CLIENT} and {CERTIFICATE}, or choose a credential with --auth.",
    ),
    "environment": Kind(
        "the application of the environment",
        (TENANT, CLIENT, _EITHER),
        _environment,
        f"Set {TENANT}, {CLIENT} and {CERTIFICATE} (or, second best, {SECRET}).",
    ),
    "certificate": Kind(
        "the application's certificate",
        (TENANT, CLIENT, CERTIFICATE),
        _certificate,
        f"Set {TENANT}, {CLIENT} and {CERTIFICATE} (a PEM or PKCS12 file with its private key), "
        "and upload the public half to the app registration.",
    ),
    "secret": Kind(
        "the application's client secret",
        (TENANT, CLIENT, SECRET),
        _secret,
        f"Set {TENANT}, {CLIENT} and {SECRET} to the secret's value (not its id), "
        "and check that it has not expired.",
    ),
    "managed-identity": Kind(
        "the managed identity of this machine",
        (),
        _managed_identity,
        f"Run on an Azure resource with a managed identity; set {CLIENT} for a user-assigned one.",
    ),
    "workload-identity": Kind(
        "the workload identity of this pod",
        (TENANT, CLIENT, FEDERATED),
        _workload_identity,
        f"Set {TENANT}, {CLIENT} and {FEDERATED}, and add the federated credential to the app.",
    ),
    "cli": Kind("the account of the Azure CLI", (), _cli, _LOCAL),
    "device-code": Kind(
        "a person who signs in with a device code",
        (),
        _device_code,
        f"Enter the code in time, allow public client flows in the app and set {CLIENT}.",
        asks_people=True,
    ),
    "browser": Kind(
        "a person who signs in in the browser",
        (),
        _browser,
        f"Sign in where a browser can open, add http://localhost as a redirect of the app, "
        f"and set {CLIENT}.",
        asks_people=True,
    ),
}
