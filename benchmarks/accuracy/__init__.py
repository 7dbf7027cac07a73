"""Scores the analyzer on simulated tenants whose truth is known: what ``make accuracy`` runs.

Verdicts
    The unit is a pair of person and cause. A predicted pair that is in the truth is a hit, another
    one is false; a pair of the truth that was not predicted is missed. ``undetermined`` is no
    cause: it neither hits nor is false, and the pair of the truth that it stands for is missed.
Events
    The unit is a sign-in that failed in truth. Right cause: hit; another cause: false for that one
    and missed for its own; ``undetermined``, or taken for a success or a prompt: missed only.
    Whether failing sign-ins are told from successes and prompts is a table of its own.
Precision, recall, F1
    Of each cause, from the counts of all tenants together. Macro-F1 is the mean over the causes
    that occur in the truth; it is given for verdicts and for events, and a goal must hold for both.
    The worst single tenant stands beside it.
No moves at all
    The log alone cannot tell a mover from a delegate: ``outlook-reconfiguration`` and
    ``delegate-access`` are one cause there, in the truth and in what is predicted.
Attack events excused
    Events of ``credential-attack`` in truth that are called misclassified, genuine legacy or
    unrelated. ``undetermined`` excuses nothing and is counted on its own.
Owner right
    Of the predicted ``delegate-access`` verdicts that are hits, those whose ``move.mailbox`` is one
    of the owners in the truth. A verdict that names no owner is not right; how many there are is
    told. Asked for where the evidence names owners: with permissions and recipients.
Status right
    Of the pairs that are hits and have a status in the truth, those said to have that status. Where
    a person has verdicts of one cause for several kinds of client, the one furthest from mended
    stands for the pair (ongoing, then stopped, then recovered), in the truth as in what is said.
Brier score
    Mean of (confidence - hit)² over the predicted verdicts, without ``undetermined``; ``hit`` is 1
    where the verdict's person and cause are in the truth, else 0. A person's verdicts of one cause
    for two kinds of client count twice here: each made a claim. Where mover and delegate are one
    cause, its confidence is the belief in both together, as the verdict and its alternatives state
    it; the score with the two apart stands beside it.
Reliability
    The same verdicts by tenths of confidence: mean confidence beside the share of hits.
"""
