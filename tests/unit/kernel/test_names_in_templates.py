"""What shows that a word is a name, and how far a name goes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.kernel.fold import Folded, fold
from paicha.model.schema import RECORDS


def folded(bodies: list[str]) -> Folded:
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    rows = [blank | {"severity_number": 9, "body": body} for body in bodies]
    sums = LocalEngine().summarise([pa.RecordBatch.from_pylist(rows, RECORDS)], lambda _: None)
    return fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)


def texts(bodies: list[str]) -> dict[str, int]:
    templates = folded(bodies).templates
    return dict(zip(templates["text"].to_pylist(), templates["n"].to_pylist(), strict=True))


def top(result: Folded, slot: int) -> dict[str, int]:
    """The values of a variable of the only template."""
    assert 1 == result.templates.num_rows
    rows: list[dict[str, Any]] = result.template_slots.to_pylist()
    return {one["value"]: one["n"] for one in rows[slot]["top"]}


def test_what_prepositions_alone_hold_together_is_no_message() -> None:
    """`job_1 goes to node_7` and `job_1 listens to node_7`: the verb is what happened."""
    verbs = ("goes", "listens", "drifts", "clings", "belongs")

    assert {f"<id> {verb} to <id>": 1 for verb in verbs} == texts(
        [f"job_1 {verb} to node_7" for verb in verbs]
    )


def test_states_in_capitals_stay() -> None:
    """`RUNNING` and `ENDED` say what happened as `running` and `ended` do."""
    states = ("RUNNING", "ENDED", "PAUSED", "WAITING")

    assert {f"guest <id> is now {state}": 1 for state in states} == texts(
        [f"guest vm-7 is now {state}" for state in states]
    )


def test_a_proven_name_is_one_wherever_it_stands() -> None:
    """Plugins seen in two messages among others are no words of a third in which one of them stands alone."""
    plugins = ("audit.core", "FooBar", "plain_x")
    known = [f"Loading plugin {name}" for name in plugins]
    known += [f"Timeout of {name} after 12 s" for name in plugins]

    found = texts([*known, "audit.core lacks memory"])

    assert found["<word> lacks memory"] == 1


def test_a_name_of_one_message_proves_nothing() -> None:
    """One place where names stand may be wrong about a word."""
    found = texts(
        [
            *(f"Loading plugin {name}" for name in ("audit.core", "FooBar", "plain_x")),
            "audit.core lacks memory",
        ]
    )

    assert found["audit.core lacks memory"] == 1


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["drive d7 is ready", "drive HP:Ultrium is ready"], "drive <word> is ready"),
        (["copied from box4 to a9.", "copied from INBOX.b7 to a9."], "copied from <id> to <id>."),
        (["image tools7 pulled", "image lab/tools7:v12 pulled"], "image <value> pulled"),
    ],
)
def test_what_no_blank_parts_is_one_value_where_a_name_stands(lines: list[str], text: str) -> None:
    """A value with marks in it joins the message that has a value of one piece there."""
    assert {text: 2} == texts(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["took 12 in all", "took 3/4 in all"],
        ["unit a7 failed", "unit: failed"],
    ],
)
def test_a_share_and_a_key_are_no_longer_names(lines: list[str]) -> None:
    """What has more to say than a name stays a message of its own."""
    assert 2 == len(texts(lines))


def test_names_may_end_like_verbs_where_other_names_stand() -> None:
    """`Untitled` and `reporting` are names among names, and every one keeps its count."""
    names = ("alpha7", "nas_b", "Untitled", "reporting", "Untitled")

    result = folded([f"disc {name} spins down" for name in names])

    assert {"alpha7": 1, "nas_b": 1, "Untitled": 2, "reporting": 1} == top(result, 0)


@pytest.mark.parametrize("word", ["failed", "being", "not"])
def test_what_happened_is_no_name_among_names(word: str) -> None:
    """An outcome or a function word in the place of names is another message."""
    found = texts([f"disc {name} spins down" for name in ("alpha7", "nas_b", word)])

    assert found[f"disc {word} spins down"] == 1


def test_an_identifier_with_colons_is_one_variable() -> None:
    """Its parts are its values; a port behind a colon stays a variable of its own."""
    assert {"board <id> is hot": 1} == texts(["board R02-M1:J12-U11 is hot"])
    assert {"board <id>:<number> is hot": 1} == texts(["board R02-M1:8080 is hot"])


def test_what_stays_behind_a_key_does_not_part_what_varies_elsewhere() -> None:
    """Every line has a channel of its own, so no two differ in one place alone."""
    pairs = (("org.mail", "chat"), ("net_cam", "promo"), ("com.tube", "news"))

    assert {"notice <number> of <word> shown, channel=<word>": 3} == texts(
        [f"notice 7 of {name} shown, channel={channel}" for name, channel in pairs]
    )


def test_what_never_changes_behind_a_key_is_the_message_s() -> None:
    """A value that is always the same is text, but who did it is a variable on the first line."""
    assert {"login <number> tty=ssh user=<word>": 2} == texts(
        ["login 7 tty=ssh user=mia", "login 8 tty=ssh user=mia"]
    )


def test_what_is_numbered_and_who_has_an_address_vary_where_they_do() -> None:
    """`CPU#3` is a numbered CPU in every line; who stands before an address is a value, `alice` or `bob`."""
    lines = ["CPU#3 is hot", "CPU#4 is hot", "alice/10.0.0.1:80 left", "bob/10.0.0.2:81 left"]

    expected = {"CPU#<number> is hot": 2, "<word>/<ip>:<number> left": 2}
    assert expected == texts(lines)


def test_two_words_of_no_language_behind_a_preposition_are_names() -> None:
    """Two words are few, but nobody writes prose with them."""
    lines = ["rendered with gtk in 4 ms", "rendered with kde in 9 ms"]

    assert {"rendered with <word> in <number> ms": 2} == texts(lines)


def test_what_begins_and_what_ends_are_two_messages() -> None:
    """Verbs of the third person say what happened, also where two messages end with them."""
    lines = [
        f"{often} close {did}" for often in ("Monthly", "Nightly") for did in ("begins", "ends")
    ]

    assert dict.fromkeys(lines, 1) == texts(lines)


@pytest.mark.parametrize(
    "message",
    [
        "Job 7 ({}:unit) timed up to 9 s",
        "gate: {} (412) may read /var/a",
        "Deploying {} 1.2.3 to the east",
    ],
)
def test_names_end_like_verbs_where_marks_or_a_verb_say_that_a_name_follows(message: str) -> None:
    """`shipping` behind a bracket, before a number in brackets, or behind what is done is a name among names."""
    names = ("auth_proxy", "nas_b", "db_c", "mail_in", "billing", "shipping")

    assert 1 == len(texts([message.format(name) for name in names]))


def test_an_outcome_before_a_number_in_brackets_is_no_name() -> None:
    """`failed (412)` says what happened where `nas_b (412)` says who it is."""
    found = texts([f"gate: {name} (412) again" for name in ("alpha7", "nas_b", "failed")])

    assert found["gate: failed (<number>) again"] == 1


#: Two messages that show who is a name.
_KNOWN = [
    f"{text} {name} {rest}"
    for text, rest in (("quota of", "is 7 GB"), ("session of", "ends at 9"))
    for name in ("mallory", "tanaka", "kowalski")
]


def test_a_plain_word_that_other_messages_prove_is_a_name() -> None:
    """`tanaka` stands for others in two messages, so alone in a third it is one as well."""
    assert {'badge "<text>" goes to <word>', "quota of <word> is <number> GB"} < set(
        texts([*_KNOWN, 'badge "first" goes to tanaka'])
    )


def test_a_word_that_is_said_more_often_than_it_is_a_name_stays() -> None:
    """Somebody is called as a program is: what stands in as many messages of its own is a word of the log."""
    own = ["tanaka: no route", "tanaka: bad hash 7", "reload of tanaka due"]

    assert set(own[:1]) < set(texts([*_KNOWN, *own]))


def test_a_key_is_no_name() -> None:
    """`tanaka=4` is a key, whoever is called so."""
    assert "totals: tanaka=<number>" in texts([*_KNOWN, "totals: tanaka=4"])


def test_more_than_a_dozen_who_say_the_same_are_names() -> None:
    """Programs before a colon and an address; three of them are three functions that speak."""
    programs = [
        "mailq",
        "syncd",
        "Mail",
        "Finder",
        "Quillet",
        "Terminal",
        "Vespers",
        "Photos",
        "Mosaic",
        "Brevet",
        "Sextant",
        "Quorum",
        "Tarn",
        "Lorien",
    ]
    lines = [f"{name}: 10.0.0.7:443 sent directly" for name in programs]

    assert {"<word>: <ip>:<number> sent directly": 14} == texts(lines)
    assert 3 == len(texts(lines[:3]))


def test_what_varies_behind_a_key_proves_no_plain_name() -> None:
    """`style=swim` may be a state, so `swim` begins no name elsewhere; behind `user=` it would."""
    found = texts(
        [
            *(f"lap 7 style={style} over" for style in ("swim", "hike", "row")),
            *(f"goal of 9 style={style}" for style in ("swim", "hike", "row")),
            "lane 4 swim ends",
        ]
    )

    assert found["lane <number> swim ends"] == 1


def test_names_stand_behind_chinese_nouns() -> None:
    """Merchants behind a blank are names, as users are."""
    shops = ("鲜果时光", "蓝海便利店", "云上书城", "好邻居超市")

    assert {"商户 <word> 限额 <number>": 4} == texts([f"商户 {shop} 限额 70" for shop in shops])


def test_what_happened_in_chinese_is_no_name() -> None:
    """What begins with `已` or ends with `取消` says what happened to the order."""
    states = ("已支付", "已发货", "等待取消", "审核通过")

    assert 4 == len(texts([f"任务 {state} 序号 7" for state in states]))
