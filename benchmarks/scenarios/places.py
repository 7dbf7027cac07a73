"""Sites, and the addresses people and strangers sign in from.

All addresses are from ranges that belong to nobody (RFC 5737, 3849, 2544, 6598), all networks
from private or documentation AS numbers (RFC 6996, 5398).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.tenant.world import Place


@dataclass(frozen=True, slots=True)
class Site:
    """A town where the organisation has an office."""

    zone: str
    country: str
    state: str
    city: str
    suburbs: tuple[str, ...]


SITES = (
    Site("America/Toronto", "CA", "Ontario", "Toronto", ("Mississauga", "Hamilton", "Oshawa")),
    Site("America/Vancouver", "CA", "British Columbia", "Vancouver", ("Surrey", "Burnaby")),
    Site("America/New_York", "US", "New York", "New York", ("Yonkers", "Newark", "Stamford")),
    Site("America/Chicago", "US", "Illinois", "Chicago", ("Aurora", "Naperville")),
    Site("America/Los_Angeles", "US", "California", "Los Angeles", ("Pasadena", "Long Beach")),
    Site("Europe/London", "GB", "England", "London", ("Croydon", "Luton", "Watford")),
    Site("Europe/Berlin", "DE", "Berlin", "Berlin", ("Potsdam", "Bernau")),
    Site("Europe/Paris", "FR", "Ile-de-France", "Paris", ("Versailles", "Nanterre")),
    Site("Australia/Sydney", "AU", "New South Wales", "Sydney", ("Penrith", "Parramatta")),
    Site("Asia/Tokyo", "JP", "Tokyo", "Tokyo", ("Kawasaki", "Chiba")),
)
TRAVEL = (
    ("PT", "Lisboa", "Lisbon"),
    ("IT", "Lazio", "Rome"),
    ("ES", "Madrid", "Madrid"),
    ("AE", "Dubai", "Dubai"),
    ("MX", "Mexico City", "Mexico City"),
    ("SG", "Singapore", "Singapore"),
)
FORBIDDEN_TRAVEL = (("TR", "Istanbul", "Istanbul"), ("EG", "Cairo", "Cairo"))
"""Travel to countries that a policy blocks."""
STRANGE = (
    ("VN", "Ha Noi", "Hanoi"),
    ("KZ", "Almaty", "Almaty"),
    ("NG", "Lagos", "Lagos"),
    ("ID", "Jakarta", "Jakarta"),
    ("BD", "Dhaka", "Dhaka"),
    ("VE", "Distrito Capital", "Caracas"),
)
"""Countries where nobody of the organisation ever is."""
HOSTING_NETWORKS = tuple(range(65536, 65544))
VPN_NETWORK = 65548


class Addresses:
    """Hands out addresses, each once but for those that many share."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._homes = dice.randrange(4096)
        self._hosts = 0
        self._networks: dict[str, int] = {}

    def office(self, number: int, site: Site) -> Place:
        """The one address that hundreds share."""
        return Place(
            f"203.0.113.{10 + number}", 64500 + number, site.country, site.state, site.city
        )

    def data_centre(self, site: Site) -> Place:
        """Where servers and services are."""
        return Place("203.0.113.140", 64500, site.country, site.state, site.city)

    def company_vpn(self, site: Site) -> Place:
        """The exit of the organisation's own VPN."""
        return Place("203.0.113.200", 64511, site.country, site.state, site.city)

    def home(self, site: Site) -> Place:
        """A household's address at one of three providers of the country; some have IPv6."""
        provider = self._dice.randrange(3)
        network = self._network(f"home {site.country} {provider}", 64600)
        city = self._dice.choice(site.suburbs)
        self._homes += 1
        number = self._homes
        if self._dice.random() < 0.15:
            ip = f"2001:db8:{network % 4096:x}:{number:x}::{self._dice.randrange(1, 4096):x}"
        else:
            ip = f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}"
        return Place(ip, network, site.country, site.state, city)

    def mobile(self, site: Site) -> Place:
        """One of a carrier's shared exits, another each time."""
        network = self._network(f"mobile {site.country}", 64700)
        ip = f"100.{64 + network % 64}.{self._dice.randrange(4)}.{self._dice.randrange(1, 60)}"
        return Place(ip, network, site.country, site.state, site.city)

    def hotel(self, where: tuple[str, str, str]) -> Place:
        """A hotel abroad."""
        country, state, city = where
        network = self._network(f"hotel {country}", 64800)
        ip = f"100.{127 - network % 8}.{self._dice.randrange(200)}.{self._dice.randrange(1, 250)}"
        return Place(ip, network, country, state, city)

    def hosting(self, where: tuple[str, str, str], network: int) -> Place:
        """A rented machine somewhere."""
        self._hosts += 1
        number = self._hosts
        base = ("192.0.2", "198.51.100")[number // 250 % 2]
        if number >= 500:
            return Place(f"2001:db8:bad:{number:x}::1", network, *where)
        return Place(f"{base}.{number % 250 + 1}", network, *where)

    def _network(self, name: str, base: int) -> int:
        return self._networks.setdefault(name, base + len(self._networks))
