"""The tenant's people: who they are in Entra, in Exchange, and where they sit."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from benchmarks.tenant.records import Account
from benchmarks.tenant.world import BERLIN, DATA_CENTRE, TORONTO, Place

DOMAIN = "contoso.example"
NAMESPACE = uuid.UUID("c0a70500-0000-4000-8000-000000000001")

# Name | office | move (w1, w2, w3, or another fate) | MapiHttpEnabled of the mailbox ("" inherits)
PEOPLE_TABLE = """
Leela Osei|toronto|w1|
Martin Kowalski|toronto|w1|
Priya Raman|toronto|w1|
Owen Gallagher|toronto|w1|
Sofia Marchetti|toronto|w1|
Daniel Abara|toronto|w1|True
Ingrid Solberg|toronto|w1|True
Tomas Novak|toronto|w1|True
Helen Whitaker|toronto|w1|True
Raj Malhotra|toronto|w1|True
Grace Lindqvist|toronto|w2|
Victor Moreau|toronto|w2|
Nadia Haddad|toronto|w2|
Colin Fraser|toronto|w2|
Beatriz Lima|toronto|w2|
Samuel Okafor|toronto|w2|True
Yuki Tanaka|toronto|w2|True
Eleanor Pryce|toronto|w2|
Hugo Lambert|toronto|w2|True
Zofia Zielinska|toronto|w2|True
Jürgen Weiß|berlin|w2|
Kaya Brandt|berlin|w2|
Lena Vogel|berlin|w2|True
Matthias Krüger|berlin|w2|True
Anke Seidel|berlin|w2|True
Dirk Hoffmann|berlin|w2|
Aaron Blake|toronto|w3|
Bianca Rossi|toronto|w3|
Carlos Mendez|toronto|w3|
Diana Petrov|toronto|w3|
Ethan Clarke|toronto|w3|
Fatima Noor|toronto|w3|
George Papas|toronto|w3|
Hannah Stein|toronto|w3|
Ivan Dragov|toronto|w3|
Julia Nkemelu|toronto|w3|
Kevin Doyle|toronto|w3|
Laura Benitez|toronto|w3|
Miguel Santos|toronto|w3|
Nora Jensen|toronto|w3|
Oscar Lund|toronto|w3|
Paula Ferreira|toronto|w3|
Quentin Hart|toronto|w3|
Rosa Delgado|toronto|w3|
Simon Adeyemi|toronto|w3|
Tanya Volkova|toronto|w3|
Umar Farouk|toronto|w3|
Vera Blum|toronto|w3|
Walter Hughes|toronto|w3|
Xenia Costas|toronto|w3|
Yannick Roy|toronto|w3|
Zara Malik|toronto|w3|True
Gavin Stone|toronto|w3|
Amelia Ford|toronto||
Brian Cho|toronto||
Clara Jung|toronto||
Derek Simms|toronto||
Edith Novotny|toronto||
Frank Weller|toronto||
Gwen Castle|toronto||
Howard Finch|toronto|archive|
Irene Zhou|toronto|failed|
Jack Tremblay|toronto|synced|
Karen Bell|toronto||
Liam Boyd|toronto||
Monica Reyes|toronto||
Neil Grant|toronto||
Olga Sand|toronto|intra|
Peter Quill|toronto|offboarding|
Stefan Roth|berlin||
Petra Lang|berlin||
Uwe Schenk|berlin||
Marie Dubois|berlin||
Nils Berger|berlin||
Eva Kraus|berlin||
"""


@dataclass(frozen=True)
class Person:
    """One person, service or shared mailbox, under all the names the exports use.

    Attributes:
        key: Short handle used by the stories.
        display_name: As shown; not unique.
        upn: User principal name, lower case.
        office: ``toronto``, ``berlin`` or ``service``.
        fate: What the move export says: ``w1`` ... ``w3``, another fate, or nothing.
        mapi_http: MapiHttpEnabled of the mailbox; blank inherits the organisation's.
        common_name: Last part of the canonical name, where it is not the display name.
        number: Position in the table; gives addresses.
    """

    key: str
    display_name: str
    upn: str
    office: str
    fate: str = ""
    mapi_http: str = ""
    common_name: str = ""
    number: int = 0
    recipient_type: str = "UserMailbox"
    user_type: str = "member"

    @cached_property
    def user_id(self) -> str:
        """Object id in Entra."""
        return str(uuid.uuid5(NAMESPACE, "user:" + self.key))

    @cached_property
    def exchange_guid(self) -> str:
        """Mailbox GUID in Exchange."""
        return str(uuid.uuid5(NAMESPACE, "mailbox:" + self.key))

    @property
    def alias(self) -> str:
        """Exchange alias: the left part of the UPN without the dot."""
        return self.upn.split("@")[0].replace(".", "")

    @property
    def sam(self) -> str:
        """sAMAccountName: initial and last name, at most 20 characters."""
        first, _, last = self.upn.split("@")[0].partition(".")
        return (first[0] + last if last else first)[:20]

    @property
    def smtp(self) -> str:
        """Primary SMTP address; differs from the UPN for those with a long service."""
        if self.number % 7 == 3 and self.office != "service":
            return f"{self.sam}@{DOMAIN}"
        return self.upn

    @property
    def canonical_name(self) -> str:
        """Canonical name in Active Directory, as Exchange shows an identity."""
        unit = {"toronto": "Toronto", "berlin": "Berlin"}.get(self.office, "Services")
        return f"{DOMAIN}/{unit}/Users/{self.common_name or self.display_name}"

    @property
    def account(self) -> Account:
        """The person as sign-ins name them."""
        name_at_signin = self.upn.replace("#ext#", "#EXT#")
        return Account(self.user_id, name_at_signin, self.display_name, self.user_type)

    def renamed(self, upn: str, display_name: str) -> Person:
        """The same person under another name."""
        return replace(self, upn=upn, display_name=display_name)


def ascii_name(name: str) -> str:
    """``Jürgen Weiß`` as ``jurgen.weiss``."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    return plain.decode().lower().replace(" ", ".")


def _from_table() -> dict[str, Person]:
    people = {}
    for number, line in enumerate(PEOPLE_TABLE.strip().splitlines()):
        name, office, fate, mapi_http = line.split("|")
        upn = f"{ascii_name(name)}@{DOMAIN}"
        key = ascii_name(name).split(".")[0]
        people[key] = Person(key, name, upn, office, fate, mapi_http, number=number)
    return people


def _others() -> dict[str, Person]:
    others = [
        Person("chris1", "Chris Morgan", f"chris.morgan@{DOMAIN}", "toronto", number=80),
        Person(
            "chris2", "Chris Morgan", f"chris.morgan2@{DOMAIN}", "berlin", number=81,
            common_name="Chris Morgan 2",
        ),
        Person(
            "info", "Contoso Info Desk", f"info@{DOMAIN}", "service", "w2", number=90,
            recipient_type="SharedMailbox",
        ),
        Person("crm", "CRM Connector", f"svc-crm@{DOMAIN}", "service", number=91),
        Person("scan", "Scan to Mail", f"svc-scan@{DOMAIN}", "service", number=92),
        Person("archiver", "Mail Archiver", f"svc-archive@{DOMAIN}", "service", number=93),
        Person("fax", "Fax Gateway", f"svc-fax@{DOMAIN}", "service", number=94),
        Person("sync", "Directory Sync", f"sync_ctso01@{DOMAIN}", "service", number=95),
        Person("admin", "Exchange Admin", f"adm.exchange@{DOMAIN}", "service", number=96),
        Person(
            "guest1", "Ana Silva (Fabrikam)", f"ana.silva_fabrikam.example#ext#@{DOMAIN}",
            "guest", number=97, user_type="guest",
        ),
        Person(
            "guest2", "Ben Moss (Fabrikam)", f"ben.moss_fabrikam.example#ext#@{DOMAIN}",
            "guest", number=98, user_type="guest",
        ),
    ]  # fmt: skip
    return {person.key: person for person in others}


PEOPLE: dict[str, Person] = {**_from_table(), **_others()}
PEOPLE["martin"] = replace(PEOPLE["martin"], common_name="Martin Kowalski 12")
# Married on the way: the log changes name, the object id does not.
BEATRIZ_BEFORE = PEOPLE["beatriz"]
PEOPLE["beatriz"] = BEATRIZ_BEFORE.renamed(f"beatriz.carvalho@{DOMAIN}", "Beatriz Carvalho")
RENAMED_ON = date(2021, 3, 16)
SPRAYED = (
    "aaron", "bianca", "carlos", "diana", "ethan", "fatima", "george", "hannah", "amelia",
    "brian", "stefan", "nils", "uwe", "helen", "raj", "yuki", "neil", "frank",
)  # fmt: skip


def as_of(person: Person, day: date) -> Person:
    """The person under the name of that day."""
    if person.key == "beatriz" and day < RENAMED_ON:
        return BEATRIZ_BEFORE
    return person


def office_of(person: Person) -> Place:
    """The shared address of the person's office."""
    return {"toronto": TORONTO, "berlin": BERLIN}.get(person.office, DATA_CENTRE)


def home_of(person: Person) -> Place:
    """The person's own address at home; every fourth household has IPv6 only."""
    if person.office == "berlin":
        place = Place(f"198.51.100.{130 + person.number}", 64502, "DE", "Berlin", "Potsdam")
    else:
        place = Place(f"198.51.100.{1 + person.number}", 64501, "CA", "Ontario", "Mississauga")
    if person.number % 4 == 2:
        return replace(place, ip=f"2001:db8:{place.network % 100:x}:{person.number:x}::1a")
    return place


def mobile_of(person: Person) -> Place:
    """A carrier's shared exit address."""
    if person.office == "berlin":
        return Place(f"100.96.4.{10 + person.number % 5}", 64504, "DE", "Berlin", "Berlin")
    return Place(f"100.64.8.{10 + person.number % 9}", 64503, "CA", "Ontario", "Toronto")
