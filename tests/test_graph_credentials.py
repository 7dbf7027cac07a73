from __future__ import annotations

import datetime as dt
import json
import logging
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import CredentialUnavailableError

from analyzer.errors import PermissionMissingError, UsageError
from analyzer.sources.graph.clouds import CLOUDS
from analyzer.sources.graph.credential_kinds import KINDS, said
from analyzer.sources.graph.credentials import AzureTokens, token_source
from analyzer.sources.graph.permissions import FEATURES, held
from analyzer.sources.graph.settings import GraphSettings

SECRET = "abc8Q~dEf.ghi-JKL_mno"  # noqa: S105 - made up
APP = GraphSettings(tenant_id="tenant", client_id="client")


class Credential:
    """Stands in for azure-identity's: the outside."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked = []

    def get_token(self, scope, *, tenant_id):
        self.asked.append((scope, tenant_id))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(token=answer[0], expires_on=answer[1])


def tokens(*credentials, settings=APP, clock=lambda: 0.0, secrets=()):
    left = list(credentials)
    return AzureTokens(lambda: left.pop(0), settings, clock=clock, secrets=secrets)


def jwt(**claims) -> str:
    parts = ({"alg": "none"}, claims)
    head, body = (urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts)
    return f"{head}.{body}.signature"


# --- a token that was given ---


def test_a_given_token_is_used_as_it_is_whatever_the_settings_say():
    source = token_source(
        GraphSettings(auth="certificate"), {"GRAPH_ACCESS_TOKEN": "  opaque-Token.1~+/= \n"}
    )

    assert source.token() == source.token(refresh=True) == "opaque-Token.1~+/="
    assert (source.can_refresh, source.where) == (False, "GRAPH_ACCESS_TOKEN")
    assert "opaque" not in repr(source)


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "Bearer abc", "a\tb", "tökén", "a\x7fb"])
def test_a_given_token_that_would_break_a_header_is_refused_unseen(text):
    with pytest.raises(UsageError) as caught:
        token_source(APP, {"GRAPH_ACCESS_TOKEN": text})

    assert text not in str(caught.value)


# --- azure-identity's tokens ---


def test_a_token_is_kept_until_five_minutes_before_its_end():
    now = [0.0]
    credential = Credential(("first", 3600), ("second", 7200))
    source = tokens(credential, clock=lambda: now[0])

    given = []
    for now[0] in (0, 3299, 3300, 6899):
        given.append(source.token())

    assert given == ["first", "first", "second", "second"]
    assert credential.asked == [("https://graph.microsoft.com/.default", "tenant")] * 2


def test_a_refused_token_is_replaced_by_one_of_a_new_credential():
    source = tokens(Credential(("first", 3600)), Credential(("second", 3600)))

    assert [source.token(), source.token(refresh=True), source.token()] == [
        "first",
        "second",
        "second",
    ]


def test_a_person_is_not_asked_to_sign_in_once_more():
    settings = GraphSettings(auth="device-code", cloud="usgov")
    credential = Credential(("first", 3600), ("second", 3600))
    source = tokens(credential, settings=settings)

    assert [source.token(), source.token(refresh=True)] == ["first", "second"]
    assert credential.asked == [("https://graph.microsoft.us/.default", None)] * 2


def test_many_threads_get_one_token():
    credential = Credential(("only", 3600))
    source = tokens(credential)

    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(lambda _: source.token(), range(32)))

    assert (given, len(credential.asked)) == ({"only"}, 1)
    assert "only" not in repr(source)


REFUSALS = [
    (
        ClientAuthenticationError("AADSTS7000215: Invalid client secret.\nTrace ID: 1"),
        "no token from the application's client secret: AADSTS7000215: Invalid client secret.",
        KINDS["secret"].remedy,
    ),
    (
        CredentialUnavailableError(f"sent {SECRET} and {jwt(roles=['x'])} in vain"),
        "no token from the application's client secret: sent <hidden> and <hidden> in vain",
        KINDS["secret"].remedy,
    ),
    (
        ServiceRequestError("no such host"),
        "no token from the application's client secret: no such host",
        "Check that login.microsoftonline.com can be reached from here (names, proxy, firewall).",
    ),
    (
        ValueError(""),
        "no token from the application's client secret: ValueError",
        KINDS["secret"].remedy,
    ),
]


@pytest.mark.parametrize(("error", "problem", "remedy"), REFUSALS)
def test_a_refusal_is_said_in_one_line_without_secrets(error, problem, remedy):
    settings = GraphSettings(auth="secret", tenant_id="tenant", client_id="client")

    with pytest.raises(PermissionMissingError) as caught:
        tokens(Credential(error), settings=settings, secrets=(SECRET,)).token()

    assert (caught.value.problem, caught.value.remedy) == (problem, remedy)
    assert (caught.value.exit_code, caught.value.__cause__) == (4, None)


def test_ids_that_support_asks_for_stay_readable():
    text = "Correlation ID: 01234567-89ab-cdef-0123-456789abcdef at https://aka.ms/azsdk/x"

    assert said(ValueError(text), ()) == text
    assert said(ValueError("key=" + "Ab1+" * 12), ()) == "<hidden>"


def test_what_azure_identity_logs_does_not_reach_standard_error(capfd):
    tokens()
    logging.getLogger("azure.identity._internal").warning("%s", SECRET)

    assert SECRET not in capfd.readouterr().err


# --- which credential ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate with its key, as openssl would write it."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "analyzer")])
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, at, at.replace(year=2036))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("certificate") / "analyzer.pem"
    path.write_bytes(private + made)
    return str(path)


CHOSEN = [
    ("certificate", {"AZURE_CLIENT_CERTIFICATE_PATH": "*"}, "CertificateCredential"),
    ("secret", {"AZURE_CLIENT_SECRET": SECRET}, "ClientSecretCredential"),
    ("environment", {"AZURE_CLIENT_SECRET": SECRET}, "ClientSecretCredential"),
    (
        "environment",
        {"AZURE_CLIENT_SECRET": SECRET, "AZURE_CLIENT_CERTIFICATE_PATH": "*"},
        "CertificateCredential",
    ),
    ("managed-identity", {}, "ManagedIdentityCredential"),
    ("workload-identity", {"AZURE_FEDERATED_TOKEN_FILE": "f"}, "WorkloadIdentityCredential"),
    ("cli", {}, "AzureCliCredential"),
    ("device-code", {}, "DeviceCodeCredential"),
    ("browser", {}, "InteractiveBrowserCredential"),
    ("default", {}, "DefaultAzureCredential"),
    ("default", {"AZURE_CLIENT_SECRET": SECRET}, "ClientSecretCredential"),
    ("default", {"AZURE_FEDERATED_TOKEN_FILE": "f"}, "ChainedTokenCredential"),
]


@pytest.mark.parametrize("cloud", ["global", "china"])
@pytest.mark.parametrize(("auth", "environ", "expected"), CHOSEN)
def test_the_kind_decides_the_credential_and_the_cloud_its_authority(
    auth, environ, expected, cloud, certificate
):
    environ = {name: certificate if value == "*" else value for name, value in environ.items()}
    settings = GraphSettings(auth=auth, cloud=cloud, tenant_id="tenant", client_id="client")

    made = KINDS[auth].make(settings, environ, print)

    assert type(made).__name__ == expected
    # Managed identities and the Azure CLI know their own cloud.
    authority = getattr(made, "_authority", None)
    has_one = expected.startswith(("Certificate", "ClientSecret", "Device", "Interactive"))
    assert authority == (f"https://{CLOUDS[cloud].authority}" if has_one else None)


def test_the_default_chain_tries_what_the_documentation_says():
    made = KINDS["default"].make(APP, {"AZURE_FEDERATED_TOKEN_FILE": "f"}, print)

    workload, rest = made.credentials
    assert [type(one).__name__ for one in (workload, *rest.credentials)] == [
        "WorkloadIdentityCredential",
        "ManagedIdentityCredential",
        "AzureCliCredential",
        "AzurePowerShellCredential",
        "AzureDeveloperCliCredential",
    ]


def test_a_device_code_is_told_to_the_person():
    told = []
    made = KINDS["device-code"].make(APP, {}, told.append)

    ends = dt.datetime(2026, 3, 2, 7, 15, tzinfo=dt.UTC)
    made._prompt_callback("https://microsoft.com/devicelogin", "ABC", ends)

    assert told == [
        "To sign in, open https://microsoft.com/devicelogin and enter the code ABC "
        "before 07:15 UTC."
    ]


MISSING = [
    ("secret", APP, {}, "AZURE_CLIENT_SECRET"),
    ("certificate", APP, {"AZURE_CLIENT_SECRET": SECRET}, "AZURE_CLIENT_CERTIFICATE_PATH"),
    ("environment", APP, {}, "AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_SECRET"),
    ("workload-identity", APP, {}, "AZURE_FEDERATED_TOKEN_FILE"),
    (
        "secret",
        GraphSettings(),
        {"AZURE_CLIENT_SECRET": SECRET},
        "AZURE_TENANT_ID and AZURE_CLIENT_ID",
    ),
]


@pytest.mark.parametrize(("auth", "app", "environ", "missing"), MISSING)
def test_what_a_credential_lacks_is_named(auth, app, environ, missing):
    settings = GraphSettings(auth=auth, tenant_id=app.tenant_id, client_id=app.client_id)

    with pytest.raises(PermissionMissingError) as caught:
        token_source(settings, environ)

    assert caught.value.problem == f"{KINDS[auth].where} needs {missing}, which is not set"
    assert SECRET not in str(caught.value)


def test_a_certificate_that_is_not_there_is_said_when_a_token_is_needed():
    settings = GraphSettings(auth="certificate", tenant_id="tenant", client_id="client")
    source = token_source(settings, {"AZURE_CLIENT_CERTIFICATE_PATH": "/nowhere/a.pem"})

    with pytest.raises(PermissionMissingError, match="No such file") as caught:
        source.token()

    assert caught.value.remedy == KINDS["certificate"].remedy


# --- what a token holds ---


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt(roles=["AuditLog.Read.All", 5]), {"AuditLog.Read.All"}),
        (jwt(scp="AuditLog.Read.All  User.Read"), {"AuditLog.Read.All", "User.Read"}),
        (jwt(aud="graph"), set()),
        ("opaque", None),
        ("a.b.c", None),
        ("ey.!!.x", None),
        ("", None),
        (f"x.{urlsafe_b64encode(b'[1]').decode()}.y", None),
        ("x." + urlsafe_b64encode(b"[" * 50_000).decode().rstrip("=") + ".y", None),
    ],
)
def test_a_token_tells_its_permissions_or_nothing(token, expected):
    assert held(token) == expected


def test_the_table_of_features_is_sound():
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    assert all(feature.lost.endswith(".") for feature in FEATURES)
    assert all("ReadWrite" not in name for feature in FEATURES for name in feature.permissions)
    assert [feature.name for feature in FEATURES if feature.is_required] == ["sign-ins"]
