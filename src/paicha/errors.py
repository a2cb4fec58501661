"""
Every error Paicha raises on purpose.

::

    PaichaError                exit  HTTP
    ├── UsageError               2   400   the question or the settings are wrong
    │   ├── QuestionError        2   400   window, zone, filter, scope
    │   └── ConfigError          2   500   settings file or environment
    ├── SourceError              1   502   an outside system or a file let us down
    │   ├── SourceUnreachable    1   503   worth another try
    │   ├── SourceRejected       1   502   it said no: credentials, permission, bad query
    │   ├── SourceContract       1   502   it answered something it never promised
    │   └── InputError           1   400   a file cannot be read as what it should be
    ├── EngineError              1   503   the cluster that was to count did not
    ├── CaseError                1   404   the case file is missing, damaged or of another version
    ├── ServiceError             1   400   the service does not do what it was asked
    │   ├── Unauthenticated      1   401   it does not know who asks
    │   ├── Forbidden            1   403   who asks may not
    │   ├── RunMissing           1   404   there is no such run
    │   ├── HookMissing          1   404   there is no such webhook
    │   ├── RunConflict          1   409   the run is not in a state for that
    │   ├── TooLarge             1   413   what was sent is too long
    │   ├── QueueFull            1   429   as many wait as may; worth another try
    │   └── LedgerError          1   503   the list of runs cannot be read or written
    ├── ChannelError             1   502   a message did not get to where it was sent
    │   ├── ChannelUnreachable   1   503   it did not arrive; worth another try
    │   ├── ChannelRefused       1   502   it will not be taken
    │   └── ChannelUnsure        1   502   it may have arrived: nobody sends it again
    └── KnowledgeError           1   500   a TOML file of the knowledge base is wrong

The wording stands in the catalogues: error ``files.missing`` is the table ``missing`` of
``locales/*/errors_files.toml``, with a ``what`` (one sentence: what happened, naming the thing) and a
``try`` (one thing to do next).
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

from paicha.locales import REASONS, Language, Text, catalogue, message, said_by_system


class PaichaError(Exception):
    """
    Something the reader can act on.

    Args:
        code: Where its wording stands: ``files.missing`` is ``missing`` in ``errors_files.toml``.
        facts: Values for the placeholders, and further facts worth printing, as plain text.
            Never a secret.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts: dict[str, str] = {name: str(value) for name, value in facts.items()}
        super().__init__(self.text("en"))

    @property
    def what(self) -> str:
        """The sentence that says what happened, in English."""
        return self._say("what", "en")

    @property
    def hint(self) -> str:
        """The one thing to try, in English."""
        return self._say("try", "en")

    def text(self, language: Language) -> str:
        """Return what happened, the facts and the hint, one a line, in *language*."""
        what = self._say("what", language)
        hint = self._say("try", language)
        lead = message("errors.lead.try", language)
        facts = self._fact_lines(f"{what}\n{hint}", language)
        return "\n".join([what, *facts, f"  {lead}{hint}"])

    @property
    def texts(self) -> Text:
        """The same in both languages."""
        return Text(zh=self.text("zh"), en=self.text("en"))

    @property
    def first_lines(self) -> Text:
        """What happened in one line, in both languages: a reason inside a sentence of somebody else's."""
        said = self.texts
        return Text(zh=said.zh.split("\n")[0], en=said.en.split("\n")[0])

    def _say(self, part: str, language: Language) -> str:
        return message(f"errors_{self.code}.{part}", language, **self.facts)

    def _fact_lines(self, said: str, language: Language) -> list[str]:
        # A fact that the sentences already name is not said twice.
        labels = catalogue(language)
        colon = labels["errors.lead.colon"]
        facts = {
            name: said_by_system(value, language) if name in REASONS else value
            for name, value in self.facts.items()
        }
        return [
            f"  {labels.get(f'errors.fact.{name}', name)}{colon}{value}"
            for name, value in facts.items()
            if value and not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said)
        ]

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.facts))


def _rebuild(kind: type[PaichaError], code: str, facts: dict[str, str]) -> PaichaError:
    return kind(code, **facts)


class UsageError(PaichaError):
    """The question or the settings are wrong."""

    exit_code = 2
    http_status = 400


class QuestionError(UsageError):
    """A window, zone, filter or scope cannot be understood."""


class ConfigError(UsageError):
    """
    The settings file or the environment is wrong; all mistakes at once.

    Args:
        mistakes: One sentence each, naming the key and the place it was looked for.
    """

    http_status = 500

    def __init__(self, code: str, /, *, mistakes: tuple[Text, ...] = (), **facts: object) -> None:
        self.mistakes = mistakes
        super().__init__(code, **facts)

    def text(self, language: Language) -> str:
        """Return what happened, every mistake and the hint, one a line, in *language*."""
        what, *rest = super().text(language).split("\n")
        return "\n".join([what, *(f"  - {m.in_language(language)}" for m in self.mistakes), *rest])

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_config, (self.code, self.mistakes, self.facts))


def _rebuild_config(code: str, mistakes: tuple[Text, ...], facts: dict[str, str]) -> ConfigError:
    return ConfigError(code, mistakes=mistakes, **facts)


class SourceError(PaichaError):
    """An outside system or a file let us down."""

    http_status = 502


class SourceUnreachable(SourceError):
    """It could not be read; worth another try."""

    http_status = 503
    retryable = True


class SourceRejected(SourceError):
    """It said no: credentials, permission, unknown index set, bad query."""


class SourceDenied(SourceRejected):
    """It said no to who asks: credentials, permission. What was asked may be right."""


class SourceContract(SourceError):
    """It answered something it never promised."""


class InputError(SourceError):
    """A file cannot be read as what it should be."""

    http_status = 400


class EngineError(PaichaError):
    """The cluster that was to count did not."""

    http_status = 503


class CaseError(PaichaError):
    """The case file is missing, damaged or of another version."""

    http_status = 404


class KnowledgeError(PaichaError):
    """A TOML file of the knowledge base is wrong."""


class ServiceError(PaichaError):
    """The service does not do what it was asked."""

    http_status = 400


class Unauthenticated(ServiceError):
    """It does not know who asks."""

    http_status = 401


class Forbidden(ServiceError):
    """Who asks may not do that."""

    http_status = 403


class RunMissing(ServiceError):
    """There is no such run."""

    http_status = 404


class HookMissing(ServiceError):
    """There is no such webhook."""

    http_status = 404


class RunConflict(ServiceError):
    """The run is not in a state for that."""

    http_status = 409


class TooLarge(ServiceError):
    """What was sent is too long."""

    http_status = 413


class QueueFull(ServiceError):
    """As many runs wait as may."""

    http_status = 429
    retryable = True


class LedgerError(ServiceError):
    """The list of runs cannot be read or written."""

    http_status = 503
    retryable = True


class ChannelError(PaichaError):
    """A message did not get to where it was sent."""

    http_status = 502


class ChannelUnreachable(ChannelError):
    """It did not arrive; worth another try, after `wait_s` where it says how long [s]."""

    http_status = 503
    retryable = True
    wait_s: float | None = None

    def after(self, wait_s: float | None) -> Self:
        """Return itself, with how long it asks to be left alone [s]."""
        self.wait_s = wait_s
        return self


class ChannelRefused(ChannelError):
    """It will not be taken, however often it is sent."""


class ChannelUnsure(ChannelError):
    """It may have arrived: nobody sends it again."""
