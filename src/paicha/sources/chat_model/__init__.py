"""A language model behind any endpoint that speaks OpenAI's chat completions."""

from paicha.sources.chat_model.chat import ChatCompletions

__all__ = ["ChatCompletions"]
