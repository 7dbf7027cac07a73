"""Settings put together: flags over the environment over a file over defaults."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analyzer.errors import UsageError
from analyzer.sources import config_file
from analyzer.sources.graph.clouds import CLOUDS, base_url_of, cloud_at
from analyzer.sources.graph.settings import GraphSettings
from analyzer.sources.setting_table import SETTINGS, Setting, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analyzer.sources.config_file import ConfigFile

__all__ = ["Configuration", "GraphSettings", "Origin", "load_configuration", "unknown_variables"]

_OUR_PREFIX = "ANALYZER_GRAPH_"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from.

    Attributes:
        source: Which of the four places.
        where: The place for people: ``--auth``, ``ANALYZER_GRAPH_AUTH``,
            ``analyzer.toml [graph] auth``, or ``built in``.
    """

    source: Literal["flag", "environment", "file", "default"]
    where: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of one run, and where each of them came from.

    Attributes:
        graph: How Graph is reached.
        origins: By name of the setting, secrets included.
        texts: Value of each setting as text; of a secret only ``set`` or ``not set``.
    """

    graph: GraphSettings
    origins: Mapping[str, Origin]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """One value before it is parsed."""

    text: str
    origin: Origin
    file: Path | None = None
    line: int | None = None


def load_configuration(
    flags: Mapping[str, object | None], *, environ: Mapping[str, str], config_path: Path | None
) -> Configuration:
    """Settings of a run.

    Args:
        flags: Values from the command line by name of the setting; None where not given.
        environ: The environment; a variable that is empty counts as not set.
        config_path: The file of ``--config``; without it ``ANALYZER_CONFIG``, then
            ``analyzer.toml`` in the working folder if it is there.

    Raises:
        UsageError: A value is not one the setting can have, a key is no setting,
            the file cannot be read or holds a secret, or the address belongs to another cloud
            than the one asked for.
    """
    if unknown := set(flags) - {setting.name for setting in SETTINGS}:
        msg = f"no such settings: {sorted(unknown)}"
        raise ValueError(msg)
    flags = {**flags, "config": config_path}
    file = _file(config_path, environ)
    given = {
        setting.name: found
        for setting in SETTINGS
        if (found := next(_places(setting, flags, environ, file), None))
    }
    values = {setting.name: _value(setting, given.get(setting.name)) for setting in SETTINGS}
    origins = {
        setting.name: given[setting.name].origin
        if setting.name in given
        else Origin("default", "built in")
        for setting in SETTINGS
    }
    _match_cloud_and_address(values, origins)
    graph = GraphSettings(**{name: values[name] for name in GraphSettings.__slots__})
    texts = {s.name: _text(s, values[s.name]) for s in SETTINGS}
    return Configuration(graph, origins, texts)


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Sentences about variables that look like ours and are no setting.

    They stop nothing: whoever else reads the same environment may have a use for them.
    """
    known = [setting.environment for setting in SETTINGS]
    sentences = []
    for name in sorted(environ):
        if name.startswith(_OUR_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            sentences.append(f"the environment variable {name} is no setting{hint}")
    return sentences


def _file(config_path: Path | None, environ: Mapping[str, str]) -> ConfigFile | None:
    named = config_path or environ.get("ANALYZER_CONFIG", "").strip()
    if named:
        return config_file.read(Path(named))
    usual = Path(config_file.USUAL_NAME)
    return config_file.read(usual) if usual.exists() else None


def _places(
    setting: Setting,
    flags: Mapping[str, object | None],
    environ: Mapping[str, str],
    file: ConfigFile | None,
) -> Iterator[_Given]:
    """Every place that has a value for a setting, the one that counts first."""
    flag = flags.get(setting.name)
    if flag is not None:
        yield _Given(shown(flag).strip(), Origin("flag", setting.option))
    text = environ.get(setting.environment, "").strip()
    if text:
        yield _Given(text, Origin("environment", setting.environment))
    if file is None:
        return
    if setting.name == "config":
        yield _Given(str(file.path), Origin("default", "in the working folder"))
    if setting.toml in file.values:
        table, _, key = setting.toml.rpartition(".")
        where = f"{file.path.name} [{table}] {key}"
        yield _Given(
            file.values[setting.toml].strip(),
            Origin("file", where),
            file.path,
            file.lines.get(setting.toml),
        )


# A setting's value is of the type its own parser gives; the table pairs it with its field.
def _value(setting: Setting, given: _Given | None) -> Any:  # noqa: ANN401
    if given is None:
        return setting.default
    try:
        return setting.parse(given.text, given.origin.where)
    except UsageError as error:
        if given.file is None:
            raise
        raise UsageError(
            error.problem, remedy=error.remedy, source=given.file, line=given.line
        ) from error


def _match_cloud_and_address(values: dict[str, Any], origins: dict[str, Origin]) -> None:
    """Let the cloud say the address, or the address the cloud; refuse two that disagree."""
    if origins["base_url"].source == "default":
        values["base_url"] = base_url_of(values["cloud"], None)
        if origins["cloud"].source != "default":
            origins["base_url"] = origins["cloud"]
        return
    cloud = cloud_at(values["base_url"])
    if cloud is None or cloud.name == values["cloud"]:
        return
    if origins["cloud"].source != "default":
        own = CLOUDS[values["cloud"]].graph_url
        msg = (
            f"{origins['base_url'].where} is {values['base_url']}, of the cloud {cloud.name}, "
            f"but {origins['cloud'].where} says {values['cloud']}"
        )
        raise UsageError(msg, remedy=f"Set the cloud to {cloud.name}, or the address to {own}.")
    values["cloud"] = cloud.name
    origins["cloud"] = origins["base_url"]


def _text(setting: Setting, value: object) -> str:
    if setting.is_secret:
        return "set" if value else "not set"
    return shown(value) or "not set"
