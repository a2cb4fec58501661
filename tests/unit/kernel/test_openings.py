"""Columns of a header that no format described are told from what the message says."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.kernel.fold import Folded, fold
from paicha.kernel.openings import openings
from paicha.model.schema import RECORDS

MESSAGES = (
    "accepted <id>", "closed by <ip>", "lease <id> lost", "opened <path>", "printed <number> pages",
    "refused <id>", "revoked", "sent <number> bytes", "waiting for <host>", "written to <path>",
)  # fmt: skip
NAMES = ("LeaseKeeper", "PageWriter")


def shapes(header: str) -> list[str]:
    """Every message behind a header whose name changes from one to the next."""
    return [header.replace("NAME", NAMES[at % 2]) + text for at, text in enumerate(MESSAGES)]


def messages(found: dict[str, int], of: list[str]) -> list[str]:
    return [shape[found.get(shape, 0) :] for shape in of]


@pytest.mark.parametrize(
    "header",
    [
        "<number> ",
        "<number> <number> INFO NAME ",
        "[<id>][keeper.cpp:<number>] ",
        "NAME: ",
        "NAME - ",
        "<id>|NAME|<number>|",
        "<id>,NAME,",
        "(main) NAME: ",
        "vega keeper INFO ",
        "open_lease() ",
        "<time>: %<id>: ",
        ">> NAME >> WARN >> ",
        "NAME -> ",
        "NAME : ",
        "INFO NAME::open_lease > ",
        "t=<number> comp=NAME ",
        "<number>:I <time> * ",
    ],
)
def test_what_every_message_begins_with_is_a_column(header: str) -> None:
    """Columns of any kind are found, and end where ever other words begin."""
    lines = shapes(header)

    assert list(MESSAGES) == messages(openings([lines]), lines)


@pytest.mark.parametrize(
    ("why", "lines"),
    [
        ("a third begins otherwise", [*shapes("<number> "), *MESSAGES[:5]]),
        ("too few to tell", shapes("<number> ")[:6]),
        ("few words follow", [f"<host>:<number> {word} {n}" for word in ("open", "close") for n in MESSAGES]),
        ("plain words", [f"{w} {text}" for w in ("Connection", "Session") for text in MESSAGES]),
        ("words around a number", [f"{w} <number> {text}" for w in ("Session", "Job") for text in MESSAGES]),
        ("as many names as messages", [f"{text.split(' ', 1)[0]}: {text}" for text in MESSAGES]),
    ],
)  # fmt: skip
def test_what_may_be_part_of_the_message_stays(why: str, lines: list[str]) -> None:
    """Where another reading is as good, nothing is taken away."""
    assert lines == messages(openings([lines]), lines), why


def test_records_without_a_time_lose_only_marked_columns() -> None:
    """Maybe they are messages already: a bare number in front, or one name alone, then belongs to them."""
    kept = (shapes("<number> "), shapes("job=<number> "), shapes("NAME: "))

    assert list(kept) == [messages(openings([], lines), lines) for lines in kept]
    for marked in (shapes("[WARN] "), shapes("<number> [INFO] (NAME) ")):
        assert list(MESSAGES) == messages(openings([], marked), marked)


def test_a_mark_that_sticks_to_a_word_begins_the_message() -> None:
    """`*12` is the message's, a star between blanks a column's."""
    said = [f"*<number> {text}" for text in MESSAGES] + list(MESSAGES)
    lines = [f"<number>: {text}" for text in said]

    assert said == messages(openings([lines]), lines)


LETTERS = [f"{'DIWE'[at % 4]} [{NAMES[at % 2]}] {text}" for at, text in enumerate(MESSAGES)]
HEXADECIMAL = [
    f"vega keeper INFO {id_} {text}"
    for id_ in ("<id>", "<number>d")
    for text in MESSAGES
] + [f"vega keeper INFO {word} {MESSAGES[0]}" for word in ("beef", "dada", "fade", "cede")]  # fmt: skip


def test_levels_of_one_letter_are_a_column() -> None:
    """`D`, `I`, `W` and `E` in one place are levels, and brackets behind them belong to the header."""
    assert list(MESSAGES) == messages(openings([LETTERS]), LETTERS)


def test_an_identifier_of_letters_alone_is_one_among_others() -> None:
    """Of hexadecimal numbers some hold no figure, and some look like days."""
    assert set(MESSAGES) == set(messages(openings([HEXADECIMAL]), HEXADECIMAL))


def test_a_few_identifiers_of_letters_alone_are_no_exceptions() -> None:
    """One in thirty of four digits has no figure: its message is the others' all the same; a word is none of them."""
    header = "vega keeper INFO"
    many = [
        f"{header} {id_} {m} {n}" for n in "abc" for id_ in ("<id>", "<number>") for m in MESSAGES
    ]

    for word, message in (("aafb", "opened <path>"), ("bad", "bad opened <path>")):
        lines = [*many, f"{header} {word} opened <path>"]
        assert message == messages(openings([lines]), lines)[-1].removeprefix(f"{header} ")


PARTS = ("audio", "nav", "phone", "tuner")


@pytest.mark.parametrize("rest", [(), ("shutdown complete",)])
def test_who_speaks_is_the_message_s_where_another_has_no_name(rest: tuple[str, ...]) -> None:
    """A header stands before every message; `nav: off route` beside `shutdown complete` is a message."""
    lines = [f"{PARTS[at % 4]}: {text}" for at, text in enumerate(MESSAGES * 2)] + list(rest)
    shown = set(lines if rest else MESSAGES)

    assert set(lines) == set(messages(openings([], lines), lines))
    assert shown == set(messages(openings([], named=[lines]), lines))
    assert {*MESSAGES, *rest} == set(messages(openings([lines]), lines))


def test_one_log_says_nothing_about_another() -> None:
    """Records whose headers say other things are looked at apart."""
    columns, plain = shapes("<number> "), list(MESSAGES)

    assert list(MESSAGES) * 2 == messages(openings([columns, plain]), [*columns, *plain])


def timed(*bodies: str) -> Folded:
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    moment = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    rows = [blank | {"timestamp": moment, "severity_number": 9, "body": body} for body in bodies]
    sums = LocalEngine().summarise([pa.RecordBatch.from_pylist(rows, RECORDS)], lambda _: None)
    return fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)


def test_a_template_is_the_message_and_its_variables_are_its_own() -> None:
    """The columns are in no template and no variable; a message's number keeps its figures."""
    words = ("accepted", "closed", "lost", "opened", "printed", "refused", "revoked", "sent")
    result = timed(
        *(f"{at + 812} {word} {n} leases" for word in words for at, n in enumerate((3, 5)))
    )

    assert {f"{word} <number> leases" for word in words} == set(
        result.templates["text"].to_pylist()
    )
    assert {(3.0, 5.0, 4.0)} == {
        (row["minimum"], row["maximum"], row["mean"]) for row in result.template_slots.to_pylist()
    }


def test_a_column_of_several_words_ends_where_the_others_do() -> None:
    """`mailer x64 | …` among names of one word is a column, and a message with a mark in it is none."""
    lines = [
        f"<time> {program} | {text}"
        for at, text in enumerate(MESSAGES)
        for program in (("pump.exe", "disc_d") if at % 3 else ("mailer x64",))
    ]

    assert [line.split(" | ")[1] for line in lines] == messages(openings([lines]), lines)


def test_small_words_before_messages_with_a_capital_are_a_column() -> None:
    """A message begins with its capital; where it has none, the first word may be its own."""
    parts = ("pump", "disc")
    small = [f"{parts[at % 2]} {text}" for at, text in enumerate(MESSAGES)]
    capitals = [f"{parts[at % 2]} {text.capitalize()}" for at, text in enumerate(MESSAGES)]

    assert [text.capitalize() for text in MESSAGES] == messages(openings([capitals]), capitals)
    assert small == messages(openings([small]), small)
