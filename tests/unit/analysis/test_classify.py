"""Which class a line belongs to."""

import random
from pathlib import Path

import pytest

from paicha.analysis.classify import HEAD_CHARACTERS, HEAD_LINES, classify, head, matching
from paicha.knowledge.problems_loader import load_problems
from paicha.locales import Text
from paicha.model.knowledge import ProblemClass, Severity

PROBLEMS = load_problems()
WORDINGS = tuple(
    tuple(line.split(" | ", 1))
    for line in Path(__file__).with_name("wordings.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
ERROR, WARN, INFO, NO_LEVEL = 17, 13, 9, 0


def a_class(
    key: str,
    *patterns: str,
    severity: Severity = "major",
    rank: int = 0,
    excludes: tuple[str, ...] = (),
    any_level: bool = False,
) -> ProblemClass:
    return ProblemClass(
        id=key,
        title=Text.same(key),
        severity=severity,
        category="test",
        patterns=patterns,
        excludes=excludes,
        matches=(),
        rejects=(),
        claims=(),
        risk=Text.same("risk"),
        causes=(),
        remedies=(),
        rank=rank,
        any_level=any_level,
    )


def test_a_body_gets_the_class_whose_pattern_it_matches_whatever_its_case() -> None:
    """Patterns are case-insensitive; a body without a class gets None, at its own place."""
    answer = classify(
        ["DISK is Full", "all is well"], [ERROR, ERROR], [a_class("full", "disk is full")]
    )

    assert ["full", None] == answer


def test_the_highest_rank_wins_over_severity() -> None:
    """Rank is the author's word and comes first."""
    low = a_class("low", "disk", severity="outage", rank=1)
    high = a_class("high", "disk", severity="notice", rank=2)

    assert ["high"] == classify(["disk"], [ERROR], [low, high])


def test_the_worst_severity_wins_among_equal_ranks() -> None:
    """A critical class hides a minor one."""
    mild = a_class("a_mild", "disk is full", severity="minor")
    bad = a_class("b_bad", "disk", severity="critical")

    assert ["b_bad"] == classify(["disk is full"], [ERROR], [mild, bad])


def test_the_longest_match_wins_among_equals_and_then_the_id() -> None:
    """The longer match is the more specific one; the id decides what nothing else does."""
    short = a_class("a_short", "disk")
    long = a_class("z_long", "disk of host .* is full")
    twin = a_class("b_twin", "disk")

    answer = classify(["disk of host 7 is full", "disk"], [ERROR, ERROR], [twin, long, short])

    assert ["z_long", "a_short"] == answer


def test_an_exclude_takes_a_body_from_its_class_only() -> None:
    """Other classes still see the line, also when all classes share another exclude."""
    picky = a_class("picky", "disk", rank=1, excludes=("replaced", "over"))
    plain = a_class("plain", "disk", excludes=("over",))

    answer = classify(["disk replaced", "disk gone", "disk over"], [ERROR] * 3, [picky, plain])

    assert ["plain", "picky", None] == answer


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(NO_LEVEL, "normal"), (INFO, "always"), (WARN, "normal"), (ERROR, "normal")],
)
def test_only_classes_for_any_level_apply_below_warn(severity: int, expected: str) -> None:
    """A line without a level may be anything, so all classes apply to it."""
    normal = a_class("normal", "disk", rank=1)
    always = a_class("always", "disk", any_level=True)

    assert [expected] == classify(["disk"], [severity], [normal, always])


def test_equal_bodies_of_different_levels_are_told_apart() -> None:
    """The level belongs to the question, not only the text."""
    answer = classify(["disk", "disk", "disk"], [ERROR, INFO, NO_LEVEL], [a_class("d", "disk")])

    assert ["d", None, "d"] == answer


def test_only_the_head_of_a_body_is_looked_at() -> None:
    """Stack frames and endless lines do not make a class."""
    deep = "\n".join(["frame"] * HEAD_LINES + ["disk"])
    far = "x" * HEAD_CHARACTERS + "disk"
    near = "\n".join(["frame"] * (HEAD_LINES - 1) + ["disk"])

    assert [False, False, True] == matching(a_class("d", "disk"), [deep, far, near])


def test_no_bodies_and_no_classes_give_empty_answers() -> None:
    """Nothing in, nothing out."""
    assert [] == classify([], [], PROBLEMS)
    assert [None, None] == classify(["", "disk"], [ERROR, ERROR], [])
    assert [None] == classify(["info only"], [INFO], [a_class("d", "disk")])


def test_a_missing_severity_is_refused() -> None:
    """Bodies and severities are columns of one table."""
    with pytest.raises(ValueError, match="shorter"):
        classify(["a", "b"], [ERROR], PROBLEMS)


def test_the_order_of_classes_and_bodies_does_not_matter() -> None:
    """The same line gets the same class in any company."""
    bodies = [sample for problem in PROBLEMS for sample in (*problem.matches, *problem.rejects)]
    expected = dict(zip(bodies, classify(bodies, [ERROR] * len(bodies), PROBLEMS), strict=True))
    shuffler = random.Random(20)
    classes, shuffled = list(PROBLEMS), list(expected)
    shuffler.shuffle(classes)
    shuffler.shuffle(shuffled)

    answer = classify(shuffled, [ERROR] * len(shuffled), classes)

    assert expected == dict(zip(shuffled, answer, strict=True))


@pytest.mark.parametrize(
    "hostile",
    [
        "database " * 40_000,
        "failed to " * 40_000,
        "数据库连接" * 40_000,
        "a" * 400_000,
        "task " + "x" * 400_000 + "\n" * 1000,
        "\0\x1b[31m{}%s<script>" * 20_000,
        "\u202e\U0001f600" * 100_000,
    ],
    ids=["words", "beginnings", "chinese", "one letter", "gap", "control", "unicode"],
)
def test_a_hostile_body_costs_no_more_than_a_long_one(hostile: str) -> None:
    """Nothing a line holds can make matching explode: what is looked at of it decides."""
    answer = classify([f"{n} {hostile}" for n in range(40)], [ERROR] * 40, PROBLEMS)

    assert classify([head(f"{n} {hostile}") for n in range(40)], [ERROR] * 40, PROBLEMS) == answer


_FRAMES = "".join(f"\n\tat shop.order.Service.call{n}(Service.java:{n})" for n in range(9))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "创建订单失败\nshop.DaoException: cannot get a connection to the database" + _FRAMES
            + "\nCaused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available,"
            " request timed out after 30001ms" + _FRAMES + "\n\t... 37 more",
            "connection_pool_exhausted",
        ),
        (
            "call to the bank failed\njavax.net.ssl.SSLHandshakeException: PKIX path validation failed" + _FRAMES
            + "\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Wed Nov 25 20:15:00 CST 2026",
            "certificate_expired",
        ),
        (
            "处理任务失败\nTraceback (most recent call last):\n" + '  File "a.py", line 1, in run\n    self.step()\n' * 4
            + "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on '10.1.1.1' (timed out)\")",
            "database_connection",
        ),
        (
            "request failed Error: no answer\n" + "    at ask (/srv/shop/ask.js:7:3)\n" * 6
            + "  [cause]: Error: connect ECONNREFUSED 10.1.2.3:6379 Redis connection refused",
            "redis_failure",
        ),
        (
            "#PID<0.8.0> running Shop.Endpoint terminated\nServer: shop:80" + "\nRequest: POST /orders" * 3
            + "\n    ** (DBConnection.ConnectionError) connection not available and request was dropped from queue",
            "connection_pool_exhausted",
        ),
        (
            "Order 7 could not be saved\nShop.SaveFailed: see inner exception" + "\n   at Shop.Store.Save(Order order)" * 4
            + "\n ---> System.Net.Sockets.SocketException (111): Connection refused"
            + "\n   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)",
            "connection_refused",
        ),
    ],
)  # fmt: skip
def test_what_an_exception_was_caused_by_says_what_went_wrong(body: str, expected: str) -> None:
    """
    The cause at the end of a stack trace is read, however many frames stand above it.
    """
    assert [expected] == classify([body], [ERROR], PROBLEMS)


def test_frames_of_a_stack_trace_say_nothing() -> None:
    """
    Names of classes and methods below the head decide no class.
    """
    frames = "".join(
        f"\n\tat shop.DeadlockFoundException.out_of_memory{n}(X.java:{n})" for n in range(9)
    )

    assert (
        "deadlock"
        not in head(
            "failed\nshop.A: b\n\tat x.Y.z(Y.java:1)\n\tat x.Y.z(Y.java:2)" + frames
        ).lower()
    )
