"""`paicha channels`: where messages about runs go, and whether they arrive."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from paicha.errors import UsageError
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.help_texts import Command, Group
from paicha.interfaces.cli.session import open_session
from paicha.locales import message
from paicha.wiring.channels import outlet

channels_app = typer.Typer(cls=Group, no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@channels_app.command("list", cls=Command)
def list_all(config: options.Config = None, lang: options.Lang = None) -> int:
    """List every channel: name, kind, messages a minute, who uses it."""
    session = open_session(config, lang)
    settings = session.settings
    for channel in settings.channels:
        users = [hook.name for hook in settings.webhooks if channel.name in hook.channels]
        users += [one.name for one in settings.schedules if channel.name in one.channels]
        rate = outlet(channel, settings.folder).per_minute or "-"
        put(f"{channel.name}\t{channel.kind}\t{rate}\t{', '.join(users) or '-'}")
    if not settings.channels:
        say("no_channels", session.language)
    return 0


@channels_app.command("test", cls=Command)
def try_channel(name: Name, config: options.Config = None, lang: options.Lang = None) -> int:
    """Send a test message to one channel and say what came back."""
    session = open_session(config, lang)
    settings = session.settings
    channel = settings.channel(name)
    if channel is None:
        known = ", ".join(one.name for one in settings.channels) or "-"
        raise UsageError("channels.unknown", name=name, known=known)
    # An adapter of the service's; it needs none of its packages.
    from paicha.service.messages import sample_digest  # noqa: PLC0415 - slow to load

    now = time.time()
    digest = sample_digest(channel, session.language)
    outlet(channel, settings.folder).send(digest, f"test:{name}:{now:.6f}", now)
    put(message("cli.channel_sent", session.language, name=name, kind=channel.kind))
    return 0
