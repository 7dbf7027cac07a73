"""Bundles to judge, built from a few named ones and changes written as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analyzer.hypotheses.facts import Before, Facts, OwnerFit, Supposition
from analyzer.results import Answer, MoveRef

MOVED_AT = datetime(2026, 3, 10, 18, tzinfo=UTC)
OWN_MOVE = MoveRef("amy@contoso.example", MOVED_AT, "Wave 1", "Completed")
OWNER = OwnerFit(
    MoveRef("owner@contoso.example", MOVED_AT, "Wave 1", "Completed"),
    "owner",
    "FullAccess",
    opens_mailbox=True,
    after=12,
    first_after=MOVED_AT + timedelta(hours=2),
    days_before=0,
)

SUPPOSED = Supposition(
    MoveRef("owner@contoso.example", MOVED_AT, "Wave 1", "Completed", is_supposed=True),
    "Editor",
    "name",
    "Amy Adler",
    people=2,
)

STUCK = Facts(
    person_key="amy",
    family="outlook",
    outcome="blocked",
    source_class="familiar",
    side="after",
    events=12,
    first_seen=MOVED_AT + timedelta(hours=2),
    last_seen=MOVED_AT + timedelta(days=2),
    onset=MOVED_AT + timedelta(hours=2),
    days=2,
    hours_of_day=6,
    indirect=0,
    legacy_blocks=12,
    other_blocks=0,
    autodiscover=4,
    outlook_protocol=4,
    ews=4,
    outlook_agent=0,
    phone_agent=0,
    converted_agent=0,
    success_code=0,
    clients=("Autodiscover", "Exchange Web Services", "Outlook Anywhere (RPC over HTTP)"),
    user_agents=(),
    ip_addresses=("203.0.113.7",),
    ip_address_count=1,
    networks=("AS64500",),
    countries=("CA",),
    error_codes=(53003,),
    app_names=("Office 365 Exchange Online",),
    signin_ids=("a",),
    policies=(),
    policies_are_legacy_blocks=Answer.UNKNOWN,
    window_from=MOVED_AT - timedelta(days=10),
    window_to=MOVED_AT + timedelta(days=5),
    moves_given=True,
    permissions_given=True,
    rights_are_whole=True,
    own_move=OWN_MOVE,
    own_move_state="completed",
    own_move_reason=None,
    sees_before=True,
    before=None,
    owner=None,
    owner_count=0,
    wave_at=MOVED_AT,
    mapi_http="off",
    mapi_http_from="organisation",
    outlook_major=None,
    recovered_at=None,
)

_NO_MOVE = {"side": "none", "own_move": None, "own_move_state": "no-record"}

LIKE = {
    "stuck": STUCK,
    "delegate": replace(STUCK, **_NO_MOVE, owner=OWNER, owner_count=1),
    "skype": replace(
        STUCK,
        family="skype",
        clients=("Exchange Web Services",),
        user_agents=("OC/16.0.4266.1003 (Skype for Business)",),
        autodiscover=0,
        outlook_protocol=0,
        ews=12,
    ),
    "phone": replace(
        STUCK,
        **_NO_MOVE,
        family="activesync",
        clients=("Exchange ActiveSync",),
        user_agents=("Apple-iPhone14C5/2202.91",),
        autodiscover=0,
        outlook_protocol=0,
        ews=0,
        phone_agent=12,
    ),
    "printer": replace(
        STUCK,
        **_NO_MOVE,
        family="mail-protocol",
        clients=("Authenticated SMTP",),
        user_agents=("BAV2ROPC",),
        autodiscover=0,
        outlook_protocol=0,
        ews=0,
        converted_agent=12,
        days=5,
        hours_of_day=24,
    ),
    "script": replace(
        STUCK,
        **_NO_MOVE,
        family="application",
        clients=("Exchange Web Services",),
        user_agents=("ExchangeServicesClient/15.00.0913.015",),
        autodiscover=0,
        outlook_protocol=0,
        ews=12,
        days=5,
        hours_of_day=24,
    ),
    "typo": replace(
        STUCK,
        **_NO_MOVE,
        family="modern",
        outcome="wrong-password",
        clients=("Browser",),
        error_codes=(50126,),
        events=2,
        days=1,
    ),
    "device": replace(
        STUCK,
        **_NO_MOVE,
        family="modern",
        outcome="policy",
        clients=("Browser",),
        error_codes=(53000,),
    ),
    "disabled": replace(
        STUCK,
        **_NO_MOVE,
        family="modern",
        outcome="failure",
        clients=("Browser",),
        error_codes=(50057,),
    ),
}


_ANSWERS = {"policies_are_legacy_blocks", "met_with", "own_use", "signs_in"}
_TIMES = {
    "onset",
    "first_seen",
    "first_after",
    "wave_at",
    "modern_since_move",
    "recovered_at",
    "met_exchange",
}


def facts(like: str = "stuck", changes: dict | None = None) -> Facts:
    """A named bundle with changes; times are offsets from the move such as ``-3d``, ``+2h``."""
    base = LIKE[like]
    return replace(base, **{name: _value(name, v, base) for name, v in (changes or {}).items()})


def _value(name: str, value: object, base: Facts) -> object:
    if value == "none" and name != "side":
        return None
    if name == "own_move":
        return OWN_MOVE
    if name == "owner":
        changes = {key: _value(key, each, base) for key, each in value.items()}
        return replace(base.owner or OWNER, **changes)
    if name == "supposed_owner":
        return replace(SUPPOSED, **value)
    if name == "before":
        return Before(**value)
    if name in _ANSWERS:
        return Answer(value)
    if name in _TIMES:
        unit = {"d": "days", "h": "hours"}[value[-1]]
        return MOVED_AT + timedelta(**{unit: int(value[:-1])})
    return tuple(value) if isinstance(value, list) else value
