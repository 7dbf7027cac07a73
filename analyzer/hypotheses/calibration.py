"""How far a cause leads, and how often that was right: one curve for each cause.

Written by ``make calibrate`` (``python -m benchmarks.weighing.calibrate``), not by hand. Fitted on
the simulated tenants of tuning seeds 1-12, 200 people each, at every level of evidence:
8,075 verdicts. Columns: shift, slope, right, verdicts, distinct, as in ``Curve``.
"""

from __future__ import annotations

from analyzer.hypotheses.curve import Curve
from analyzer.results import Cause

CURVES: dict[Cause, Curve] = {
    Cause.OUTLOOK_RECONFIGURATION: Curve(-0.55, 1.19, 944, 984, 244),
    Cause.DELEGATE_ACCESS: Curve(0.04, 1.97, 402, 412, 106),
    Cause.SKYPE_FOR_BUSINESS: Curve(0.03, 1.24, 235, 235, 47),
    Cause.CREDENTIAL_ATTACK: Curve(0.12, 2.36, 2095, 2095, 419),
    Cause.NATIVE_ACTIVESYNC: Curve(0.07, 1.56, 730, 730, 146),
    Cause.MAIL_PROTOCOL: Curve(0.01, 1.06, 380, 380, 76),
    Cause.LEGACY_OUTLOOK: Curve(-0.63, 1.37, 457, 525, 132),
    Cause.LEGACY_APPLICATION: Curve(0.28, 1.68, 264, 264, 53),
    Cause.WRONG_PASSWORD: Curve(-1.62, 1.99, 1720, 1740, 348),
    Cause.OTHER_POLICY: Curve(0.08, 1.63, 260, 260, 52),
    Cause.OTHER_FAILURE: Curve(0.1, 1.94, 450, 450, 90),
}
