"""
Settings read from one TOML file and the environment; every mistake is told at once.

A key is looked for in this order, and the first answer wins: its variable (``PAICHA_ZONE``,
``PAICHA_SOURCES_PROD_URL``), for a secret the file that ``…_FILE`` names, the settings file, the
default. The settings file is the first of: ``--config``, ``PAICHA_CONFIG``, ``./paicha.toml``,
``$XDG_CONFIG_HOME/paicha/config.toml``.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from paicha import own_files
from paicha.errors import ConfigError
from paicha.kernel.field_map import CANONICAL
from paicha.locales import Text, text
from paicha.wiring.redaction_reading import check_redaction
from paicha.wiring.secret import Secret
from paicha.wiring.service_reading import check_service
from paicha.wiring.service_settings import NAMED, SINGLE
from paicha.wiring.settings import (
    SOURCE_TYPES,
    BluekingLogsSettings,
    BluekingSettings,
    General,
    LokiSettings,
    Settings,
    SourceSettings,
    WebLogSettings,
    WebSettings,
)
from paicha.wiring.settings_text import read_table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance  # no such module when it runs

PREFIX = "PAICHA_"
FILE_VARIABLE = "PAICHA_CONFIG"
#: Variables with our prefix that are no settings.
_OTHER_VARIABLES = frozenset({FILE_VARIABLE, "PAICHA_DEBUG", own_files.VARIABLE})
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")

Section = TypeVar("Section", bound="DataclassInstance")


def places(config: Path | None, environ: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Return where a settings file is looked for, in order; one place when it was named."""
    if config is not None:
        return (config,)
    if named := environ.get(FILE_VARIABLE):
        return (Path(named),)
    return (folder / "paicha.toml", user_file(environ))


def user_file(environ: Mapping[str, str]) -> Path:
    """Return the settings file of this user, after the XDG rule."""
    home = environ.get("XDG_CONFIG_HOME") or str(
        Path(environ.get("HOME") or Path.home(), ".config")
    )
    return Path(home) / "paicha" / "config.toml"


def load_settings(config: Path | None, environ: Mapping[str, str], folder: Path) -> Settings:
    """
    Return what was set.

    Args:
        config: The file that ``--config`` names; None: the first that exists of the usual places.
        environ: The environment.
        folder: The working folder.

    Raises:
        ConfigError: With every mistake of the file and the environment.
    """
    tried = places(config, environ, folder)
    file = next((place for place in tried if place.is_file()), None)
    if file is None and (config is not None or environ.get(FILE_VARIABLE)):
        raise ConfigError("config.file_missing", file=tried[0])
    table = read_table(file) if file else {}
    reader = _Reader(file, environ)
    settings = reader.settings(table)
    if reader.mistakes:
        raise ConfigError(
            "config.mistakes",
            mistakes=tuple(reader.mistakes),
            file=file or "PAICHA_…",
            n=len(reader.mistakes),
        )
    return settings


def variable(path: str) -> str:
    """
    Return the variable that sets the key at *path*.

    Example:
        >>> variable("sources.prod-logs.url")
        'PAICHA_SOURCES_PROD_LOGS_URL'
    """
    return PREFIX + path.upper().replace(".", "_").replace("-", "_")


class _Reader:
    """Reads sections and collects mistakes instead of stopping at the first."""

    def __init__(self, file: Path | None, environ: Mapping[str, str]) -> None:
        self.file = file
        self.environ = environ
        self.mistakes: list[Text] = []
        self.origins: list[tuple[str, str]] = []
        self.known_variables = set(_OTHER_VARIABLES)

    def settings(self, table: dict[str, Any]) -> Settings:
        sources_table = table.pop("sources", {})
        sections = {name: table.pop(name, {}) for name in (*SINGLE, *NAMED)}
        general = self.section(General, table, "")
        sources = self.sources(sources_table)
        names = {source.name for source in sources}
        for key, wanted in (("logs", general.logs), ("metrics", general.metrics)):
            for name in wanted:
                if name not in names:
                    self.mistake("no_such_source", key, name=name, known=", ".join(sorted(names)))
        self.check_general(general)
        read: dict[str, Any] = {
            **{name: self.single(name, sections[name]) for name in SINGLE},
            **{name: self.named(name, sections[name]) for name in NAMED},
        }
        self.unknown_variables()
        origins = tuple(sorted(self.origins))
        settings = Settings(general, sources, self.file, origins, **read)
        check_service(settings, self.mistake)
        check_redaction(settings.redaction, self.mistake)
        return settings

    def single(self, name: str, table: object) -> Any:
        """Return the section called *name*, which is one table."""
        if not isinstance(table, dict):
            self.mistake("not_a_table", name)
            table = {}
        return self.section(SINGLE[name], dict(table), name)

    def named(self, section: str, tables: object) -> tuple[Any, ...]:
        """Return the tables of *section*, by name."""
        if not isinstance(tables, dict):
            self.mistake("not_a_table", section)
            return ()
        found = []
        for name, table in sorted(tables.items()):
            if isinstance(table, dict):
                path = f"{section}.{name}"
                found.append(self.section(NAMED[section], dict(table), path, name=name))
            else:
                self.mistake("not_a_table", f"{section}.{name}")
        return tuple(found)

    def sources(self, tables: object) -> tuple[SourceSettings, ...]:
        if not isinstance(tables, dict):
            self.mistake("not_a_table", "sources")
            return ()
        found: list[SourceSettings] = []
        for name in sorted({*tables, *self.sources_of_environment(tables)}):
            table = tables.get(name, {})
            if not isinstance(table, dict):
                self.mistake("not_a_table", f"sources.{name}")
            elif source := self.source(name, dict(table)):
                found.append(source)
        return tuple(found)

    def sources_of_environment(self, tables: dict[str, Any]) -> set[str]:
        """Return names that only variables speak of: ``PAICHA_SOURCES_PROD_TYPE`` makes ``prod``."""
        written = {variable(f"sources.{name}.type") for name in tables}
        start, end = variable("sources."), "_TYPE"
        return {
            name.removeprefix(start).removesuffix(end).lower().replace("_", "-")
            for name in self.environ
            if name.startswith(start) and name.endswith(end) and name not in written
        }

    def source(self, name: str, table: dict[str, Any]) -> SourceSettings | None:
        path = f"sources.{name}"
        named = variable(f"{path}.type")
        self.known_variables.add(named)
        in_file = table.pop("type", "")
        kind = self.environ.get(named) or in_file
        if kind not in SOURCE_TYPES:
            self.mistake("wrong_type", path, value=kind, known=", ".join(SOURCE_TYPES))
            return None
        origin = named if named in self.environ else str(self.file)
        self.origins.append((f"{path}.type", origin))
        source = self.section(SOURCE_TYPES[kind], table, path, name=name)
        self.check_blueking(source, path)
        self.check_web(source, path)
        return source

    def check_blueking(self, source: SourceSettings, path: str) -> None:
        if not isinstance(source, BluekingSettings):
            return
        addresses = {key: getattr(source, key) for key in ("monitor_url", "log_url", "cmdb_url")}
        addresses["page_url"] = getattr(source, "page_url", "")
        for key, address in addresses.items():
            if address and not _is_address(address):
                self.mistake("not_url", f"{path}.{key}")
        if not source.monitor_url and not source.log_url:
            tried = [
                place
                for key in ("monitor_url", "log_url")
                for place in self.tried(f"{path}.{key}", str)
            ]
            self.mistake("required", f"{path}.monitor_url", tried=", ".join(tried))
        self.check_positive(source, path)
        self.check_limits(source, path)

    def check_web(self, source: SourceSettings, path: str) -> None:
        if not isinstance(source, WebSettings):
            return
        if source.url and not _is_address(source.url):
            self.mistake("not_url", f"{path}.url")
        if isinstance(source, LokiSettings) and source.page_rows <= 0:
            self.mistake("not_positive", f"{path}.page_rows", value=source.page_rows)
        self.check_positive(source, path)
        self.check_limits(source, path)

    def check_positive(self, source: BluekingSettings | WebSettings, path: str) -> None:
        for key in ("timeout_s", "attempts"):
            if getattr(source, key) <= 0:
                self.mistake("not_positive", f"{path}.{key}", value=getattr(source, key))

    def check_limits(self, source: SourceSettings, path: str) -> None:
        if isinstance(source, WebLogSettings | BluekingLogsSettings):
            # Which field says when is for BlueKing itself to tell.
            known = [
                name
                for name in CANONICAL
                if name != "time" or not isinstance(source, BluekingLogsSettings)
            ]
            self.check_fields(source.fields, known, path)
            for key in ("max_records", "max_bytes", "max_seconds"):
                if getattr(source, key) < 0:
                    self.mistake("not_positive", f"{path}.{key}", value=getattr(source, key))

    def check_fields(self, entries: Sequence[str], known: Sequence[str], path: str) -> None:
        for entry in entries:
            name, equals, field = entry.partition("=")
            if name.strip() not in known or not equals or not field.strip():
                names = ", ".join(known)
                self.mistake("not_a_field", f"{path}.fields", value=entry, known=names)

    def check_general(self, general: General) -> None:
        for key in ("max_records", "workers", "max_shapes"):
            if getattr(general, key) <= 0:
                self.mistake("not_positive", key, value=getattr(general, key))
        if general.zone and not is_zone(general.zone):
            self.mistake("unknown_zone", "zone", value=general.zone)

    def section(
        self, kind: type[Section], table: dict[str, Any], path: str, **fixed: str
    ) -> Section:
        hints = get_type_hints(kind)
        values: dict[str, Any] = dict(fixed)
        declared = {f.name: f for f in dataclasses.fields(kind) if f.name not in fixed}
        for key in sorted(set(table) - set(declared)):
            self.unknown_key(_join(path, key), key, [*declared])
        for key, declaration in declared.items():
            value = self.value(_join(path, key), hints[key], table.get(key))
            if value is None or value in ("", ()):
                self.check_required(declaration, _join(path, key), hints[key])
                continue
            choices = declaration.metadata.get("choices")
            if choices and value not in choices:
                allowed = ", ".join(choice for choice in choices if choice)
                self.mistake("not_a_choice", _join(path, key), value=value, known=allowed)
                continue
            values[key] = value
        return kind(**values)

    def check_required(self, declaration: Any, path: str, hint: Any) -> None:
        if declaration.metadata.get("required"):
            self.mistake("required", path, tried=", ".join(self.tried(path, hint)))

    def tried(self, path: str, hint: Any) -> list[str]:
        name = variable(path)
        secret = [f"{name}_FILE"] if hint is Secret else []
        return [name, *secret, *([f"{self.file} [{path}]"] if self.file else [])]

    def value(self, path: str, hint: Any, written: object) -> Any:
        """Return what is set at *path*, of the type *hint*; None when nothing usable is."""
        name = variable(path)
        self.known_variables.add(name)
        if hint is Secret:
            self.known_variables.add(f"{name}_FILE")
        if (given := self.environ.get(name)) is not None:
            self.origins.append((path, name))
            return self.converted(name, hint, given)
        if hint is Secret and (place := self.environ.get(f"{name}_FILE")):
            self.origins.append((path, f"{name}_FILE"))
            return self.secret_from(f"{name}_FILE", Path(place))
        if written is None:
            return None
        self.origins.append((path, str(self.file)))
        return self.fitted(path, hint, written)

    def secret_from(self, name: str, place: Path) -> Secret | None:
        try:
            return Secret(place.read_text("utf-8-sig").strip())
        except (OSError, UnicodeDecodeError):
            self.mistake("secret_file", name, place=place)
            return None

    def converted(self, name: str, hint: Any, given: str) -> Any:
        """Return the text of a variable as *hint*."""
        if get_origin(hint) is tuple:
            return tuple(part.strip() for part in given.split(",") if part.strip())
        convert: Callable[[str], Any] = {bool: _truth}.get(hint, hint)
        try:
            return convert(given)
        except ValueError:
            self.mistake(f"not_{hint.__name__}", name, value=given)
            return None

    def fitted(self, path: str, hint: Any, written: object) -> Any:
        """Return a value of the file as *hint*, without guessing."""
        if get_origin(hint) is tuple and get_args(hint)[0] is str:
            if isinstance(written, list) and all(isinstance(part, str) for part in written):
                return tuple(written)
            self.mistake("not_texts", path)
            return None
        if hint is Secret and isinstance(written, str):
            return Secret(written)
        wanted = (int, float) if hint is float else (hint,)
        if isinstance(written, wanted) and (hint is bool or not isinstance(written, bool)):
            return hint(written)
        # A secret of the wrong type is still a secret.
        shown = "***" if hint is Secret else written
        self.mistake(f"not_{hint.__name__.lower()}", path, value=shown)
        return None

    def unknown_key(self, path: str, key: str, declared: list[str]) -> None:
        near = difflib.get_close_matches(key, declared, n=1)
        if near:
            self.mistake("unknown_key_near", path, near=near[0])
        else:
            self.mistake("unknown_key", path, known=", ".join(declared))

    def unknown_variables(self) -> None:
        for name in sorted(self.environ):
            if name.startswith(PREFIX) and name not in self.known_variables:
                near = difflib.get_close_matches(name, sorted(self.known_variables), n=1)
                self.mistake("unknown_variable", name, near=near[0] if near else "PAICHA_ZONE")

    def mistake(self, kind: str, place: str, /, **facts: object) -> None:
        where = place if place.startswith(PREFIX) else f"{self.file or PREFIX}: {place}"
        self.mistakes.append(text(f"errors_config.mistake.{kind}", where=where, **facts))


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def is_zone(name: str) -> bool:
    """Return whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _truth(word: str) -> bool:
    if word.lower() in _TRUE:
        return True
    if word.lower() in _FALSE:
        return False
    raise ValueError(word)
