"""What Apprise speaks to, over one of its own protocols."""

from __future__ import annotations

import json

import pytest

from paicha.channels.mail import AppriseChannel
from paicha.channels.sending import Message
from paicha.errors import ChannelRefused, ChannelUnreachable
from paicha.model.messages import Digest
from paicha.renderers.cards.layout import encoded
from paicha.renderers.cards.plain import mail_text
from paicha.testing.scripted_server import Reply, ScriptedServer

#: Apprise 1 still imports a module of the standard library that goes with Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

BODY = Message(encoded(list(mail_text(Digest("支付", "P1 <b>", "bad", "zh")))))


def test_a_message_goes_through_apprise() -> None:
    """
    Subject and text arrive as they are.
    """
    with ScriptedServer(lambda _asked: Reply(200, b"ok")) as server:
        AppriseChannel(server.url.replace("http://", "json://"), "mail").send(BODY, 0)
        told = json.loads(server.requests[0].body)

    assert ("支付", "P1 <b>") == (told["title"], told["message"].strip())


def test_apprises_no_is_tried_again_and_a_wrong_address_is_not() -> None:
    """
    It does not say why; the address stands in no error.
    """
    with ScriptedServer(lambda _asked: Reply(500)) as server, pytest.raises(ChannelUnreachable):
        AppriseChannel(server.url.replace("http://", "json://"), "mail").send(BODY, 0)
    with pytest.raises(ChannelRefused) as refused:
        AppriseChannel("nothing-known://user:password@host", "mail").send(BODY, 0)

    assert "password" not in str(refused.value)
