"""What would have been seen if a cause were true: each check's yes, worded after "it were ..."."""

from __future__ import annotations

from analyzer.results import Cause

_OWN_PLACE = "it would come from a place that is normal for the person"
_MEETS_THEN = "Exchange Online would first have met the person when it began"
_MEETS_MANY = "Exchange Online would first have met many others at that time"
_HAS_RECOVERED = "the same kind of client would have got in later with modern authentication"
_CAPABLE = "its agent would name an Outlook that can do modern authentication"
_MAPI_OFF = "MAPI over HTTP would have been off, so that Outlook was on RPC over HTTP"

EXPECTED: dict[Cause, dict[str, str]] = {
    Cause.OUTLOOK_RECONFIGURATION: {
        "own-move-completed": "the person's own mailbox would have moved",
        "began-after-own-move": "it would have begun after the person's own mailbox moved",
        "soon-after-own-move": "it would have begun within five working days of the move",
        "first-met-then": _MEETS_THEN,
        "met-with-others": _MEETS_MANY,
        "exports-may-lack-it": "the move exports would hold the move",
        "uses-own-mailbox": "a phone or Skype would use the person's mailbox there as well",
        "not-seen-before-move": "the same kind of client would have been quiet before the move",
        "not-reconfigured-before": "it would not have done modern authentication before it failed",
        "outlook-bundle": "all of one Outlook's connections would be there, not some of them",
        "build-can-do-modern-auth": _CAPABLE,
        "mapi-http-off": _MAPI_OFF,
        "outlook-on-rpc": "Outlook would last have been on RPC over HTTP on premises",
        "not-a-service": "it would keep a person's hours",
        "same-client-recovered": _HAS_RECOVERED,
        "own-place": _OWN_PLACE,
    },
    Cause.DELEGATE_ACCESS: {
        "right-on-moved-mailbox": "the person would have a right on a mailbox that moved",
        "own-mailbox-not-moved": "the person's own mailbox would not have moved by then",
        "began-after-owner-move": "it would have begun after a mailbox with rights moved",
        "soon-after-owner-move": "it would have begun within five working days of such a move",
        "first-met-then": _MEETS_THEN,
        "met-with-others": _MEETS_MANY,
        "no-mailbox-of-own": "nothing else would use a mailbox of the person's in Exchange Online",
        "right-opens-mailbox": "the right would open the mailbox, not only send in its name",
        "follows-a-wave": "it would have begun within a working day of other people's move",
        "build-can-do-modern-auth": _CAPABLE,
        "mapi-http-off": _MAPI_OFF,
        "outlook-on-rpc": "Outlook would last have been on RPC over HTTP on premises",
        "same-client-recovered": _HAS_RECOVERED,
        "own-place": _OWN_PLACE,
    },
    Cause.SKYPE_FOR_BUSINESS: {
        "skype-agent": "the agent would name Skype for Business or Lync",
        "after-own-move": "it would be after the move of the person's own mailbox",
        "soon-after-own-move": "it would have begun within five working days of the move",
        "only-ews": "every row would be Exchange Web Services",
        "person-hours": "it would keep a person's hours",
        "own-place": _OWN_PLACE,
    },
    Cause.CREDENTIAL_ATTACK: {
        "hostile-source": "its address or network would have tried wrong passwords on many people",
        "known-password-in-strange-hands": "it would come from a place strange in every way",
        "guessing": "it would be a long series of wrong passwords from a strange place",
    },
    Cause.NATIVE_ACTIVESYNC: {
        "client-is-activesync": "the client app would be Exchange ActiveSync",
        "phone-agent": "the agent would name a phone's mail app",
        "own-place": _OWN_PLACE,
    },
    Cause.MAIL_PROTOCOL: {
        "protocol-is-mail": "client app or agent would stand for IMAP, POP or SMTP",
        "converted-basic-auth": "the agent would be Exchange's conversion of basic authentication",
        "own-place": _OWN_PLACE,
    },
    Cause.LEGACY_OUTLOOK: {
        "no-move-explains-it": "no move, own or of a mailbox with rights, would explain it",
        "from-the-start": "it would have been there from the start of the log",
        "build-cannot-do-modern-auth": "its agent would name an Outlook of 2010 or older",
        "outlook-on-mapi": "Outlook would last have been on MAPI over HTTP on premises",
        "own-place": _OWN_PLACE,
    },
    Cause.LEGACY_APPLICATION: {
        "scripted-client": "client app or agent would name a scripted client",
        "round-the-clock": "it would run day and night",
        "no-move-explains-it": "it would have been there without, or before, a move",
        "service-account": "no person would sign in by the account",
        "own-place": _OWN_PLACE,
    },
    Cause.WRONG_PASSWORD: {
        "password-was-wrong": "the codes would say that the password was wrong",
        "own-place": _OWN_PLACE,
        "succeeded-later": "the person would have succeeded later",
    },
    Cause.OTHER_POLICY: {
        "not-the-legacy-block": "what refused would be something else than a legacy block",
        "legacy-client-other-policy": "what refused would be known to be no legacy block",
        "legacy-client-own-place": _OWN_PLACE,
    },
    Cause.OTHER_FAILURE: {
        "code-is-other": "the code would be neither a policy's nor a wrong password's",
    },
}
