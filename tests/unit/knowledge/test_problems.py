"""The problem classes: complete, true to their samples, and loaded with all mistakes named."""

import re
import time
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from paicha.analysis.classify import classify, joined
from paicha.errors import KnowledgeError
from paicha.kernel.gates import needed_of
from paicha.knowledge.problems_loader import check_samples, fingerprint, load_problems
from paicha.locales import Text
from paicha.model.knowledge import ProblemClass, Urgency

PROBLEMS = load_problems()
BY_ID = {problem.id: problem for problem in PROBLEMS}
INFO, ERROR = 9, 17

#: Ids shared with the metric concepts.
CONCEPTS = frozenset(
    [
        "cpu_usage", "memory_usage", "physical_memory_usage", "swap_usage", "disk_usage",
        "inode_usage", "io_utilisation", "io_wait", "load1", "load5", "load15", "load_per_cpu",
        "network_receive", "network_transmit", "network_errors", "network_dropped",
        "file_descriptors_used", "tcp_established", "tcp_time_wait", "tcp_close_wait", "processes",
        "process_cpu_usage", "process_memory_usage", "process_file_descriptors",
    ]
)  # fmt: skip

SCENARIO = {
    "Payment system completely unavailable": "payment_unavailable",
    "Database connection failed: error=network error": "database_connection",
    "Database connection failed: error=invalid credentials": "database_connection",
    "Database connection failed: error=connection timeout": "database_connection",
    "Database connection timeout, retrying": "database_connection",
    "Database master-slave sync failed, data may be inconsistent": "database_replication",
    "System memory insufficient, service will stop": "memory_insufficient",
    "Core service crashed, restarting": "service_crashed",
    "Security vulnerability detected abnormal access: ip=116.236.75.161": "security_intrusion",
    "Disk space low: usage=85%": "disk_space_low",
    "Cache space insufficient, cleaning expired data": "cache_space",
    "API call frequency too high: 248/min": "call_frequency_high",
    "External service response slow: service=payment, cost=3120ms": "external_service_slow",
    "User authentication failed: user_id=55": "user_authentication_failed",
    "Payment interface call exception: order_id=ORD1": "payment_call_error",
}

VALID = """
[queue_stuck]
title = { zh = '队列卡住', en = 'Queue stuck' }
severity = 'major'
patterns.en = ['queue {near}stuck']
patterns.zh = ['队列卡住']
matches.en = ['queue a is stuck']
matches.zh = ['队列卡住了']
rejects = ['queue moves']
risk = '…'
now = ['restart it']
"""


def is_chinese(words: str) -> bool:
    return re.search("[\u4e00-\u9fff]", words) is not None


def texts(problem: ProblemClass) -> list[Text]:
    both_true = [text for claim in problem.claims for text in claim.both_true]
    remedies = [remedy.text for remedy in problem.remedies]
    return [problem.title, problem.risk, *problem.causes, *remedies, *both_true]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.toml").write_text(VALID, "utf-8")
    return tmp_path


def test_there_are_at_least_seventy_classes_sorted_by_id() -> None:
    """An id names one class."""
    ids = [problem.id for problem in PROBLEMS]

    assert len(ids) >= 70
    assert sorted(set(ids)) == ids


def test_ids_are_not_used_twice_in_the_packaged_files() -> None:
    """TOML refuses a table twice in one file; over several files only this test does."""
    folder = resources.files("paicha.knowledge").joinpath("problems")
    tables = Counter(
        found
        for file in folder.iterdir()
        if file.name.endswith(".toml") and not file.name.startswith("_")
        for found in re.findall(r"(?m)^\[([a-z0-9_]+)\]", file.read_text("utf-8"))
    )

    assert {problem.id: 1 for problem in PROBLEMS} == dict(tables)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_every_sample_behaves(problem: ProblemClass) -> None:
    """What must match does, what must not does not."""
    assert () == check_samples(problem)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_no_other_class_steals_a_sample(problem: ProblemClass) -> None:
    """Each sample's class wins it among all classes."""
    answer = classify(problem.matches, [ERROR] * len(problem.matches), PROBLEMS)

    assert dict.fromkeys(problem.matches, problem.id) == dict(
        zip(problem.matches, answer, strict=True)
    )


@pytest.mark.parametrize(
    "problem", [one for one in PROBLEMS if one.below_warn.patterns], ids=lambda problem: problem.id
)
def test_what_is_said_below_warn_is_of_its_class_at_every_level(problem: ProblemClass) -> None:
    """A deadlock is one as a note, and no less at a level that says so; what is no trouble is none."""
    low = problem.below_warn
    for severity in (INFO, ERROR):
        answer = classify(low.matches, [severity] * len(low.matches), PROBLEMS)
        assert [problem.id] * len(low.matches) == answer

    assert [None] * len(low.rejects) == classify(low.rejects, [INFO] * len(low.rejects), PROBLEMS)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_every_class_is_complete_in_both_languages(problem: ProblemClass) -> None:
    """Samples, causes and remedies of every urgency, a home, and no text in one language only."""
    for samples in (problem.matches, problem.rejects):
        chinese = sum(map(is_chinese, samples))
        assert chinese >= 2, samples
        assert len(samples) - chinese >= 2, samples
    assert len(problem.causes) >= 3
    assert set(get_args(Urgency)) == {remedy.urgency for remedy in problem.remedies}
    assert problem.home
    assert all(is_chinese(text.zh) or text.zh == text.en for text in texts(problem))
    assert not any(is_chinese(text.en) for text in texts(problem))


def test_claims_name_known_concepts_and_what_could_make_both_true() -> None:
    """A contradiction always comes with at least two explanations."""
    claims = [(problem.id, claim) for problem in PROBLEMS for claim in problem.claims]

    assert len(claims) >= 10
    for key, claim in claims:
        assert claim.concept in CONCEPTS, key
        assert len(claim.both_true) >= 2, key


def test_the_reference_scenario_has_twelve_classes() -> None:
    """Both connection messages are one class; the two single messages have their own."""
    answer = classify(list(SCENARIO), [ERROR] * len(SCENARIO), PROBLEMS)

    assert SCENARIO == dict(zip(SCENARIO, answer, strict=True))
    assert len(set(SCENARIO.values())) == 12


def test_the_info_lines_of_the_reference_scenario_match_nothing() -> None:
    """Not even when their level is not known."""
    log = resources.files("paicha.testing").joinpath("scenario", "app.log").read_text("utf-8")
    lines = re.findall(r"(?m)^\S+ \S+ (?:INFO|DEBUG) \[\S+\] (.*)$", log)

    assert len(lines) > 1000
    assert {None} == set(classify(lines, [0] * len(lines), PROBLEMS))


def test_what_stops_the_business_stands_above_what_wears() -> None:
    """Severity carries the order of the reference report."""
    critical = {"database_connection", "database_replication", "memory_insufficient"}
    critical |= {"service_crashed", "security_intrusion"}
    lesser = {"disk_space_low", "cache_space", "call_frequency_high", "external_service_slow"}

    assert "outage" == BY_ID["payment_unavailable"].severity
    assert {"critical"} == {BY_ID[key].severity for key in critical}
    assert {BY_ID[key].severity for key in lesser} <= {"major", "minor"}


def test_a_line_that_says_it_is_over_has_no_class() -> None:
    """Every class leaves recovery alone."""
    lines = ["Database connection failed earlier, recovered after 3 s", "磁盘空间不足告警已恢复"]

    assert [None, None] == classify(lines, [ERROR, ERROR], PROBLEMS)


def test_loading_takes_less_than_a_tenth_of_a_second() -> None:
    """Every command loads them."""
    costs = []
    for _ in range(5):
        started = time.process_time()
        load_problems()
        costs.append(time.process_time() - started)

    assert min(costs) < 0.1


def test_a_folder_adds_classes(folder: Path) -> None:
    """The category is the file's name; a plain string serves both languages; words are shared."""
    problem = {each.id: each for each in load_problems([folder])}["queue_stuck"]

    assert "own" == problem.category
    assert Text(zh="队列卡住", en="Queue stuck") == problem.title
    assert Text.same("…") == problem.risk
    assert ("queue a is stuck", "队列卡住了") == problem.matches
    assert "{near}" not in problem.patterns[0]


def test_a_folder_replaces_a_class_of_the_same_id(folder: Path) -> None:
    """The later word counts, and no class is there twice."""
    own = VALID.replace("[queue_stuck]", "[disk_full]")
    (folder / "own.toml").write_text(own, "utf-8")
    loaded = load_problems([folder])

    assert len(PROBLEMS) == len(loaded)
    assert "Queue stuck" == next(p.title.en for p in loaded if p.id == "disk_full")


def test_all_mistakes_are_named_at_once_with_file_and_key(folder: Path) -> None:
    """One run is enough to mend a file."""
    (folder / "bad.toml").write_text(
        """
colour = 1
[Broken]
title = { zh = '只有中文' }
severity = 'awful'
rank = 'high'
any_level = 'yes'
below_warn = { patterns = ['(open'], colour = 1 }
home = 'disk'
patterns = ['(open', 'fine {nonsense}', '(?=ahead)']
matches = ['', 3]
rejects.fr = ['non']
colour = 'red'
causes = 'none'
claims = [{ concept = 'Cpu', comparison = 'over', threshold = 'high', slots = 'x', colour = 1 }]
tells = [{ name = 'Who', fields = 'x', patterns = ['no group', '(?P<it>a'], colour = 1 }]
[other]
tells = 'none'
claims = 'none'
below_warn = 'none'
category = 3
""",
        "utf-8",
    )
    (folder / "cut.toml").write_text("[half", "utf-8")
    (folder / "latin.toml").write_bytes(b"# caf\xe9\n")

    with pytest.raises(KnowledgeError) as refusal:
        load_problems([folder])

    message = str(refusal.value)
    for place in (
        "bad.toml: colour: is not a table",
        "bad.toml: Broken: an id is lower case",
        "bad.toml: Broken.title: is neither text nor",
        "bad.toml: Broken.severity: is not one of outage, critical",
        "bad.toml: Broken.rank: is not a whole number",
        "bad.toml: Broken.any_level: is neither true nor false",
        "bad.toml: Broken.below_warn.colour: no such key",
        "bad.toml: Broken.below_warn.patterns: RE2 cannot read '(open'",
        "bad.toml: Broken.below_warn.matches: is missing",
        "bad.toml: other.below_warn: is not a table",
        "bad.toml: Broken.home: is not a list",
        "bad.toml: Broken.patterns: no such word 'nonsense'",
        "bad.toml: Broken.patterns: RE2 cannot read '(open'",
        "bad.toml: Broken.patterns: RE2 cannot read '(?=ahead)'",
        "bad.toml: Broken.matches: holds something that is not text",
        "bad.toml: Broken.rejects.fr: no such language",
        "bad.toml: Broken.colour: no such key",
        "bad.toml: Broken.causes: is not a list",
        "bad.toml: Broken.claims[0].concept: is not the id",
        "bad.toml: Broken.claims[0].comparison: is neither above nor below",
        "bad.toml: Broken.claims[0].threshold: is not a number",
        "bad.toml: Broken.claims[0].slots: is not a list of names",
        "bad.toml: Broken.claims[0].colour: no such key",
        "bad.toml: Broken.tells[0].name: is not a name of lower case letters",
        "bad.toml: Broken.tells[0].fields: is not a list of texts",
        "bad.toml: Broken.tells[0].patterns: RE2 cannot read 'no group', or it has not one group",
        "bad.toml: Broken.tells[0].patterns: RE2 cannot read '(?P<it>a', or it has not one group",
        "bad.toml: Broken.tells[0].colour: no such key",
        "bad.toml: Broken.tells[0].title: is neither text nor",
        "bad.toml: other.tells: is not a list of tables",
        "bad.toml: Broken.risk: is missing",
        "bad.toml: other.claims: is not a list of tables",
        "bad.toml: other.category: is not text",
        "bad.toml: other.matches: is missing",
        "cut.toml: ",
        "latin.toml: ",
    ):
        assert place in message


@pytest.mark.parametrize(
    "problem", [one for one in load_problems() if one.tells], ids=lambda p: p.id
)
def test_what_a_class_looks_for_is_read_by_re2_and_found_in_a_sample(problem: ProblemClass) -> None:
    """Each pattern has one group called ``it``; each thing is named once, and one pattern of the first finds it."""
    samples = pa.array(problem.matches)
    found = [
        [pc.extract_regex(samples, pattern) for pattern in told.patterns] for told in problem.tells
    ]

    assert {"it"} == {field.name for each in found for read in each for field in read.type}
    assert len(problem.tells) == len({told.name for told in problem.tells})
    assert any(read.is_valid().to_pylist().count(True) for read in found[0])


def test_a_sample_that_misbehaves_in_a_folder_is_a_mistake(folder: Path) -> None:
    """A user's class is tested where it is loaded."""
    (folder / "own.toml").write_text(VALID.replace("queue moves", "queue is stuck"), "utf-8")

    with pytest.raises(KnowledgeError, match=r"queue_stuck\.rejects: matches: 'queue is stuck'"):
        load_problems([folder])


def test_a_missing_folder_is_refused_with_its_name_in_both_languages(tmp_path: Path) -> None:
    """The error names the folder and one way out."""
    with pytest.raises(KnowledgeError) as refusal:
        load_problems([tmp_path / "none"])

    assert f"{tmp_path / 'none'} does not exist" in refusal.value.text("en")
    assert "不存在" in refusal.value.text("zh")
    assert str(tmp_path / "none") in refusal.value.text("zh")


def test_the_fingerprint_follows_every_byte_of_every_file(folder: Path) -> None:
    """The same files give the same one; a changed, renamed or added file another."""
    before = fingerprint([folder])

    assert before == fingerprint([folder])
    assert before != fingerprint()
    (folder / "own.toml").rename(folder / "renamed.toml")
    renamed = fingerprint([folder])
    assert before != renamed
    (folder / "renamed.toml").write_text(VALID + "\n", "utf-8")
    assert renamed != fingerprint([folder])


def test_what_a_pattern_needs_stands_in_all_that_it_matches() -> None:
    """
    For every pattern of every class, on every sample, in capitals and in small letters too.
    """
    samples = sorted({each for one in PROBLEMS for each in (*one.matches, *one.rejects)})
    texts = [*samples, *map(str.upper, samples), *map(str.lower, samples)]
    column = pa.array(texts, pa.string())
    for pattern in sorted({each for one in PROBLEMS for each in (*one.patterns, *one.excludes)}):
        needed = needed_of(pattern)
        for text in column.filter(pc.match_substring_regex(column, joined([pattern]))).to_pylist():
            assert not needed or any(each in text.casefold() for each in needed), (pattern, text)


def test_nearly_every_pattern_says_what_it_needs() -> None:
    """
    A pattern that says nothing costs every start.
    """
    patterns = {each for one in PROBLEMS for each in one.patterns}

    assert [] == [each for each in patterns if not needed_of(each) and "(?-i:" not in each]


def test_classes_do_not_depend_on_how_many_other_lines_there_are() -> None:
    """
    Patterns whose words stand nowhere are left out among few lines and tried among many, with one result.
    """
    samples = sorted({each for one in PROBLEMS for each in one.matches})
    levels = [ERROR] * len(samples)
    alone = [classify([sample], [ERROR], PROBLEMS)[0] for sample in samples[::20]]

    assert alone == classify(samples, levels, PROBLEMS)[::20]


QUOTED = [
    '(root) CMD (curl -s http://localhost/health || echo "error: connection refused")',
    '(root) CMDEND (curl -s http://localhost/health || echo "error: connection refused")',
    '    bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/grep "Out of memory: Killed process" /var/log/x',
    'type=EXECVE msg=audit(1.2:3): argc=3 a0="grep" a1="No space left on device"',
    'PROCTITLE proctitle=grep "segfault at" /var/log/kern.log',
    'Running: grep -c "Connection refused" /var/log/app.log',
    '+ grep -c "Too many open files" /var/log/app.log',
    "LOG:  statement: INSERT INTO events (msg) VALUES ('connection refused')",
    "LOG:  statement: WITH told AS (SELECT 'connection refused') SELECT 1",
    "duration: 3.123 ms  statement: select 'ERROR: out of memory'",
    "LOG:  duration: 0.1 ms  bind S_1/C_3: UPDATE told SET said = 'Out of memory: Killed process 1'",
    "duration: 12 ms  plan:\nQuery Text: select 'No space left on device'",
    "12 Query\tSELECT * FROM told WHERE said = 'deadlock found'",
    '[root@web-01 ~]# grep "Out of memory: Killed process" /var/log/messages',
    'ops@web-01:~$ grep "No space left on device" /var/log/messages',
    '  501  grep "No space left on device" /var/log/messages',
]
SAID = {
    "(root) CMDOUT (curl: (7) Failed to connect: connection refused)": "connection_refused",
    "bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/ls": (
        "user_authentication_failed"
    ),
    "Running: curl http://shop/health failed: connection refused": "connection_refused",
    "+ FullyQualifiedErrorId : connection refused": "connection_refused",
    "ERROR:  deadlock detected": "database_deadlock",
    "duration: 5123.4 ms  execute <unnamed>: INSERT INTO told VALUES ('No space left on device')": "slow_query",
    "root@web-01: connection refused": "connection_refused",
}


@pytest.mark.parametrize("level", [0, ERROR], ids=["no level", "ERROR"])
def test_a_quoted_command_is_not_the_error_that_it_looks_for(level: int) -> None:
    """What cron starts, somebody types or a log of statements repeats did not happen; what a command printed did."""
    said = dict(zip(SAID, classify([*SAID], [level] * len(SAID), PROBLEMS), strict=True))

    assert [None] * len(QUOTED) == classify(QUOTED, [level] * len(QUOTED), PROBLEMS)
    assert said == SAID
