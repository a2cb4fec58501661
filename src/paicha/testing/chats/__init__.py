"""
Stand-ins of chat systems over real HTTP, that refuse what the real ones refuse.

Each checks size, structure, signature, time and rate, answers with its system's own codes, and keeps what
it would have shown: `ChatSink.posted`, and what in it calls people or links somewhere.
"""

from paicha.testing.chats.sinks import (
    ChatSink,
    DingTalkSink,
    FeishuSink,
    Posted,
    SlackSink,
    WebhookSink,
    WeComSink,
)

__all__ = [
    "ChatSink",
    "DingTalkSink",
    "FeishuSink",
    "Posted",
    "SlackSink",
    "WeComSink",
    "WebhookSink",
]
