"""Settings as TOML: a template with every key explained, and what is in force, secrets masked."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

from paicha.locales import Language, message
from paicha.values import dataclass
from paicha.wiring.reading import variable
from paicha.wiring.secret import MASK, Secret
from paicha.wiring.service_settings import EXAMPLE_NAMES, EXAMPLES, NAMED, SINGLE
from paicha.wiring.settings import (
    SOURCE_TYPES,
    BluekingSettings,
    General,
    Settings,
    WebLogSettings,
    WebSettings,
)

#: What the template sets as an example where an empty default would show nothing.
_EXAMPLES: dict[str, object] = {
    **EXAMPLES,
    "general.language": "zh",
    "general.zone": "Asia/Shanghai",
    "general.logs": ("app-logs",),
    "general.metrics": ("host-metrics",),
    "general.knowledge": ("my-problems",),
    "blueking.monitor_url": "https://bkapi.example.com/api/bk-monitor/prod",
    "blueking.log_url": "https://bkapi.example.com/api/bk-log-search/prod",
    "blueking.cmdb_url": "https://bkapi.example.com/api/bk-cmdb/prod",
    "blueking.bk_app_code": "my-app",
    "blueking.bk_username": "me",
    "blueking.bk_biz_id": 2,
    "blueking_logs.index_set_id": 2545,
    "blueking_logs.page_url": "https://bklog.example.com",
    "files.paths": ("logs/*.log", "logs/*.log.gz"),
    "metric_files.paths": ("metrics.json",),
    "elasticsearch.index": "logs-*",
    "http.description": "own-store.toml",
    "elasticsearch.time_field": "@timestamp",
    "web.url": "https://store.example.com",
    "web_logs.fields": ("level=sev", "file=src_file"),
    "clickhouse.database": "otel",
    "chat_model.model": "my-model",
    "loki.selector": '{namespace="shop"}',
    "prometheus.matchers": 'cluster="prod"',
}
_SOURCE_NAMES = {
    "elasticsearch": "search",
    "http": "own-store",
    "blueking_logs": "app-logs",
    "blueking_metrics": "host-metrics",
    "files": "local-logs",
    "metric_files": "local-metrics",
    "prometheus": "prometheus",
    "victorialogs": "victorialogs",
    "clickhouse": "clickhouse",
    "chat_model": "writer",
    "loki": "loki",
}


def keys_of(kind: type[Any]) -> Iterator[tuple[str, str, dataclasses.Field[Any]]]:
    """Yield ``(catalogue area, key, declaration)`` of everything *kind* declares, without its name."""
    area = "general"
    if kind is not General:
        kinds = {**SOURCE_TYPES, **SINGLE, **NAMED}
        area = next(name for name, declared in kinds.items() if declared is kind)
    for declared_field in dataclasses.fields(kind):
        if declared_field.name != "name":
            yield (
                _shared_area(kind, declared_field.name) or area,
                declared_field.name,
                declared_field,
            )


def explanation(area: str, key: str, language: Language) -> str:
    """Return the sentence that explains *key* of what `keys_of` calls *area*."""
    file = f"settings_{area}" if area in (*SINGLE, *NAMED) else f"settings.{area}"
    return message(f"{file}.{key}", language)


def _shared_area(kind: type[Any], key: str) -> str:
    """Return where the catalogue explains a key that kinds of source share; "" for one's own."""
    shares = (("blueking", BluekingSettings), ("web", WebSettings), ("web_logs", WebLogSettings))
    for area, shared in shares:
        if issubclass(kind, shared) and key in {f.name for f in dataclasses.fields(shared)}:
            return area
    return ""


def template(language: Language) -> str:
    """Return a settings file in which every key stands as a comment, explained in *language*."""
    lines = [*_comment(message("settings.lead", language)), ""]
    lines += _section(General, "", language)
    for kind, declared in SOURCE_TYPES.items():
        name = _SOURCE_NAMES[kind]
        lines += ["", *_comment(message(f"settings.type.{kind}", language))]
        lines += [f"# [sources.{name}]", f'# type = "{kind}"']
        lines += _section(declared, f"sources.{name}", language)
    for section, declared in (*SINGLE.items(), *NAMED.items()):
        path = f"{section}.{EXAMPLE_NAMES[section]}" if section in NAMED else section
        lines += ["", *_comment(explanation(section, "about", language)), f"# [{path}]"]
        lines += _section(declared, path, language)
    return "\n".join(lines) + "\n"


def _comment(words: str) -> list[str]:
    return [f"# {line}".rstrip() for line in words.splitlines()]


def _section(kind: type[Any], path: str, language: Language) -> list[str]:
    hints = get_type_hints(kind)
    lines: list[str] = []
    for area, key, declared in keys_of(kind):
        example = _EXAMPLES.get(f"{area}.{key}", declared.default)
        shown = toml_value("" if isinstance(example, Secret) else example)
        hint = explanation(area, key, language)
        secret = variable(f"{path}.{key}") + "_FILE" if hints[key] is Secret else ""
        lines += ["#", f"# {hint}" + (f" ({secret})" if secret else ""), f"# {key} = {shown}"]
    return lines


def shown(settings: Settings, language: Language) -> str:
    """Return what is in force as TOML, with the place each value came from and secrets masked."""
    origins = _Origins(dict(settings.origins), message("settings.shown.default", language))
    lines = [f"# {settings.file or message('settings.shown.no_file', language)}"]
    lines += _in_force(settings.general, "", origins)
    for source in settings.sources:
        kind = next(name for name, declared in SOURCE_TYPES.items() if declared is type(source))
        lines += ["", f"[sources.{source.name}]", f'type = "{kind}"']
        lines += _in_force(source, f"sources.{source.name}", origins)
    for section in SINGLE:
        lines += ["", f"[{section}]", *_in_force(getattr(settings, section), section, origins)]
    for section in NAMED:
        for table in getattr(settings, section):
            path = f"{section}.{table.name}"
            lines += ["", f"[{path}]", *_in_force(table, path, origins)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Origins:
    """Where values come from, by their paths, and what is said of one that nobody set."""

    known: Mapping[str, str]
    default: str


def _in_force(section: Any, path: str, origins: _Origins) -> Iterator[str]:
    for _, key, _declared in keys_of(type(section)):
        value = getattr(section, key)
        origin = origins.known.get(f"{path}.{key}" if path else key, origins.default)
        if isinstance(value, Secret):
            value = MASK if value else ""
        yield f"{key} = {toml_value(value)}  # {origin}"


def toml_value(value: object) -> str:
    """
    Return *value* as TOML; JSON text is TOML text.

    Example:
        >>> toml_value(("a", "b")), toml_value(True), toml_value(2)
        ('["a", "b"]', 'true', '2')
    """
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)
