"""One person's many names to one key. Exact or refused: an ambiguous name joins nothing."""

from analyzer.identity.mailboxes import Resolution
from analyzer.identity.names import WEAK_KINDS, NameKind
from analyzer.identity.people import Listed, People, Person, keys_of_object_ids

__all__ = [
    "WEAK_KINDS",
    "Listed",
    "NameKind",
    "People",
    "Person",
    "Resolution",
    "keys_of_object_ids",
]
