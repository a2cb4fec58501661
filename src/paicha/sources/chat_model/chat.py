"""
One question to a model, one answer: ``POST {url}/chat/completions``.

Wire facts from OpenAI's API reference, which the other endpoints follow: ``choices[0].message.content``
holds the answer, ``usage`` the tokens. The answer is asked for whole; one that comes as a stream of
events all the same is no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from paicha.errors import SourceContract
from paicha.model.narration import Completion
from paicha.sources.web import Place, Request, WebClient, shown
from paicha.values import dataclass

#: A longer answer is cut: a summary is short [characters].
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class ChatCompletions:
    """
    One model, as a `paicha.ports.ChatModel`.

    Args:
        place: Base address (with its ``/v1``) and token.
        model: The model's name.
        max_tokens: Tokens of an answer at most.
        clock: Tells the time that an answer takes [s].
    """

    place: Place
    model: str
    max_tokens: int = 800
    clock: Callable[[], float] = time.monotonic

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model

    def complete(self, instructions: str, given: str) -> Completion:
        """
        Return the answer to *given* under *instructions*.

        Raises:
            SourceError: If the endpoint refuses, is silent for too long, or answers something else.
        """
        request = Request(
            "POST",
            "/chat/completions",
            document={
                "model": self.model,
                "messages": [
                    {"role": "system", "content": instructions},
                    {"role": "user", "content": given},
                ],
                "max_tokens": self.max_tokens,
                "temperature": 0,
                "stream": False,
            },
        )
        started = self.clock()
        with WebClient(self.place, "chat model") as client:
            answer = client.json(request)
        return self._completion(answer, self.clock() - started)

    def _completion(self, answer: object, seconds: float) -> Completion:
        try:
            said = answer["choices"][0]["message"]["content"]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            said = None
        if not isinstance(said, str):
            raise SourceContract("narrate.no_answer", url=shown(self.place.url), model=self.model)
        usage = answer.get("usage") if isinstance(answer, Mapping) else None
        return Completion(
            said[:LONGEST_ANSWER],
            _tokens(usage, "prompt_tokens"),
            _tokens(usage, "completion_tokens"),
            seconds,
        )


def _tokens(usage: object, name: str) -> int | None:
    found = usage.get(name) if isinstance(usage, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
