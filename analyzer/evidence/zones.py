"""Time zones by IANA name, and what to write instead of a Windows name."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones

from analyzer.errors import UsageError

# Windows zone ids as Get-TimeZone prints them, with CLDR's default city
# (unicode-org/cldr, common/supplemental/windowsZones.xml, territory 001).
WINDOWS_ZONES: dict[str, str] = {
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Alaskan Standard Time": "America/Anchorage",
    "Pacific Standard Time": "America/Los_Angeles",
    "US Mountain Standard Time": "America/Phoenix",
    "Mountain Standard Time": "America/Denver",
    "Central Standard Time": "America/Chicago",
    "Canada Central Standard Time": "America/Regina",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Eastern Standard Time": "America/New_York",
    "US Eastern Standard Time": "America/Indiana/Indianapolis",
    "SA Pacific Standard Time": "America/Bogota",
    "Atlantic Standard Time": "America/Halifax",
    "Pacific SA Standard Time": "America/Santiago",
    "Newfoundland Standard Time": "America/St_Johns",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Argentina/Buenos_Aires",
    "UTC": "UTC",
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Romance Standard Time": "Europe/Paris",
    "Central European Standard Time": "Europe/Warsaw",
    "GTB Standard Time": "Europe/Bucharest",
    "FLE Standard Time": "Europe/Kyiv",
    "Turkey Standard Time": "Europe/Istanbul",
    "Israel Standard Time": "Asia/Jerusalem",
    "Egypt Standard Time": "Africa/Cairo",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Russian Standard Time": "Europe/Moscow",
    "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai",
    "Iran Standard Time": "Asia/Tehran",
    "Pakistan Standard Time": "Asia/Karachi",
    "India Standard Time": "Asia/Kolkata",
    "SE Asia Standard Time": "Asia/Bangkok",
    "China Standard Time": "Asia/Shanghai",
    "Singapore Standard Time": "Asia/Singapore",
    "Taipei Standard Time": "Asia/Taipei",
    "W. Australia Standard Time": "Australia/Perth",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "AUS Central Standard Time": "Australia/Darwin",
    "E. Australia Standard Time": "Australia/Brisbane",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "New Zealand Standard Time": "Pacific/Auckland",
}


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        UsageError: No such zone; the remedy suggests what was meant.
    """
    cleaned = name.strip()
    try:
        return ZoneInfo(cleaned)
    except (KeyError, ValueError, OSError) as error:
        msg = f"time zone {name!r} is no IANA name"
        raise UsageError(msg, remedy=_suggestion(cleaned)) from error


def _suggestion(name: str) -> str:
    folded = name.casefold()
    for windows, iana in WINDOWS_ZONES.items():
        if folded == windows.casefold():
            return f"{windows} is a Windows name: write --moves-timezone {iana}, or your own city."
    known = {zone.casefold(): zone for zone in sorted(available_timezones())}
    known |= {zone.rpartition("/")[2]: whole for zone, whole in known.items()} | known
    close = difflib.get_close_matches(folded.replace(" ", "_"), known, n=1, cutoff=0.6)
    meant = f" Did you mean {known[close[0]]}?" if close else ""
    return f"Write a name such as America/Toronto or Europe/Berlin.{meant}"
