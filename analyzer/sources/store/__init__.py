"""A store: pages as received, sign-ins by day, and a ledger of what was asked and is missing."""
