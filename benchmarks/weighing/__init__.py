"""Weighs the bundles of the tuning tenants again and again: what calibration and ablation rest on.

Collecting
    Every tuning tenant is triaged once at every level of evidence. What the hypotheses are asked
    about (``Facts``) is kept with the truth of its sign-ins in ``benchmarks/data/weighing``, until
    the simulator or what leads to the facts changes. Weighing everything again takes seconds.
Bundle
    The unit of the hypotheses. Its true cause is that of most of its sign-ins; a bundle is right
    where it was given that cause. Where no moves are given, mover and delegate are one cause, as in
    ``benchmarks.accuracy``.
Verdict
    The unit of confidence: bundles of one person, cause, kind of client and owner, as the product
    merges them. A verdict is right where its person and cause are in the truth, as in
    ``benchmarks.accuracy``. ``undetermined`` claims nothing and counts nowhere.
"""
