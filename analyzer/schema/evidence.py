"""Canonical evidence tables: what the admin's exports say, one row per fact."""

from __future__ import annotations

from analyzer.schema.column import Column

MOVES: tuple[Column, ...] = (
    Column("identity", "text", "Mailbox identity, mostly a canonical name; lower case."),
    Column("display_name", "text", "Display name as exported; never unique by itself."),
    Column("alias", "text", "Exchange alias, lower case."),
    Column("exchange_guid", "text", "ExchangeGuid of the mailbox, lower case, without braces."),
    Column("distinguished_name", "text", "Distinguished name, lower case."),
    Column("email", "text", "SMTP address where the export carries one, lower case."),
    Column("user_principal_name", "text", "UPN where the export carries one, lower case."),
    Column("object_id", "text", "Entra object id where the export carries one, lower case."),
    Column("status", "text", "Status as exported."),
    Column("status_class", "text", "completed, unfinished, failed or unknown.", required=True),
    Column("completed_at", "time", "When the mailbox was cut over, UTC."),
    Column("is_coarse", "boolean", "The time is the batch's, not the mailbox's.", required=True),
    Column("batch", "text", "Batch name as exported, without the MigrationService prefix."),
    Column("direction", "text", "onboarding, offboarding or intra-organisation; NULL is not told."),
    Column("flags", "text", "Request flags as exported."),
    Column("recipient_type", "text", "Recipient type as exported."),
    Column("is_cutover", "boolean", "The mailbox is in the cloud since then.", required=True),
    Column(
        "not_cutover_reason",
        "text",
        "archive-only, intra-organisation, offboarding, unfinished, failed or "
        "no-completion-time; NULL for a cut-over.",
    ),
    Column("queued_at", "time", "When the request was queued, UTC, where it can be told."),
    Column("started_at", "time", "When the request was started, UTC, where it can be told."),
    Column("source_file", "text", "File the row was read from.", required=True),
    Column("source_line", "integer", "1-based line of the row, where known."),
)

RECIPIENTS: tuple[Column, ...] = (
    Column("display_name", "text", "Display name as exported."),
    Column("alias", "text", "Exchange alias, lower case."),
    Column("sam_account_name", "text", "sAMAccountName, lower case, without the domain."),
    Column("primary_smtp", "text", "Primary SMTP address, lower case."),
    Column("user_principal_name", "text", "UPN, lower case."),
    Column("object_id", "text", "Entra object id, lower case."),
    Column("exchange_guid", "text", "ExchangeGuid, lower case; all zeros is NULL."),
    Column("guid", "text", "Object GUID of the exporting directory, lower case."),
    Column("distinguished_name", "text", "Distinguished name, lower case."),
    Column("canonical_name", "text", "Identity as exported, lower case."),
    Column("name", "text", "Common name (CN), lower case."),
    Column("recipient_type", "text", "RecipientTypeDetails, else RecipientType, as exported."),
    Column("email_addresses", "text", "Tuple of all SMTP proxy addresses, lower case."),
    Column("legacy_exchange_dn", "text", "legacyExchangeDN, lower case."),
    Column("on_behalf", "text", "Tuple of the names in GrantSendOnBehalfTo, as exported."),
    Column("exchange_version", "text", "AdminDisplayVersion, else ExchangeVersion, as exported."),
    Column("source_file", "text", "File the row was read from.", required=True),
    Column("source_line", "integer", "1-based line of the row, where known."),
)

PERMISSIONS: tuple[Column, ...] = (
    Column("mailbox", "text", "Whose mailbox, as exported.", required=True),
    Column("trustee", "text", "Who may, as exported.", required=True),
    Column("rights", "text", "Rights as exported, joined by commas."),
    Column("kind", "text", "mailbox, recipient, folder or send-on-behalf.", required=True),
    Column("opens_mailbox", "boolean", "The right makes Outlook open the mailbox.", required=True),
    Column("folder", "text", "Folder path for a folder permission, as exported."),
    Column("source_file", "text", "File the row was read from.", required=True),
    Column("source_line", "integer", "1-based line of the row, where known."),
)

MAPI_HTTP: tuple[Column, ...] = (
    Column("identity", "text", "Identity as exported, lower case."),
    Column("display_name", "text", "Display name as exported."),
    Column("alias", "text", "Exchange alias, lower case."),
    Column("sam_account_name", "text", "sAMAccountName, lower case."),
    Column("primary_smtp", "text", "Primary SMTP address, lower case."),
    Column("user_principal_name", "text", "UPN, lower case."),
    Column("exchange_guid", "text", "ExchangeGuid, lower case."),
    Column("guid", "text", "Object GUID, lower case."),
    Column("distinguished_name", "text", "Distinguished name, lower case."),
    Column("name", "text", "Common name (CN), lower case."),
    Column("mapi_http_enabled", "boolean", "The mailbox's own setting; NULL inherits."),
    Column("activesync_enabled", "boolean", "Exchange ActiveSync allowed, where exported."),
    Column("imap_enabled", "boolean", "IMAP allowed, where exported."),
    Column("pop_enabled", "boolean", "POP allowed, where exported."),
    Column("exchange_version", "text", "AdminDisplayVersion, else ExchangeVersion, as exported."),
    Column("source_file", "text", "File the row was read from.", required=True),
    Column("source_line", "integer", "1-based line of the row, where known."),
)

POLICIES: tuple[Column, ...] = (
    Column("id", "text", "Policy id, lower case.", required=True),
    Column("display_name", "text", "Name at export time."),
    Column("state", "text", "enabled, disabled or enabledForReportingButNotEnforced."),
    Column("blocks_legacy", "boolean", "Blocks legacy clients and only those.", required=True),
    Column("client_app_types", "text", "Tuple of client app types as exported."),
    Column("include_users", "text", "Tuple of ids or words such as All."),
    Column("exclude_users", "text", "Tuple of ids."),
    Column("include_groups", "text", "Tuple of ids."),
    Column("exclude_groups", "text", "Tuple of ids."),
    Column("include_roles", "text", "Tuple of ids."),
    Column("exclude_roles", "text", "Tuple of ids."),
    Column("include_applications", "text", "Tuple of ids or words such as All."),
    Column("exclude_applications", "text", "Tuple of ids."),
    Column("grant_controls", "text", "Tuple of controls, lower case."),
    Column("grant_operator", "text", "or / and between the controls, lower case."),
    Column("narrowed_by", "text", "Tuple of further conditions that must hold: locations, ..."),
    Column("modified_at", "time", "Last change, UTC; the creation where never changed."),
    Column("source_file", "text", "File the row was read from.", required=True),
)

CUTOVERS: tuple[Column, ...] = (
    Column("person_key", "text", "Whose mailbox.", required=True),
    Column("completed_at", "time", "When it was cut over, UTC.", required=True),
    Column("is_coarse", "boolean", "The time is the batch's.", required=True),
    Column("batch", "text", "Batch name."),
    Column("status", "text", "Status as exported."),
    Column("mailbox_upn", "text", "UPN of the mailbox's owner, lower case, where known."),
    Column("mailbox_smtp", "text", "Primary SMTP address, lower case, where known."),
    Column("mailbox_name", "text", "Display name, else the move's own name, for want of both."),
    Column("joined_by", "text", "Which identifier joined the move to the person.", required=True),
    Column("source_file", "text", "File the move was read from.", required=True),
    Column("source_line", "integer", "1-based line of the move, where known."),
)

ACCESS: tuple[Column, ...] = (
    Column("delegate_key", "text", "Who may open.", required=True),
    Column("owner_key", "text", "Whose mailbox.", required=True),
    Column("right", "text", "Rights as exported."),
    Column(
        "kind", "text", "mailbox, recipient, folder, send-on-behalf or observed.", required=True
    ),
    Column("opens_mailbox", "boolean", "The right makes Outlook open the mailbox.", required=True),
    Column("joined_by_delegate", "text", "Identifier that found the delegate.", required=True),
    Column("joined_by_owner", "text", "Identifier that found the owner.", required=True),
    Column("folder", "text", "Folder path for a folder permission."),
    Column("source_file", "text", "File the permission was read from.", required=True),
    Column("source_line", "integer", "1-based line of the permission, where known."),
)
