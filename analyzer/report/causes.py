"""How reports name each cause, kind, status and source: a table, so that all say the same."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.results import Answer, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class CauseWords:
    """Title of a cause for a heading, and one line on what it means."""

    title: str
    means: str


CAUSES: dict[Cause, CauseWords] = {
    Cause.OUTLOOK_RECONFIGURATION: CauseWords(
        "Outlook stuck since its mailbox moved",
        "Able to do modern authentication, but the profile did not reconfigure after the move. "
        "Not a legacy client.",
    ),
    Cause.DELEGATE_ACCESS: CauseWords(
        "Delegate of a moved mailbox",
        "The person's own mailbox has not moved; Outlook fails on somebody's mailbox that has. "
        "Not a legacy client.",
    ),
    Cause.SKYPE_FOR_BUSINESS: CauseWords(
        "Skype for Business stuck since the move",
        "Falls back to a password on Exchange Web Services since the mailbox moved. "
        "Not a legacy client.",
    ),
    Cause.CREDENTIAL_ATTACK: CauseWords(
        "Attack on credentials",
        "Password spray, guessing, or a known password in strange hands. "
        "A migration never excuses it.",
    ),
    Cause.NATIVE_ACTIVESYNC: CauseWords(
        "Phone's native mail app",
        "ActiveSync with a stored password: a legacy client, which the block is meant to stop.",
    ),
    Cause.MAIL_PROTOCOL: CauseWords(
        "IMAP, POP or SMTP client",
        "A mail program, printer or application on a protocol that sends a password.",
    ),
    Cause.LEGACY_OUTLOOK: CauseWords(
        "Outlook without modern authentication",
        "An Outlook that cannot, or is set not to, do modern authentication; no move explains it.",
    ),
    Cause.LEGACY_APPLICATION: CauseWords(
        "Script or application",
        "Exchange Web Services, PowerShell, reporting or another scripted client with a password.",
    ),
    Cause.WRONG_PASSWORD: CauseWords(
        "Wrong password",
        "The person's own mistyped, stale or expired password.",
    ),
    Cause.OTHER_POLICY: CauseWords(
        "Another policy",
        "Blocked by Conditional Access, but not by the block on legacy authentication.",
    ),
    Cause.OTHER_FAILURE: CauseWords(
        "Another failure",
        "Neither legacy authentication, nor a password, nor a Conditional Access block.",
    ),
    Cause.UNDETERMINED: CauseWords(
        "Cannot be told",
        "The evidence does not decide between causes; each verdict says what would.",
    ),
    Cause.SUCCESS: CauseWords("Success", "Signed in."),
    Cause.LEGACY_SUCCESS: CauseWords(
        "Legacy client let in", "A legacy client signed in: exposure, not a failure."
    ),
    Cause.INTERRUPT: CauseWords("Prompt", "A prompt within a sign-in, not a failure."),
}

KINDS: dict[Kind, str] = {
    Kind.MISCLASSIFIED: "Misclassified",
    Kind.GENUINE_LEGACY: "Genuine legacy",
    Kind.HOSTILE: "Hostile",
    Kind.UNRELATED: "Unrelated",
    Kind.UNDETERMINED: "Cannot be told",
    Kind.NONE: "No failure",
}

# Order of the tallies: what needs somebody first.
REPORTED_KINDS = (
    Kind.MISCLASSIFIED,
    Kind.HOSTILE,
    Kind.GENUINE_LEGACY,
    Kind.UNRELATED,
    Kind.UNDETERMINED,
)

STATUSES: dict[Status, str] = {
    Status.ONGOING: "Ongoing",
    Status.STOPPED: "Stopped",
    Status.RECOVERED: "Recovered",
}

ANSWERS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.UNKNOWN: "cannot be told",
}

# Keys are names of evidence and of Coverage.counts; an unknown name is shown as it is.
EVIDENCE_NAMES: dict[str, str] = {
    "moves": "mailbox moves",
    "recipients": "recipients",
    "permissions": "mailbox permissions",
    "cas_mailbox": "MAPI over HTTP per mailbox",
    "cas-mailbox": "MAPI over HTTP per mailbox",
    "org_config": "organisation configuration",
    "org-config": "organisation configuration",
    "mapi_http": "MAPI over HTTP state",
    "policies": "Conditional Access policies",
    "sign-ins": "sign-in log",
}

FAMILIES: dict[str, str] = {
    "outlook": "Outlook",
    "ews": "EWS",
    "activesync": "ActiveSync",
    "mail-protocol": "IMAP/POP/SMTP",
    "application": "Application",
    "skype": "Skype",
    "modern": "Modern",
    "other": "Other legacy",
    "unknown": "Not logged",
    "move": "Mailbox move",
}

# Client families as the subject of a sentence, in the middle of it.
SUBJECTS: dict[str, str] = {
    "outlook": "Outlook",
    "ews": "a client on Exchange Web Services",
    "activesync": "a mail app on ActiveSync",
    "mail-protocol": "a client on IMAP, POP or SMTP",
    "application": "a script or application",
    "skype": "Skype for Business",
    "modern": "a modern client",
    "other": "another legacy client",
    "unknown": "a client that the log does not name",
}

# A cause as what a verdict could be: "if it were ...".
NOUNS: dict[Cause, str] = {
    Cause.OUTLOOK_RECONFIGURATION: "an Outlook stuck since its mailbox moved",
    Cause.DELEGATE_ACCESS: "a delegate of a moved mailbox",
    Cause.SKYPE_FOR_BUSINESS: "Skype for Business stuck since the move",
    Cause.CREDENTIAL_ATTACK: "an attack on credentials",
    Cause.NATIVE_ACTIVESYNC: "a phone's native mail app",
    Cause.MAIL_PROTOCOL: "an IMAP, POP or SMTP client",
    Cause.LEGACY_OUTLOOK: "an Outlook without modern authentication",
    Cause.LEGACY_APPLICATION: "a script or application",
    Cause.WRONG_PASSWORD: "the person's own wrong password",
    Cause.OTHER_POLICY: "another policy",
    Cause.OTHER_FAILURE: "another failure",
}
