"""What the server answers: status, headers, body, and how the bytes are to be delivered.

Codes and messages are those reported from the field: throttling
https://github.com/MicrosoftDocs/azure-docs/issues/70953, page tokens
https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2254,
https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/1388 and .../issues/451, the licence
https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/1006, an error object inside a page
https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7577.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.graph.faults import Fault
from tests.graph.rows import encode

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)
_TAIL = "Please try again after the value specified in the Retry-After header."
THROTTLED = ("UnknownError", f"This request is throttled. {_TAIL}")
EXPIRED_LINKS: Mapping[str, tuple[int, str, str]] = {
    "expired": (
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    ),
    "gone": (410, "Directory_ExpiredPageToken", "The specified page token value has expired."),
    "null": (400, "UnknownError", "Invalid Skip Token, skip token is null"),
    "not-found": (400, "UnknownError", "Token not found: token is either invalid or expired"),
}
ERRORS: Mapping[str, tuple[int, str, str]] = {
    "throttled": (429, *THROTTLED),
    "throttled_silently": (429, "TooManyRequests", "Too many requests."),
    "server_error": (500, "InternalServerError", "Internal Server Error"),
    "bad_gateway": (502, "", ""),
    "unavailable": (503, "serviceNotAvailable", "The service is temporarily unavailable."),
    "gateway_timeout": (504, "UnknownError", "The operation was timed out."),
    "token_expired": (
        401,
        "InvalidAuthenticationToken",
        "Lifetime validation failed, the token is expired.",
    ),
    "forbidden": (
        403,
        "Authentication_MSGraphPermissionMissing",
        "The principal does not have required Microsoft Graph permission(s): AuditLog.Read.All "
        "to call this API.",
    ),
}
"""The error of each kind of fault that is one: status, code, message."""
_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass
class Asked:
    """One request as received, and what became of it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: int | None = None
    fault: str | None = None

    @property
    def client_request_id(self) -> str:
        """The caller's own id of the request, else the server's."""
        return self.headers.get("client-request-id") or self.request_id


@dataclass
class Answer:
    """One answer; ``delivery`` is ``whole`` or the variant of a fault of the transport."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    delivery: str = "whole"
    seconds: float = 0.0


class GraphError(Exception):
    """A refusal as Graph words it."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The error as an answer."""
        if self.status == 502:
            return Answer(502, _GATEWAY_PAGE, self.headers, "text/html")
        inner = {
            "date": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "request-id": asked.request_id,
            "client-request-id": asked.client_request_id,
        }
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return Answer(self.status, encode({"error": error}), self.headers, "application/json")


def refused(message: str) -> GraphError:
    """The 400 that Graph gives for a request it does not understand."""
    return GraphError(400, "BadRequest", message)


def unauthorized(message: str) -> GraphError:
    """The 401 of a missing or unknown token."""
    challenge = 'Bearer realm="", authorization_uri="https://login.example.net/", client_id=""'
    headers = {"WWW-Authenticate": challenge}
    return GraphError(401, "InvalidAuthenticationToken", message, headers)


def raise_error_of(fault: Fault, retry_after_seconds: int) -> None:
    """Raise the error a fault consists of, if it is one."""
    if fault.kind == "token_expired":
        raise unauthorized(ERRORS["token_expired"][2])
    if fault.kind in ERRORS:
        wait = {"Retry-After": str(retry_after_seconds)} if fault.variant == "retry-after" else {}
        raise GraphError(*ERRORS[fault.kind], wait)


def spoil(answer: Answer, fault: Fault, *, stall_seconds: float, slow_seconds: float) -> None:
    """Change an answer, or its delivery, as a fault of the transport has it."""
    if fault.kind in ("dropped", "stalled", "slow"):
        answer.delivery = fault.variant
        answer.seconds = slow_seconds if fault.kind == "slow" else stall_seconds
    elif fault.variant == "closed-early":
        answer.delivery = "closed-early"
    elif fault.kind == "truncated":
        half = answer.body[: len(answer.body) // 2]
        inside = encode({"error": {"code": "UnknownError", "message": "", "innerError": {}}})
        answer.body = half + inside if fault.variant == "error-inside" else half


def prettified(body: bytes) -> bytes:
    """The same JSON, indented."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode()
