"""Words of the MCP server: for clients that list tools in both languages at once, for answers in one."""

from __future__ import annotations

from paicha.locales import Language, message

#: In which order `both` says its texts, a line each.
LANGUAGES_TOLD: tuple[Language, ...] = ("en", "zh")


def both(key: str) -> str:
    """Return a text of ``mcp.toml`` in English and Chinese: who lists tools names no language."""
    return "\n".join(message(f"mcp.{key}", language) for language in LANGUAGES_TOLD)


def title(key: str) -> str:
    """Return a name of ``mcp.toml`` in both languages, on one line."""
    return f"{message(f'mcp.{key}', 'en')} / {message(f'mcp.{key}', 'zh')}"


def said(key: str, language: Language, /, **values: object) -> str:
    """Return a text of ``mcp.toml`` in *language*, filled."""
    return message(f"mcp.{key}", language, **values)
