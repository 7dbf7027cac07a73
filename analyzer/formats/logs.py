"""Names of the sign-in logs: diagnostic categories and Log Analytics tables."""

from __future__ import annotations

# https://learn.microsoft.com/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options
# True: the user was there. A log of service principals has no user and is never interactive.
SIGNIN_LOGS: dict[str, bool] = {
    "signinlogs": True,
    "noninteractiveusersigninlogs": False,
    "serviceprincipalsigninlogs": False,
    "managedidentitysigninlogs": False,
    "microsoftserviceprincipalsigninlogs": False,
    "adfssigninlogs": True,
    "aadnoninteractiveusersigninlogs": False,
    "aadserviceprincipalsigninlogs": False,
    "aadmanagedidentitysigninlogs": False,
}
"""Lower-case name of a category or table → whether its sign-ins are interactive."""

SERVICE_LOGS = tuple(
    name for name in SIGNIN_LOGS if "serviceprincipal" in name or "managedidentity" in name
)
"""Logs of sign-ins that have no user."""

NONINTERACTIVE_EVENT_TYPE = "noninteractiveuser"
INTERACTIVE_EVENT_TYPE = "interactiveuser"
