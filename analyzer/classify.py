"""Labels every sign-in: kind of client, what became of it, and from where it came.

Written once as Narwhals expressions, so that any engine runs it. Nothing here looks at moves,
permissions or other people: that is :mod:`analyzer.correlate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.engine.workspace import distinct
from analyzer.labels import LABELLED, Labels
from analyzer.vocabulary import agents, apps, client_apps, error_codes

if TYPE_CHECKING:
    from analyzer.engine.workspace import Frame
    from analyzer.vocabulary.client_apps import Family

OUTCOMES = (
    "success",
    "legacy-success",
    "interrupt",
    "blocked",
    "policy",
    "wrong-password",
    "failure",
    "unknown",
)
FAILING = ("blocked", "policy", "wrong-password", "failure")

NOBODY = "nobody"


def label(signins: Frame, policy_results: Frame, keys: Frame | None) -> Labels:
    """Label each sign-in with family, outcome and place.

    Args:
        signins: Canonical sign-ins (``schema.SIGNINS``).
        policy_results: Canonical policy results (``schema.POLICY_RESULTS``).
        keys: Columns ``user_id``, ``user_principal_name``, ``person_key``, one row for each
            pair that occurs in the sign-ins; None where every person's key is the object id.

    Returns:
        One row for each sign-in with the columns of the input that later stages read, and
        ``person_key``, ``family`` (before the bundle has spoken), ``agent_class``,
        ``outlook_build`` (text or null), ``modern_kind``, ``outcome`` (one of
        :data:`OUTCOMES`), ``is_indirect``,
        ``is_legacy_block``, ``prefix``, ``network``.
    """
    frame = signins.select(*_READ).with_columns(
        nw.col("client_app").str.to_lowercase().fill_null("").alias("client_key"),
        nw.col("user_agent").str.to_lowercase().fill_null("").alias("agent_key"),
        nw.col("app_id").fill_null("").alias("_app"),
        nw.col("app_name").str.to_lowercase().fill_null("").alias("_app_name"),
    )
    frame = frame.with_columns(_client_family().alias("client_family"))
    frame = _with_person(frame, keys)
    plain = frame.filter(_is_plain())
    telling = frame.filter(~_is_plain())
    return Labels(_label_plain(plain), _label_telling(telling, policy_results))


def _is_plain() -> nw.Expr:
    """A modern client's success that Conditional Access did not fail: most rows of any log."""
    succeeded = (nw.col("error_code") == 0).fill_null(value=False)
    ca_failed = (nw.col("ca_status") == "failure").fill_null(value=False)
    return succeeded & ~ca_failed & (nw.col("client_family") == "modern")


def _label_plain(frame: Frame) -> Frame:
    """What :func:`_label_telling` would say of a plain row, without asking."""
    no = nw.lit(value=False)
    frame = frame.with_columns(
        nw.lit("browser").alias("agent_class"),
        nw.lit("modern").alias("family"),
        nw.lit("success").alias("outcome"),
        _modern_kind().alias("modern_kind"),
        no.alias("is_indirect"),
        no.alias("is_legacy_block"),
        no.alias("is_other_block"),
    )
    return _with_place(frame).select(*LABELLED)


def _label_telling(frame: Frame, policy_results: Frame) -> Frame:
    frame = _with_agent(frame)
    frame = _with_policies(frame, policy_results)
    frame = frame.with_columns(_family().alias("family"))
    frame = frame.with_columns(
        nw.col("family").is_in(list(client_apps.LEGACY_FAMILIES)).alias("is_legacy")
    )
    frame = frame.with_columns(*_blocks())
    frame = frame.with_columns(_outcome().alias("outcome"), _modern_kind().alias("modern_kind"))
    return _with_place(frame).select(*LABELLED)


_READ = (
    "signin_id",
    "occurred_at",
    "user_id",
    "user_principal_name",
    "client_app",
    "user_agent",
    "app_id",
    "app_name",
    "resource_id",
    "resource_name",
    "device_os",
    "error_code",
    "ca_status",
    "policies_known",
    "ip_address",
    "country",
    "autonomous_system_number",
    "source_file",
)


def _client_family() -> nw.Expr:
    """Family that the client app's name alone stands for; unlisted names are ``other``."""
    key = nw.col("client_key")
    names_of: dict[Family, list[str]] = {}
    for name, family in client_apps.CLIENT_APP_FAMILY.items():
        names_of.setdefault(family, []).append(name)
    expression = nw.lit("other")
    for prefix, family in reversed(client_apps.CLIENT_APP_PREFIX):
        expression = nw.when(key.str.starts_with(prefix)).then(nw.lit(family)).otherwise(expression)
    for family, names in names_of.items():
        expression = nw.when(key.is_in(names)).then(nw.lit(family)).otherwise(expression)
    return (
        nw.when(key.is_in(list(client_apps.UNKNOWN_CLIENT_APPS)))
        .then(nw.lit("unknown"))
        .otherwise(expression)
    )


def _with_person(frame: Frame, keys: Frame | None) -> Frame:
    """Add the person key, by the exact pair of object id and UPN; applications key themselves."""
    application = nw.concat_str(nw.lit("app:"), nw.col("app_id"))
    if keys is None:
        return frame.with_columns(
            nw.coalesce(nw.col("user_id"), application, nw.lit(NOBODY)).alias("person_key")
        )
    keys = keys.select(
        nw.col("user_id").fill_null("").alias("_id"),
        nw.col("user_principal_name").fill_null("").alias("_upn"),
        nw.col("person_key").alias("_person"),
    )
    frame = frame.with_columns(
        nw.col("user_id").fill_null("").alias("_id"),
        nw.col("user_principal_name").fill_null("").alias("_upn"),
    ).join(keys, on=["_id", "_upn"], how="left")
    return frame.with_columns(
        nw.coalesce(nw.col("_person"), application, nw.lit(NOBODY)).alias("person_key")
    )


def _with_agent(frame: Frame) -> Frame:
    """Class of the user agent, asked once for each distinct agent of a non-modern client."""
    asked = frame.filter(nw.col("client_family") != "modern")
    classes = distinct(asked, "agent_key").with_columns(_agent_class().alias("_agent_class"))
    return frame.join(classes, on="agent_key", how="left").with_columns(
        nw.when(nw.col("client_family") == "modern")
        .then(nw.lit("browser"))
        .otherwise(nw.coalesce(nw.col("_agent_class"), nw.lit("blank")))
        .alias("agent_class")
    )


def _agent_class() -> nw.Expr:
    key = nw.col("agent_key")
    expression = nw.lit("other")
    for pattern, agent_class in reversed(agents.AGENT_PATTERNS):
        expression = (
            nw.when(key.str.contains(pattern)).then(nw.lit(agent_class)).otherwise(expression)
        )
    return nw.when(key == "").then(nw.lit("blank")).otherwise(expression)


def _family() -> nw.Expr:
    """Family from client app and agent together; ``ews`` and ``other`` wait for the bundle."""
    client = nw.col("client_family")
    agent = nw.col("agent_class")
    askable = client.is_in(["outlook", "ews", "other"])
    is_outlook_protocol = nw.col("client_key").is_in(list(client_apps.OUTLOOK_ONLY_CLIENT_APPS))
    vague = askable & ~is_outlook_protocol
    return (
        nw.when(vague & (agent == "skype"))
        .then(nw.lit("skype"))
        .when(vague & agent.is_in(["phone", "outlook-mobile"]))
        .then(nw.lit("activesync"))
        .when(vague & (agent == "script"))
        .then(nw.lit("application"))
        .when(client.is_in(["ews", "other"]) & agent.is_in(["outlook", "rpc"]))
        .then(nw.lit("outlook"))
        .when((client == "other") & (agent == "basic-conversion"))
        .then(nw.lit("mail-protocol"))
        .otherwise(client)
    )


def _with_policies(frame: Frame, policy_results: Frame) -> Frame:
    """Count, for each sign-in, the enforced policies that failed; report-only ones never count."""
    enforced = policy_results.filter(nw.col("result") == "failure")
    block = nw.col("is_block").fill_null(value=False)
    no_client_type = (~nw.col("matched_client_type")).fill_null(value=False)
    counts = enforced.group_by("signin_id").agg(
        nw.len().alias("_enforced"),
        block.cast(nw.Int64).sum().alias("_blocks"),
        (block & no_client_type).cast(nw.Int64).sum().alias("_other_blocks"),
    )
    return frame.join(counts, on="signin_id", how="left").with_columns(
        nw.col("_enforced").fill_null(0),
        nw.col("_blocks").fill_null(0),
        nw.col("_other_blocks").fill_null(0),
    )


def _blocks() -> tuple[nw.Expr, ...]:
    """Blocked directly, indirectly (a demand a legacy client cannot meet), and by what.

    Source: field rules in docs/verdicts.md; MicrosoftDocs/entra-docs *reports-faq* for
    ActiveSync's success that was none, *block-legacy-authentication* for indirect blocks.
    """
    code = nw.col("error_code").fill_null(-1)
    ca_failed = (nw.col("ca_status") == "failure").fill_null(value=False)
    policies_known = nw.col("policies_known").fill_null(value=False)
    refused = code.is_in(list(error_codes.CA_BLOCK)) | (ca_failed & (nw.col("_blocks") > 0))
    legacy = nw.col("is_legacy")
    some_policy = (nw.col("_enforced") > 0) | ~policies_known
    demanded = code.is_in(list(error_codes.MFA_DEMAND)) | (ca_failed & some_policy)
    only_other = (nw.col("_blocks") > 0) & (nw.col("_other_blocks") == nw.col("_blocks"))
    return (
        (refused | (legacy & demanded)).alias("is_blocked"),
        (~refused & legacy & demanded).alias("is_indirect"),
        (refused & only_other).alias("is_other_block"),
        (refused & (nw.col("_blocks") > nw.col("_other_blocks"))).alias("is_legacy_block"),
    )


def _outcome() -> nw.Expr:
    code = nw.col("error_code")
    legacy = nw.col("is_legacy")
    ca_failed = (nw.col("ca_status") == "failure").fill_null(value=False)
    demanded = code.is_in(list(error_codes.POLICY_REQUIREMENT))
    second_factor = code.is_in([500121, 50005, 50131])
    return (
        nw.when(code.is_in(list(error_codes.WRONG_PASSWORD)))
        .then(nw.lit("wrong-password"))
        .when(nw.col("is_blocked"))
        .then(nw.lit("blocked"))
        .when((code == 0) & legacy)
        .then(nw.lit("legacy-success"))
        .when(code == 0)
        .then(nw.lit("success"))
        .when(code.is_in(list(error_codes.INTERRUPT)))
        .then(nw.lit("interrupt"))
        .when(demanded & (~second_factor | ca_failed))
        .then(nw.lit("policy"))
        .when(code.is_null())
        .then(nw.lit("unknown"))
        .when(ca_failed & (nw.col("_enforced") > 0))
        .then(nw.lit("policy"))
        .otherwise(nw.lit("failure"))
    )


def _modern_kind() -> nw.Expr:
    """Kind of modern client, where app and resource tell: what a recovery is measured by."""
    app_id = nw.col("_app")
    app_name = nw.col("_app_name")
    resource_id = nw.col("resource_id").fill_null("")
    resource_name = nw.col("resource_name").str.to_lowercase().fill_null("")
    perhaps_exchange = (
        (resource_id == apps.EXCHANGE_ONLINE_ID)
        | resource_name.is_in(list(apps.EXCHANGE_ONLINE_NAMES))
        | ((resource_id == "") & (resource_name == ""))
        | ((resource_id == app_id) & (app_id != ""))
    )
    os = nw.col("device_os").str.to_lowercase().fill_null("")
    on_phone = _has_any(os, ("ios", "android", "iphone", "ipad"))
    agent = nw.col("agent_key")
    office = app_id.is_in(list(apps.OFFICE_IDS)) | app_name.is_in(list(apps.OFFICE_NAMES))
    outlook = app_name.is_in(list(apps.OUTLOOK_NAMES)) | _has_any(
        agent, ("microsoft outlook", "macoutlook")
    )
    not_browser = nw.col("client_key") != "browser"

    def named(ids: tuple[str, ...], names: tuple[str, ...]) -> nw.Expr:
        return app_id.is_in(list(ids)) | app_name.is_in(list(names))

    return (
        nw.when(nw.col("client_family") != "modern")
        .then(nw.lit(None, dtype=nw.String))
        .when(named(apps.PHONE_MAIL_IDS, apps.PHONE_MAIL_NAMES))
        .then(nw.lit("activesync"))
        .when(named(apps.OUTLOOK_MOBILE_IDS, apps.OUTLOOK_MOBILE_NAMES))
        .then(nw.lit("outlook-mobile"))
        .when(named(apps.MAIL_APP_IDS, apps.MAIL_APP_NAMES))
        .then(nw.lit("mail-protocol"))
        .when(
            named(apps.SKYPE_IDS, apps.SKYPE_NAMES)
            | _has_any(agent, ("skype for business", "uccapi/"))
        )
        .then(nw.lit("skype"))
        .when((outlook | (office & perhaps_exchange)) & ~on_phone & not_browser)
        .then(nw.lit("outlook"))
        .otherwise(nw.lit("modern"))
    )


def _has_any(text: nw.Expr, parts: tuple[str, ...]) -> nw.Expr:
    first, *others = (text.str.contains(part, literal=True) for part in parts)
    for other in others:
        first = first | other
    return first


def _with_place(frame: Frame) -> Frame:
    """Add prefix (/24, or an IPv6 /64) and network (the autonomous system, else the prefix)."""
    address = nw.col("ip_address")
    prefix = (
        nw.when(address.str.contains(":", literal=True))
        .then(address.str.replace_all(r":[^:]*:[^:]*:[^:]*:[^:]*$", "::/64"))
        .otherwise(address.str.replace_all(r"\.\d+$", ".0/24"))
    )
    system = nw.concat_str(
        nw.lit("AS"), nw.col("autonomous_system_number").cast(nw.Int64).cast(nw.String)
    )
    frame = frame.with_columns(prefix.alias("prefix"))
    return frame.with_columns(nw.coalesce(system, nw.col("prefix")).alias("network"))
