"""Two simple answers that the analyzer has to beat, from the client app and the code alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.vocabulary import client_apps, error_codes
from benchmarks.accuracy.predicted import Prediction, SaidVerdict
from benchmarks.accuracy.truth import NOT_FAILING

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.accuracy.predicted import SaidEvent

CAUSE_OF_FAMILY = {
    "activesync": "native-activesync",
    "mail-protocol": "mail-protocol",
    "outlook": "legacy-outlook",
    "other": "legacy-outlook",
    "ews": "legacy-application",
    "application": "legacy-application",
}
"""Cause that a legacy client's name suggests; what is not here is modern (or not told)."""


def client_app_only(prediction: Prediction) -> Prediction:
    """Every failure of a legacy client is what its client app says: Entra's legacy workbook."""
    return _relabelled(prediction, CAUSE_OF_FAMILY.__getitem__)


def every_legacy_failure_is_an_attack(prediction: Prediction) -> Prediction:
    """Every failure of a legacy client is an attack, as some reports count them."""
    return _relabelled(prediction, lambda _family: "credential-attack")


def _relabelled(prediction: Prediction, cause_of: Callable[[str], str]) -> Prediction:
    """Label each event by family and code; verdicts are the pairs that result, all certain."""
    events = {
        signin_id: replace(event, cause=_cause(event, cause_of), verdict_id="")
        for signin_id, event in prediction.events.items()
    }
    pairs = Counter(
        (event.user, event.cause) for event in events.values() if event.cause not in NOT_FAILING
    )
    verdicts = (
        SaidVerdict(
            id=f"{user} {cause}",
            user=user,
            cause=cause,
            confidence=1.0,
            status="",
            mailbox="",
            events=count,
        )
        for (user, cause), count in sorted(pairs.items())
    )
    return Prediction(tuple(verdicts), events)


def _cause(event: SaidEvent, cause_of: Callable[[str], str]) -> str:
    family = family_of(event.client_app)
    code = event.error_code
    if family in CAUSE_OF_FAMILY:
        return cause_of(family) if code != error_codes.SUCCESS else "legacy-success"
    if code == error_codes.SUCCESS:
        return "success"
    if code in error_codes.INTERRUPT:
        return "interrupt"
    if code in error_codes.WRONG_PASSWORD:
        return "wrong-password"
    if code in error_codes.CA_BLOCK or code in error_codes.POLICY_REQUIREMENT:
        return "other-policy"
    return "other-failure"


def family_of(client_app: str) -> str:
    """Kind of client by the name of its client app alone."""
    key = client_app.strip().lower()
    if key in client_apps.UNKNOWN_CLIENT_APPS:
        return "unknown"
    if key in client_apps.CLIENT_APP_FAMILY:
        return client_apps.CLIENT_APP_FAMILY[key]
    started = (f for prefix, f in client_apps.CLIENT_APP_PREFIX if key.startswith(prefix))
    return next(started, "other")
