"""Back-test of ``analyzer readiness`` on simulated migrations whose truth is known.

Who is forecast
    Every member of staff whom a wave moves, on the day before the wave's first move, with the
    evidence as it was then: moves completed by then, recipient types, policies in the state and
    with the exclusions of that day, and the sign-ins before it, as far as the window holds them.
    Shared mailboxes have no Outlook and are not scored.
Stuck
    A mover's own Outlook is turned away as `outlook-reconfiguration` within five days after the
    move. One that prompts on the first morning only and mends itself (`mover-mapi-hiccup`) is not.
Left out
    Waves without a day of the window before them or three working days after them; movers who do
    not work within the five days; movers whose Outlook is too old for modern authentication, whom
    nothing helps (counted in a table of their own).
Overtaken
    Movers for whom the policies changed between the forecast and the end of the five days: an
    exclusion, a policy switched on or off. A forecast is for what was in force when it was made.
    They are scored in a column of their own and are not in the goal's.
Precision
    Of those predicted stuck, who is.
Recall
    Of those who are stuck, whom the forecast called so. One of whom it cannot be told is missed.
Cannot be told
    Forecasts of neither, apart.
"""
