"""Competing hypotheses: one small file for each cause, weighed on every bundle."""

from __future__ import annotations

from analyzer.hypotheses import (
    credential_attack,
    delegate_access,
    legacy_application,
    legacy_outlook,
    mail_protocol,
    native_activesync,
    other_failure,
    other_policy,
    outlook_reconfiguration,
    skype_for_business,
    wrong_password,
)
from analyzer.hypotheses.facts import Facts
from analyzer.hypotheses.model import Check, Hypothesis
from analyzer.hypotheses.weighing import Weighed, weigh

__all__ = ["HYPOTHESES", "Check", "Facts", "Hypothesis", "Weighed", "weigh"]

HYPOTHESES: tuple[Hypothesis, ...] = (
    outlook_reconfiguration.HYPOTHESIS,
    delegate_access.HYPOTHESIS,
    skype_for_business.HYPOTHESIS,
    credential_attack.HYPOTHESIS,
    native_activesync.HYPOTHESIS,
    mail_protocol.HYPOTHESIS,
    legacy_outlook.HYPOTHESIS,
    legacy_application.HYPOTHESIS,
    wrong_password.HYPOTHESIS,
    other_policy.HYPOTHESIS,
    other_failure.HYPOTHESIS,
)
