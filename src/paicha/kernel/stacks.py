"""
Stack traces: the exception of a record and the innermost frame of the application's own code.

The names are OpenTelemetry's: ``exception.type``, ``exception.message``, ``code.function.name``,
``code.file.path``, ``code.line.number``; ``exception.cause`` names the last exception of a chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import field

from paicha.model.knowledge import StackRule
from paicha.patterns import compiled
from paicha.values import dataclass

#: What of a record is looked at.
_LINES = 400
_CHARACTERS = 600  # of each line


@dataclass(frozen=True, slots=True)
class _Frame:
    function: str
    file: str
    line: str
    own: bool  # the application's


@dataclass(slots=True)
class _Trace:
    """One exception and its frames, in the order they are written."""

    type: str = ""
    message: str = ""
    frames: list[_Frame] = field(default_factory=list)


class StackReader:
    """
    Reads the stack traces of the languages it was given rules for.

    Args:
        rules: The rules, in the order they are tried.
    """

    def __init__(self, rules: Sequence[StackRule]) -> None:
        self.rules = tuple(rules)
        self._languages = tuple(_Language(rule) for rule in rules)
        self._opens = _any_of(language.rule.opens for language in self._languages)
        self._continues = _any_of(language.rule.continues for language in self._languages)
        self._closes = _any_of(language.rule.closes for language in self._languages)

    def opens(self, text: str) -> bool:
        """Return whether the line *text* by itself looks like the first of a stack trace."""
        return self._opens is not None and self._opens.match(text[:_CHARACTERS]) is not None

    def continues(self, text: str, *, in_trace: bool) -> bool:
        """
        Return whether the line *text* by itself looks like part of the record before it.

        Args:
            text: The line.
            in_trace: Whether the line before it did.
        """
        head = text[:_CHARACTERS]
        if head[:1].isspace():
            return True
        if self._continues is not None and self._continues.match(head):
            return True
        return in_trace and self._closes is not None and self._closes.match(head) is not None

    def read(self, body: str) -> dict[str, object]:
        """Return the attributes that the stack trace in *body* gives; none when there is no trace."""
        lines = [line[:_CHARACTERS] for line in body.split("\n")[:_LINES]]
        for language in self._languages:
            if any(language.is_frame(line) for line in lines):
                return language.read(lines)
        return {}


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns if pattern)
    return compiled(joined) if joined else None


class _Language:
    """One rule made ready."""

    def __init__(self, rule: StackRule) -> None:
        self.rule = rule
        self._frame = compiled(rule.frame).match
        self._head = compiled(rule.head).match
        self._above = compiled(rule.above).match if rule.above else None
        self._cause = compiled(rule.cause).match if rule.cause else None

    def is_frame(self, line: str) -> bool:
        """Return whether *line* is a frame of this language."""
        return self._frame(line) is not None

    def read(self, lines: Sequence[str]) -> dict[str, object]:
        """Return the attributes of the trace in *lines*."""
        traces = [trace for trace in self._traces(lines) if trace.type]
        if not traces:
            return {}
        told = traces[-1] if self.rule.head_last else traces[0]
        found: dict[str, object] = {"exception.type": told.type}
        if told.message:
            found["exception.message"] = told.message
        root = traces[0] if self.rule.head_last else traces[-1]
        if root is not told:
            found["exception.cause"] = root.type
        frame = self._innermost(traces)
        if frame is not None:
            found["code.function.name"] = frame.function
            found["code.file.path"] = frame.file
            if frame.line:
                found["code.line.number"] = int(frame.line)
        return {name: value for name, value in found.items() if value != ""}

    def _innermost(self, traces: Sequence[_Trace]) -> _Frame | None:
        """Return the application's frame nearest to where the first of all exceptions was raised."""
        for trace in traces if self.rule.head_last else reversed(traces):
            frames = trace.frames if self.rule.innermost == "first" else trace.frames[::-1]
            own = next((frame for frame in frames if frame.own), None)
            if own is not None:
                return own
        return None

    def _traces(self, lines: Sequence[str]) -> list[_Trace]:
        traces = [_Trace()]
        before = ""
        for line in lines:
            frame = self._frame(line)
            if frame is not None:
                traces[-1].frames.append(self._read_frame(frame, before))
            else:
                self._read_head(line, traces)
            before = line
        return traces

    def _read_head(self, line: str, traces: list[_Trace]) -> None:
        found = (self._cause(line) if self._cause else None) or self._head(line)
        if found is None:
            return
        last = traces[-1]
        if self.rule.head_last:
            if last.frames:
                last.type, last.message = found["type"], found["message"] or ""
                traces.append(_Trace())
        elif not last.type and not last.frames:
            last.type, last.message = found["type"], found["message"] or ""
        elif self._cause is not None and self._cause(line) is not None:
            traces.append(_Trace(found["type"], found["message"] or ""))

    def _read_frame(self, found: re.Match[str], before: str) -> _Frame:
        groups = found.groupdict("")
        function = groups.get("function", "")
        if self._above is not None:
            above = self._above(before)
            function = above["function"] if above is not None else ""
        file = groups["file"]
        library = function.startswith(self.rule.libraries) or any(
            part in file for part in self.rule.library_paths
        )
        return _Frame(function, file, groups["line"], not library)
