"""Channels made from their settings: the card, the sender, and how much its system takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from paicha.channels.chats import DingTalk, Feishu, Slack, Webhook, WeCom
from paicha.channels.mail import AppriseChannel
from paicha.channels.sending import Channel, Message, Postbox
from paicha.kernel.moments import parse_duration
from paicha.model.messages import Digest
from paicha.renderers.cards.dingtalk import dingtalk_card
from paicha.renderers.cards.feishu import feishu_card
from paicha.renderers.cards.layout import encoded
from paicha.renderers.cards.plain import mail_text, webhook_body
from paicha.renderers.cards.slack import slack_card
from paicha.renderers.cards.wecom import wecom_card
from paicha.values import dataclass
from paicha.wiring.alert_settings import ChannelSettings

#: Messages a minute and a second that each system takes of one robot; 0: no limit of its own.
RATES: dict[str, tuple[int, int]] = {
    "wecom": (20, 0),
    "dingtalk": (20, 0),
    "feishu": (100, 5),
    "slack": (60, 1),
    "webhook": (0, 0),
    "apprise": (30, 0),
}
_CARDS: dict[str, Callable[[Digest], bytes]] = {
    "wecom": wecom_card,
    "dingtalk": dingtalk_card,
    "feishu": feishu_card,
    "slack": slack_card,
    "webhook": webhook_body,
    "apprise": lambda digest: encoded(list(mail_text(digest))),
}


@dataclass(frozen=True, slots=True)
class Outlet:
    """One channel of the settings."""

    settings: ChannelSettings
    channel: Channel = field(repr=False)
    per_minute: int
    per_second: int
    give_up_s: float

    def send(self, digest: Digest, key: str, now_s: float) -> None:
        """
        Send a digest as this channel's card.

        Args:
            digest: What is told.
            key: The same for every attempt at it.
            now_s: The time [s since 1970].

        Raises:
            ChannelError: If it did not surely arrive.
        """
        body = _CARDS[self.settings.kind](digest)
        self.channel.send(Message(body, key), now_s)


def outlet(settings: ChannelSettings, folder: Path) -> Outlet:
    """Return the channel that *settings* describe; files it names are relative to *folder*."""
    kind = settings.kind
    per_minute, per_second = RATES[kind]
    return Outlet(
        settings,
        _channel(settings, folder),
        min(settings.rate, per_minute or settings.rate) if settings.rate else per_minute,
        per_second,
        parse_duration(settings.give_up).total_seconds(),
    )


def _channel(settings: ChannelSettings, folder: Path) -> Channel:
    url, secret = settings.url.reveal(), settings.secret.reveal()
    if settings.kind == "apprise":
        return AppriseChannel(url, settings.name)
    verify = str(folder / Path(settings.ca_file).expanduser()) if settings.ca_file else True
    box = Postbox(url, settings.name, settings.timeout_s, verify)
    match settings.kind:
        case "wecom":
            return WeCom(box)
        case "dingtalk":
            return DingTalk(box, secret)
        case "feishu":
            return Feishu(box, secret)
        case "slack":
            return Slack(box)
        case _:
            return Webhook(box, secret)
