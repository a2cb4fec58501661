"""Which lines are one template, and what its variables were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import paicha.testing
from paicha.engines.local import LocalEngine
from paicha.kernel.fold import Folded, fold
from paicha.model.schema import RECORDS, TEMPLATE_SHAPES, TEMPLATE_SLOTS, TEMPLATES

SCENARIO = Path(paicha.testing.__file__).with_name("scenario") / "app.log"


def folded(*bodies: str) -> Folded:
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    rows = [blank | {"severity_number": 9, "body": body} for body in bodies]
    sums = LocalEngine().summarise([pa.RecordBatch.from_pylist(rows, RECORDS)], lambda _: None)
    return fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)


def texts(*bodies: str) -> dict[str, int]:
    templates = folded(*bodies).templates
    return dict(zip(templates["text"].to_pylist(), templates["n"].to_pylist(), strict=True))


def slots(result: Folded, text: str) -> list[dict[str, Any]]:
    by_text = {row["text"]: row["template_id"] for row in result.templates.to_pylist()}
    return [row for row in result.template_slots.to_pylist() if row["template_id"] == by_text[text]]


@pytest.fixture(scope="module")
def scenario() -> Folded:
    """The reference scenario's messages, folded."""
    return folded(*(line.split("] ", 1)[1] for line in SCENARIO.read_text("utf-8").splitlines()))


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Database connection failed: error=<word>", 167),
        ("Database connection timeout, retrying", 47),
        ("Disk space low: usage=<number>%", 37),
        ("API call frequency too high: <number>/min", 17),
        ("External service response slow: service=<word>, cost=<number>ms", 28),
        ("Payment system completely unavailable", 103),
        ("Order <id> created, amount=<number>", 123),
        ("User authentication failed: user_id=<number>", 1),
        ("Payment interface call exception: order_id=<id>", 1),
    ],
)
def test_the_reference_scenario_has_its_templates(scenario: Folded, text: str, n: int) -> None:
    """Every message of the scenario is one template with its exact count."""
    found = {row["text"]: row["n"] for row in scenario.templates.to_pylist()}

    assert n == found[text]


def test_words_behind_a_key_are_values_with_exact_counts(scenario: Folded) -> None:
    """The slot named error has its three phrases, complete."""
    (error,) = slots(scenario, "Database connection failed: error=<word>")

    assert ("error", "word", 167, 3, True) == (
        error["name"],
        error["kind"],
        error["n"],
        error["distinct"],
        error["complete"],
    )
    assert [("network error", 62), ("invalid credentials", 58), ("connection timeout", 47)] == [
        (top["value"], top["n"]) for top in error["top"]
    ]


def test_numbers_have_name_unit_and_range(scenario: Folded) -> None:
    """Usage ran from 70 to 90 percent, the calls from 248 to 547 a minute."""
    (usage,) = slots(scenario, "Disk space low: usage=<number>%")
    (calls,) = slots(scenario, "API call frequency too high: <number>/min")

    assert ("usage", "%", 37, 70.0, 90.0) == tuple(
        usage[key] for key in ("name", "unit", "n", "minimum", "maximum")
    )
    assert ("", "/min", 17, 248.0, 547.0) == tuple(
        calls[key] for key in ("name", "unit", "n", "minimum", "maximum")
    )


SEPARATE = [
    ("Node ready", "Node notready"),
    ("Worker alpha started", "Worker alpha stopped"),
    ("Login result=success", "Login result=failed"),
    ("Opening file /etc/x.conf", "Closing file /etc/x.conf"),
    ("Caused by: java.net.ConnectException", "Caused by: java.net.SocketException"),
    ("dial 10.0.0.1:80: connection refused", "dial 10.0.0.1:80: i/o timeout"),
    ("用户登录成功", "用户登录失败"),
    ("user=alice logged in", "user=alice logged out"),
    ("GC pause (young) 35ms", "GC pause (mixed) 35ms"),
    ("user unknown", "user locked"),
]


@pytest.mark.parametrize(("one", "two"), SEPARATE)
def test_different_messages_stay_apart(one: str, two: str) -> None:
    """Words that say what happened never become a variable."""
    assert 2 == len(texts(one, two))


TOGETHER = {
    "Started session for <word>": ["alice", "bob", "carol"],
    "Worker <word> waits": ["alpha", "beta"],
    "pick user=<word> now": ["alice", "bob"],
    "Login of user <word> denied": ["alice", "jane"],
    "Killed process 12 (<word>)": ["java", "mysqld"],
    "服务<word>响应超时": ["order-service", "payment-gateway"],
    "用户 <word> 登录": ["张三", "李四", "王五"],
    "数据库连接失败，原因：<word>": ["网络错误", "认证失败"],
    "declined: reason: <word>": ["card expired", "no funds left"],
    "Loading plugin <word>": ["audit.core", "FooBar", "plain_x"],
}


@pytest.mark.parametrize(("text", "words"), TOGETHER.items())
def test_names_become_a_variable_that_keeps_their_counts(text: str, words: list[str]) -> None:
    """One template, and its word slot lists every name with its count."""
    lines = [text.replace("<word>", word) for word in words for _ in range(len(word))]
    result = folded(*lines)

    (template,) = result.templates.to_pylist()
    assert text.replace("12", "<number>") == template["text"]
    slot = result.template_slots.to_pylist()[-1]
    assert {word: len(word) for word in words} == {top["value"]: top["n"] for top in slot["top"]}
    assert slot["complete"]


def test_several_words_where_a_name_stands_else_are_one_name() -> None:
    """`integration tests` joins `compile` and `lint`, and is one value of the variable."""
    steps = ["bundle", "compile", "deploy", "integration tests", "lint"]
    result = folded(*(f"Step {step} took {len(step)} s" for step in steps))

    assert ["Step <word> took <number> s"] == result.templates["text"].to_pylist()
    assert steps == sorted(top["value"] for top in result.template_slots.to_pylist()[0]["top"])


@pytest.mark.parametrize(
    "sentence",
    [
        "Worker is being closed after 5 s",
        "Worker not yet closed after 5 s",
        "Worker for alpha closed after 5 s",
        "Worker failed softly closed after 5 s",
        "Worker session state closed after 5 s",
    ],
)
def test_a_sentence_is_no_name_of_several_words(sentence: str) -> None:
    """Words that join others, words that say what happened, and words of the language alone name nothing."""
    named = [f"Worker {name} closed after 5 s" for name in ("alpha", "mikado", "omnibus", "tessa")]

    assert {
        "Worker <word> closed after <number> s": 4,
        sentence.replace("5", "<number>"): 1,
    } == texts(*named, sentence)


def test_names_that_vary_together_are_variables() -> None:
    """No two lines differ in one place alone; a program that fills in a number fills in both names."""
    lines = ["copy of oradata to lyon: 5 MB", "copy of payroll to dresden: 7 MB"]

    assert {"copy of <word> to <word>: <number> MB": 2} == texts(*lines)


def test_sentences_without_a_variable_do_not_vary_together() -> None:
    """Two statements about different things stay two."""
    lines = [
        "jobs.tip.id is deprecated, use jobs.task.id",
        "jobs.cap is deprecated, use jobs.limit",
    ]

    assert 2 == len(texts(*lines))


def test_names_that_vary_together_without_a_variable_need_more() -> None:
    """Names by their look are enough in both places: `edit-clear` and `HighContrast` are no words of a sentence."""
    lines = ["theme high_contrast has no icon edit_clear", "theme grey_scale has no icon go_home"]

    assert {"theme <word> has no icon <word>": 2} == texts(*lines)


def test_words_in_two_places_where_names_stand_are_names() -> None:
    """`metrics` is a word of the language, but the message has names in both places already."""
    lines = ["login of u17 denied in database d4", "login of ruud denied in database metrics"]

    assert {"login of <word> denied in database <word>": 2} == texts(*lines)


def test_names_of_another_message_are_names() -> None:
    """Two plain words at the end are too little by themselves; that both are names elsewhere is enough."""
    known = ["dropped medkit at 5, 7", "dropped potzo at 5, 7", "dropped ammo at 5, 7"]
    lines = ["pocket holds medkit", "pocket holds potzo"]

    assert 2 == len(texts(*lines))
    assert {"dropped <word> at <number>, <number>": 3, "pocket holds <word>": 2} == texts(
        *known, *lines
    )


def test_numbers_with_a_mark_are_one_value_where_identifiers_stand() -> None:
    """Half of a hexadecimal position happens to hold digits alone; two numbers by themselves stay two."""
    assert {"backup started at <value>": 2} == texts(
        "backup started at 12/3AF0", "backup started at 12/3490"
    )
    assert {"backup started at <number>/<number>": 1} == texts("backup started at 12/3490")


def test_brackets_and_colons_behind_a_name_are_part_of_it() -> None:
    """`Robot.Pos[3]` and `C:` stand where other names do."""
    tags = [f"tag {name} written, value 5" for name in ("Cell.Welds", "Cell.Mode", "Line.Speed")]
    volumes = [f"volume {name} was read in 5 s" for name in ("home_2", "data_4")]

    found = texts(*tags, "tag Robot.Pos[3] written, value 5", *volumes, "volume C: was read in 5 s")

    assert [3, 4] == sorted(found.values())


def test_a_mark_in_quotation_marks_is_a_value() -> None:
    """What a parser did not expect is a token, whether it is a word or a mark."""
    lines = ["unexpected token 'then' at 5", "unexpected token '/' at 7"]

    assert 1 == len(texts(*lines))


def test_what_stands_between_two_quotations_is_no_value() -> None:
    """The colons and commas of JSON without blanks are themselves, whatever the values are."""
    lines = ['done {"id":"ce69a851","biz":"desk"}', 'done {"id":"17","biz":"job"}']

    assert ['done {"id":"<id>","biz":"<text>"}'] == list(texts(*lines))


@pytest.mark.parametrize(
    "marks", ["jobs [{}] wait", "jobs {} wait", "jobs ({}) wait", "jobs={{{}}} wait"]
)
def test_lists_of_several_lengths_are_one_variable(marks: str) -> None:
    """The variable holds every value of every list with its count."""
    result = folded(*(marks.format(jobs) for jobs in ("j1, j2", "j2", "j2, j3, j4")))

    (slot,) = result.template_slots.to_pylist()
    assert [marks.format("<id>")] == result.templates["text"].to_pylist()
    assert [("j2", 3), ("j1", 1), ("j3", 1), ("j4", 1)] == [
        (t["value"], t["n"]) for t in slot["top"]
    ]
    assert (6, 4, True) == (slot["n"], slot["distinct"], slot["complete"])


def test_lists_of_words_and_empty_ones_are_one_variable() -> None:
    """`[]`, `[alpha]` and `[alpha, beta]` in one place are a list, whatever its words."""
    result = folded("roles [] kept", "roles [admin] kept", "roles [admin, guest] kept")

    (slot,) = result.template_slots.to_pylist()
    assert ["roles [<word>] kept"] == result.templates["text"].to_pylist()
    assert [("admin", 2), ("guest", 1)] == [(top["value"], top["n"]) for top in slot["top"]]


def test_lists_that_are_always_as_long_stay_apart_variables() -> None:
    """Coordinates are two numbers, each with its own range."""
    result = folded("moved to (5, 7) now", "moved to (6, 9) now")

    assert ["moved to (<number>, <number>) now"] == result.templates["text"].to_pylist()
    assert [(5.0, 6.0), (7.0, 9.0)] == [
        (row["minimum"], row["maximum"]) for row in result.template_slots.to_pylist()
    ]


def test_prose_in_parentheses_is_no_list() -> None:
    """What stands between commas there says what happened."""
    assert 2 == len(texts("closed (timeout) 5", "closed (timeout, failed) 5"))


PRINTED = [
    ("peer null is gone", "peer <word> is gone"),
    ("reading path n/a now", "reading path <word> now"),
    ("changing access to: yarn,curi", "changing access to: <word>"),
    ("joined with [master,data] roles", "joined with [<word>] roles"),
    ("null pointer in reader", "null pointer in reader"),
    ("init failed,retry later", "init failed,retry later"),
    ("handlers for [TERM, HUP] set", "handlers for [TERM, HUP] set"),
]


@pytest.mark.parametrize(("line", "text"), PRINTED)
def test_what_only_programs_print_is_a_value(line: str, text: str) -> None:
    """A word for no value, and a list without blanks, even where they never change."""
    assert {text: 1} == texts(line)


def test_numbers_in_different_units_are_never_added() -> None:
    """Each unit is a slot of its own, the more frequent first; the text names no unit."""
    result = folded("freed 5 KB now", "freed 7 KB now", "freed 2 MB now")

    assert ["freed <number> now"] == result.templates["text"].to_pylist()
    assert [("KB", 2, 5.0, 7.0), ("MB", 1, 2.0, 2.0)] == [
        (row["unit"], row["n"], row["minimum"], row["maximum"])
        for row in result.template_slots.to_pylist()
    ]


def test_a_variable_of_two_kinds_is_no_number() -> None:
    """An identifier that happens to be all digits gives no minimum."""
    result = folded("session a1b2 closed", "session 1234 closed")

    (slot,) = result.template_slots.to_pylist()
    assert ("id", None, 2) == (slot["kind"], slot["minimum"], slot["n"])


def test_an_empty_value_joins_its_variable_and_is_not_counted() -> None:
    """`host=` without a host is the same message; the slot counts the values there were."""
    result = folded("lost peer= at once", "lost peer=alpha at once", "lost peer=beta at once")

    assert 1 == result.templates.num_rows
    assert [2] == result.template_slots["n"].to_pylist()


def test_a_template_id_depends_on_the_text_alone() -> None:
    """Two runs over different lines give one message the same id."""
    one = folded("took 5ms", "ready").templates.to_pylist()
    two = folded("took 17ms").templates.to_pylist()

    assert two[0]["template_id"] in {row["template_id"] for row in one}
    assert 12 == len(two[0]["template_id"])


def test_quantiles_beyond_the_value_cap_come_from_the_sketch() -> None:
    """Ten thousand different numbers: the median is 1 % off at most, and distinct is an estimate."""
    (slot,) = folded(*(f"took {n}ms" for n in range(1, 10_001))).template_slots.to_pylist()

    assert not slot["complete"]
    assert slot["p50"] == pytest.approx(5000, rel=0.0101)
    assert slot["p95"] == pytest.approx(9500, rel=0.0101)
    assert slot["distinct"] == pytest.approx(10_000, rel=0.15)
    assert (1.0, 10_000.0, 5000.5) == (slot["minimum"], slot["maximum"], slot["mean"])


def test_nothing_folds_to_nothing() -> None:
    """No records give three empty tables of the right schema."""
    result = folded()

    assert (0, 0, 0) == tuple(table.num_rows for table in result)
    assert all(
        table.schema.equals(like)
        for table, like in zip(result, (TEMPLATES, TEMPLATE_SHAPES, TEMPLATE_SLOTS), strict=True)
    )
