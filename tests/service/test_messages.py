"""Messages about runs: each once, within the rate, and what became of them is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.desks import INCIDENT, Clock, finish, settings_for
from tests.service.test_alerts import Counted

from paicha.locales import Text
from paicha.model.service import Run
from paicha.service.desk import Desk
from paicha.service.outbox import Postman
from paicha.stores.ledger.outbox import Letter
from paicha.testing.chats import SlackSink, WeComSink
from paicha.testing.scripted_server import Reply
from paicha.wiring.alert_settings import ChannelSettings, WebhookSettings
from paicha.wiring.channels import outlet
from paicha.wiring.secret import Secret

BY_HOOK = replace(
    INCIDENT, trigger="webhook", asked_by="monitor", title="支付 <@all>", metrics=("host",)
)


class Office:
    """A desk, a stand-in of WeCom, and who sends."""

    def __init__(self, folder: Path, address: str, case: Path) -> None:
        self.clock, self.case, self.counted = Clock(), case, Counted({})
        self.sink = WeComSink(clock=self.clock.seconds).__enter__()
        channel = ChannelSettings(
            "duty", kind="wecom", url=Secret(self.sink.url), language="zh", timeout_s=20.0
        )
        self.settings = replace(
            settings_for(folder, address, external_url="https://paicha.example.com/"),
            webhooks=(WebhookSettings("monitor", channels=("duty",)),),
            channels=(channel,),
        )
        self.desk = Desk.open(self.settings, self.clock)
        self.desk.ledger.outbox.know(["duty"])
        outlets = {"duty": outlet(channel, Path())}
        self.postman = Postman(
            self.desk, self.desk.ledger.outbox, outlets, self.counted, self.clock
        )

    def done(self) -> Run:
        """Return a run of the hook that is done, and let the postman hear of it."""
        run = finish(self.desk, self.desk.submit(BY_HOOK), self.case)
        self.postman.take(run)
        return run

    def close(self) -> None:
        """Close everything."""
        self.sink.__exit__(None, None, None)
        self.desk.stop()

    def notes(self, run: Run) -> list[str]:
        """Return the lines of a run."""
        return [note.text.en for note in self.desk.get(run.id).notes]


@pytest.fixture
def office(tmp_path: Path, address: str, scenario_case: Path) -> Iterator[Office]:
    """Give an office."""
    made = Office(tmp_path, address, scenario_case)
    yield made
    made.close()


def test_figures_of_channels_begin_at_nothing(office: Office) -> None:
    """What may become of a message is known before the first."""
    office.postman.begin_figures()

    assert {0} == set(office.counted.figures.values())
    assert ("paicha_messages_total", "duty", "gave_up") in office.counted.figures


def test_the_end_of_a_run_is_told_once(office: Office) -> None:
    """
    Verdict, first problems with counts, contradictions, link; however often the end is told.
    """
    run = office.done()
    office.postman.take(run)
    assert [True, False] == [office.postman.send_due("duty") for _ in range(2)]
    office.postman.take(run)
    assert not office.postman.send_due("duty")
    [posted] = office.sink.posted
    assert f"(https://paicha.example.com/runs/{run.id})" in posted.whole
    assert "P1 共 6 个问题，400 条" in posted.whole
    assert "数据库连接失败：214 条" in posted.whole
    assert "磁盘空间使用率" in posted.whole
    assert [] == posted.mentions
    assert {("duty", "sent"): 1} == office.desk.ledger.outbox.states()
    assert 1 == office.counted.figures["paicha_messages_total", "duty", "sent"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("内存不足\n  建议：缩小窗口", "内存不足 · 建议：缩小窗口"),
        # Who reads a message has the page and no command line.
        ("窗口反了\n  请对调 --from 和 --to。", "窗口反了 · 请对调「开始」和「结束」。"),
    ],
)
def test_a_failed_run_is_told_as_what_it_is(office: Office, reason: str, told: str) -> None:
    """
    Nothing known is not good news.
    """
    run = office.desk.submit(BY_HOOK)
    office.desk.ledger.runs.claim("w", office.clock(), 30)
    ended = office.desk.ledger.runs.finish(
        run.id, "w", office.clock(), "failed", reason=Text(zh=reason, en="out of memory")
    )
    assert ended is not None
    office.postman.take(ended)
    office.postman.send_due("duty")

    assert f"排查失败，情况未知：{told}" in office.sink.posted[0].whole


def test_what_did_not_arrive_is_sent_again_with_patience(office: Office) -> None:
    """
    5 s, then 10 s, then what the channel asks for; the message comes through once.
    """
    run = office.done()
    office.sink.faults = [Reply(503), Reply(502), Reply(429, headers={"Retry-After": "90"})]
    waits = []
    for _ in range(4):
        waited = 0
        while not office.postman.send_due("duty"):
            office.clock.forward(1)
            waited += 1
        waits.append(waited)

    assert [0, 5, 10, 90] == waits
    assert 1 == len(office.sink.posted)
    assert 3 == office.counted.figures["paicha_messages_retried_total", "duty"]
    assert [] == office.notes(run)


def test_a_refusal_ends_it_with_a_line_in_the_run(office: Office) -> None:
    """
    The body's code counts; the run says which channel and why.
    """
    run = office.done()
    office.sink.key = "another"
    office.postman.send_due("duty")

    assert {("duty", "gave_up"): 1} == office.desk.ledger.outbox.states()
    [line] = office.notes(run)
    assert line == (
        "The message to duty was refused and is not sent again: "
        "The channel duty refused the message: code 93000: invalid webhook url"
    )


def test_it_is_given_up_after_the_stated_time(office: Office) -> None:
    """
    Four hours of silence, then a line in the run and a figure.
    """
    run = office.done()
    office.sink.faults = [Reply(503, b"down")] * 100
    for _ in range(12):
        office.clock.forward(3_000)
        office.postman.send_due("duty")

    assert {("duty", "gave_up"): 1} == office.desk.ledger.outbox.states()
    [line] = office.notes(run)
    assert line.startswith("The message to duty could not be delivered within 4 h (")
    assert 1 == office.counted.figures["paicha_messages_total", "duty", "gave_up"]


def test_what_may_have_arrived_is_never_sent_again(office: Office) -> None:
    """
    The line went dead after the request: nobody knows, and the run says so.
    """
    run = office.done()
    office.sink.faults = [Reply(200, b"", cut=True)]
    office.postman.send_due("duty")
    office.clock.forward(7_200)

    assert not office.postman.send_due("duty")
    assert {("duty", "unknown"): 1} == office.desk.ledger.outbox.states()
    assert office.notes(run)[0].startswith("Whether the message to duty arrived is not known")


def test_a_process_that_dies_while_sending_sends_nothing_twice(office: Office) -> None:
    """
    After the restart the message counts as perhaps arrived.
    """
    run = office.done()
    letter = office.desk.ledger.outbox.claim("duty", office.clock(), 20, 0)
    assert isinstance(letter, Letter)
    office.postman.give_up_lost(alone=not office.settings.service.database)
    if office.settings.service.database:  # another worker may still be sending for five minutes
        assert {("duty", "sending"): 1} == office.desk.ledger.outbox.states()
        office.clock.forward(301)
        office.postman.give_up_lost(alone=False)

    assert {("duty", "unknown"): 1} == office.desk.ledger.outbox.states()
    assert not office.postman.send_due("duty")
    assert 1 == len(office.notes(run))


def test_no_more_than_the_channels_rate_goes_out(office: Office) -> None:
    """
    The rest waits and arrives, and the stand-in never complains.
    """
    outbox = office.desk.ledger.outbox
    slow = replace(office.settings.channels[0], rate=3)
    outlets = {"duty": outlet(slow, Path())}
    office.postman = replace(office.postman, outlets=outlets)
    for _ in range(7):
        office.done()
    sent = []
    for _ in range(3):
        n = 0
        while office.postman.send_due("duty"):
            n += 1
        sent.append(n)
        office.clock.forward(61)

    assert ([3, 3, 1], []) == (sent, office.sink.refused)
    assert {("duty", "sent"): 7} == outbox.states()


def test_slack_gets_one_a_second(tmp_path: Path, scenario_case: Path) -> None:
    """
    The rate of a second holds beside that of a minute.
    """
    clock = Clock()
    with SlackSink(clock=clock.seconds) as sink:
        channel = ChannelSettings("chat", kind="slack", url=Secret(sink.url))
        settings = replace(
            settings_for(tmp_path),
            webhooks=(WebhookSettings("monitor", channels=("chat",)),),
            channels=(channel,),
        )
        desk = Desk.open(settings, clock)
        desk.ledger.outbox.know(["chat"])
        postman = Postman(
            desk, desk.ledger.outbox, {"chat": outlet(channel, Path())}, Counted({}), clock
        )
        for _ in range(2):
            postman.take(finish(desk, desk.submit(BY_HOOK), scenario_case))
        first = [postman.send_due("chat"), postman.send_due("chat")]
        clock.forward(1.1)
        second = postman.send_due("chat")
        desk.stop()

    assert ([True, False], True, []) == (first, second, sink.refused)


def test_runs_of_people_are_told_to_nobody(office: Office) -> None:
    """
    Who sits in front of the page sees its end there; so does who cancels.
    """
    run = finish(office.desk, office.desk.submit(INCIDENT), office.case)
    office.postman.take(run)
    waiting = office.desk.submit(BY_HOOK)
    office.postman.take(office.desk.cancel(waiting.id))

    assert not office.postman.send_due("duty")
