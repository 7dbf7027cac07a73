"""AADSTS error codes by what they mean for the question why a sign-in failed.

Codes are matched, never message text: Microsoft rewrites the texts.
Source: MicrosoftDocs/entra-docs, *reference-error-codes*.
"""

from __future__ import annotations

SUCCESS = 0

SECURITY_DEFAULTS = 530035
SECURITY_DEFAULTS_POLICY = "securitydefaults"
"""Id under which security defaults appear among a sign-in's policies, in lower case."""

CA_BLOCK: dict[int, str] = {
    53003: "blocked by a Conditional Access policy",
    530031: "access policy does not allow token issuance",
    530032: "blocked by a security policy of the tenant",
    530034: "delegated administrator blocked by a policy",
    530035: "blocked by security defaults",
}
"""A policy refused, after the first factor was right."""

POLICY_REQUIREMENT: dict[int, str] = {
    53000: "device is not compliant",
    53001: "device is not domain joined",
    53002: "application is not an approved one",
    53004: "multifactor registration was blocked as risky",
    53005: "application needs an app protection policy",
    53008: "browser is not supported by the policy",
    53009: "application needs app protection policies enforced",
    53010: "authentication methods cannot be set up from here",
    53011: "user is blocked for risk in the home tenant",
    530021: "application is not on the approved list",
    530022: "application needs app protection",
    530003: "device must be managed",
    530001: "browser is not supported for a device policy",
    530002: "device must be compliant",
    530033: "on-premises password change is not allowed by policy",
    50005: "platform is not supported by Conditional Access",
    50131: "device is not in the required state",
    500121: "strong authentication was asked for and not passed",
}
"""A policy asked for something (device, app, second factor) and did not get it."""

WRONG_PASSWORD: dict[int, str] = {
    50126: "user name or password is wrong",
    50053: "account is locked, or the address is known as malicious",
    50034: "account does not exist in the directory",
    50055: "password is expired",
    50056: "no password, or an invalid one, in the directory",
    50064: "credentials failed validation",
    50052: "password is longer than allowed",
    80002: "on-premises password validation timed out or failed",
    80012: "password logon is not allowed at this hour",
    80014: "on-premises password validation took too long",
}
"""The first factor was not right (or not accepted). Conditional Access was never asked."""

INTERRUPT: dict[int, str] = {
    50125: "password reset or registration was shown",
    50140: "keep-me-signed-in was shown",
    50058: "silent sign-in found no session",
    50072: "multifactor enrolment was asked for",
    50074: "strong authentication was asked for",
    50076: "multifactor authentication was asked for",
    50079: "multifactor enrolment is due",
    50097: "device authentication was asked for",
    50144: "on-premises password is expired and a change was asked for",
    50127: "broker app needs to be installed",
    50129: "device needs a workplace join",
    50158: "an external challenge was asked for",
    50132: "session was revoked, sign in again",
    50133: "session is invalid after a password change",
    50173: "fresh token is needed",
    50199: "confirmation was asked for",
    50203: "registration of an authenticator was asked for",
    50207: "interrupted to continue",
    51006: "integrated authentication is needed",
    52004: "consent was not given",
    65001: "consent was asked for",
    65004: "consent was declined",
    16000: "an account had to be chosen",
    16001: "account chooser",
    16003: "account was not added",
    50201: "sign-in was interrupted",
    70043: "refresh token ended by sign-in frequency",
    70044: "session ended by sign-in frequency",
    9002341: "single sign-on was asked for",
    81010: "seamless single sign-on ticket was not usable",
}
"""A prompt in the middle of a sign-in: no failure of a client that can answer it."""

MFA_DEMAND = (50072, 50074, 50076, 50079, 50158, 53000, 53001, 53002, 53004, 50005, 50097, 500121)
"""Demands a legacy client cannot answer: for it they are the end, an indirect block.
Source: MicrosoftDocs/entra-docs, *block-legacy-authentication*."""

OTHER: dict[int, str] = {
    50057: "account is disabled",
    7000215: "application secret is invalid",
    7000222: "application secret is expired",
    700016: "application is not in the directory",
    90072: "account is not in this tenant",
    50020: "user of another directory is not allowed",
    50105: "user is not assigned to the application",
    700082: "refresh token is expired after inactivity",
    650052: "application lacks access to a service",
    50059: "tenant cannot be told",
    90094: "administrator consent is needed",
}


def meaning(code: int) -> str:
    """What an error code means, in a few words; empty where the table does not know it."""
    for table in (CA_BLOCK, POLICY_REQUIREMENT, WRONG_PASSWORD, INTERRUPT, OTHER):
        if code in table:
            return table[code]
    return "success" if code == SUCCESS else ""
