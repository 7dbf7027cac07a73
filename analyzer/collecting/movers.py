"""Who moved, by the names Graph knows people by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analyzer.evidence import link
from analyzer.identity import Listed, People

if TYPE_CHECKING:
    from analyzer.evidence import Evidence

_NOBODY_SEEN = pd.DataFrame(
    columns=["user_id", "user_principal_name", "user_display_name", "last_seen"], dtype="object"
)


def movers_of(evidence: Evidence) -> tuple[set[str], set[str], int]:
    """People whose mailbox was cut over.

    Returns:
        Their object ids; the user principal names (else SMTP addresses) of those whose object id
        no export tells; and how many moves name nobody by any of these.
    """
    if evidence.moves is None:
        return set(), set(), 0
    people = People.join(_NOBODY_SEEN, Listed.of(evidence.recipients, evidence.moves))
    ids: set[str] = set()
    names: set[str] = set()
    nameless = 0
    for key in link(evidence, people).cutovers["person_key"]:
        person = people.person(key)
        name = person.user_principal_name or person.primary_smtp
        if person.user_id:
            ids.add(person.user_id)
        elif name and "@" in name:
            names.add(name)
        else:
            nameless += 1
    return ids, names, nameless
