"""
Stand-ins of chat systems over real HTTP, that refuse what the real ones refuse.

Each checks size, structure, signature, time and rate, answers with its system's own codes, and keeps what
it would have shown: `ChatSink.posted`, and what in it calls people or links somewhere.
"""

from paicha.testing.chats.sinks import (
    DingTalkSink,
    FeishuSink,
    SlackSink,
    WebhookSink,
    WeComSink,
)
from paicha.testing.chats.taking import ChatSink, Posted

__all__ = [
    "ChatSink",
    "DingTalkSink",
    "FeishuSink",
    "Posted",
    "SlackSink",
    "WeComSink",
    "WebhookSink",
]
