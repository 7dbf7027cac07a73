"""First-party applications that tell which kind of client signed in with modern auth.

Needed for one question: has the *same kind of client* recovered? Outlook on the web or Teams is
no recovery of Outlook. Sources: MicrosoftDocs/entra-docs, *first-party application ids*;
Apple's mail app id from public samples.
"""

from __future__ import annotations

EXCHANGE_ONLINE_ID = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_ONLINE_NAMES = ("office 365 exchange online", "microsoft exchange online protection")

OFFICE_IDS = ("d3590ed6-52b3-4102-aeff-aad2292ab01c",)
OFFICE_NAMES = ("microsoft office",)
"""Word and Excel sign in as Microsoft Office too: it is Outlook only against Exchange Online."""

OUTLOOK_NAMES = ("microsoft outlook", "outlook", "outlook desktop", "microsoft outlook desktop")

OUTLOOK_MOBILE_IDS = ("27922004-5251-4030-b22d-91ecd9a37ea4",)
OUTLOOK_MOBILE_NAMES = ("outlook mobile", "outlook for ios and android")

PHONE_MAIL_IDS = (
    "f8d98a96-0999-43f5-8af3-69971c7bb423",  # iOS Accounts / Apple Internet Accounts
    "8acd33ea-7197-4a96-bc33-d7cc7101262f",  # Samsung Email
    "2cee05de-2b8f-45a2-8289-2a06ca32c4c8",  # Gmail
)
PHONE_MAIL_NAMES = (
    "ios accounts",
    "apple internet accounts",
    "samsung email",
    "gmail",
)
"""A phone's own mail app with its account added again. Outlook for iOS and Android is another
program: it takes the old one's place, which stops and does not recover."""

SKYPE_NAMES = ("skype for business", "skype for business online", "microsoft lync")
SKYPE_IDS = ("00000004-0000-0ff1-ce00-000000000000",)

MAIL_APP_NAMES = ("mozilla thunderbird", "thunderbird", "emclient", "em client", "gnome")
MAIL_APP_IDS = (
    "9e5f94bc-e8a4-4e73-b8be-63364c29d753",
    "08162f7c-0fd2-4200-a84a-f25a4db0b584",
)
