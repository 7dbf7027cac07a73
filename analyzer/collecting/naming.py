"""Which sign-ins name their person: whoever they name is read whole by the triage plan."""

from __future__ import annotations

from typing import Any

from analyzer.vocabulary.client_apps import MODERN_CLIENT_APPS, UNKNOWN_CLIENT_APPS
from analyzer.vocabulary.error_codes import INTERRUPT


def is_of_first_part(record: Any) -> bool:  # noqa: ANN401 - as received
    """Whether a policy failed a sign-in, or it is a legacy client's: what a triage asks first."""
    return isinstance(record, dict) and (_is_legacy(record) or _failed(record))


def names_its_person(record: Any) -> bool:  # noqa: ANN401
    """Whether a record names its person.

    Every sign-in of a legacy client does, and every one that Conditional Access failed, but for a
    prompt shown to a modern client: Entra reports a demand for a second factor as failed, too,
    though the client goes on to answer it. A prompt beside a policy that blocks does name, and so
    does one of which it cannot be told what client it was.

    Args:
        record: A sign-in as Graph gives it.
    """
    if not isinstance(record, dict):
        return False
    is_modern = _client(record) in MODERN_CLIENT_APPS
    return _is_legacy(record) or (_failed(record) and not (is_modern and _is_prompt(record)))


def _client(record: dict[str, Any]) -> str:
    return str(record.get("clientAppUsed") or "").strip().lower()


def _is_legacy(record: dict[str, Any]) -> bool:
    return _client(record) not in (*MODERN_CLIENT_APPS, *UNKNOWN_CLIENT_APPS)


def _failed(record: dict[str, Any]) -> bool:
    return record.get("conditionalAccessStatus") == "failure"


def _is_prompt(record: dict[str, Any]) -> bool:
    """Whether the client was asked for something, and no policy blocked it."""
    status = record.get("status")
    code = status.get("errorCode") if isinstance(status, dict) else None
    if not str(code).isdecimal() or int(str(code)) not in INTERRUPT:
        return False
    policies = record.get("appliedConditionalAccessPolicies") or ()
    return not any(_blocks(policy) for policy in policies if isinstance(policy, dict))


def _blocks(policy: dict[str, Any]) -> bool:
    controls = policy.get("enforcedGrantControls") or ()
    return policy.get("result") == "failure" and any(str(c).lower() == "block" for c in controls)
