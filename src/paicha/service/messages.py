"""What is told of a run that ended, and to whom."""

from __future__ import annotations

from dataclasses import replace

from paicha.analysis.redaction import covered_tree
from paicha.composition.digest import failed_digest
from paicha.composition.option_names import as_in_form
from paicha.errors import CaseError
from paicha.locales import Language, message
from paicha.model.messages import Digest
from paicha.model.service import Run
from paicha.service.desk import Desk
from paicha.wiring.alert_settings import ChannelSettings, ScheduleSettings, WebhookSettings
from paicha.wiring.settings import Settings


def channels_of(run: Run, settings: Settings) -> tuple[str, ...]:
    """Return the channels that hear of the end of *run*: those of the hook or schedule that asked for it."""
    if run.state == "cancelled":
        return ()  # somebody who sits in front of it did that
    name = run.request.asked_by
    asked: WebhookSettings | ScheduleSettings | None = None
    if run.request.trigger == "webhook":
        asked = settings.webhook(name)
    elif run.request.trigger == "schedule":
        asked = settings.schedule(name)
    return asked.channels if asked else ()


def digest_of(desk: Desk, run: Run, channel: ChannelSettings) -> Digest:
    """
    Return what *channel* is told of *run*.

    Raises:
        RunMissing: If it was deleted meanwhile.
        LedgerError: If the ledger cannot be read.
    """
    language = _language(channel, run.request.language or "en")
    title = run.request.title or message("report.title", language)
    told = _told(desk, run, title, language, channel.zone)
    external = desk.settings.service.external_url.rstrip("/")
    link = f"{external}/runs/{run.id}" if external and channel.link else ""
    origin = run.notes[0].text.in_language(language) if run.notes else ""
    # What a case holds is covered already; titles of people and reasons of failures are not.
    told = covered_tree(replace(told, title=title, origin=origin))
    return replace(told, link=link, run=run.id, state=run.state)


def sample_digest(channel: ChannelSettings, usual: Language) -> Digest:
    """Return a message that says that it is a test; in *usual* where the channel has no language."""
    language = _language(channel, usual)
    return Digest(
        title=message("messages.test_title", language),
        verdict=message("messages.test_verdict", language, name=channel.name),
        tone="plain",
        language=language,
        state="test",
    )


def _told(desk: Desk, run: Run, title: str, language: Language, zone: str) -> Digest:
    if run.state != "done":
        reason = run.reason.in_language(language) if run.reason else run.state
        return failed_digest(title, _on_one_line(reason, language), language)
    try:
        return desk.investigation(run.id).digest(language, zone or run.request.zone or None)
    except CaseError as gone:
        return failed_digest(title, _on_one_line(gone.text(language), language), language)


def _language(channel: ChannelSettings, usual: Language) -> Language:
    if channel.language:
        return "zh" if channel.language == "zh" else "en"
    return usual


def _on_one_line(reason: str, language: Language) -> str:
    """Return what happened and what to try, apart from one another; whoever reads it has the page, not the command line."""
    said = as_in_form(reason, language)
    return " · ".join(" ".join(line.split()) for line in said.splitlines() if line.strip())
