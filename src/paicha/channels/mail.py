"""E-mail and whatever else Apprise speaks to, as an extra (``paicha[mail]``)."""

from __future__ import annotations

import json
from dataclasses import field

from paicha.channels.sending import Message
from paicha.errors import ChannelRefused, ChannelUnreachable, ConfigError
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """
    One address in Apprise's words, for example ``mailtos://user:password@example.com``.

    Apprise says yes or no and not why: a no counts as "not now".
    """

    url: str = field(repr=False)
    name: str

    def send(self, message: Message, now_s: float) -> None:  # noqa: ARG002 - nothing is signed here
        """Send one message, a JSON list of subject and text; see `paicha.channels.sending.Channel`."""
        try:
            import apprise  # noqa: PLC0415 - an extra of the package
        except ImportError:
            raise ConfigError("channels.no_apprise", channel=self.name) from None
        sender = apprise.Apprise()
        if not sender.add(self.url):
            raise ChannelRefused("channels.apprise_address", channel=self.name)
        title, text = json.loads(message.body)
        if not sender.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
            raise ChannelUnreachable("channels.apprise", channel=self.name)
