"""What a line of named fields teaches, and which lines teach nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paicha.kernel.lessons import Lessons
from paicha.kernel.value_roles import Lesson
from paicha.knowledge.formats_loader import load_formats

LESSONS = Lessons(load_formats(), "UTC", datetime(2025, 3, 5, tzinfo=UTC))
JSON = (
    '{"time": "2025-03-04T05:06:07.891Z", "level": "warn", "logger": "mailer", "service": "pay2",'
    ' "host": "web-12", "msg": "重试 3 of 5", "http": {"status": 503, "ids": [1, "a2"]}, "n": -0.5}'
)
LOGFMT = 'ts=2025-03-04T05:06:07Z level=info caller=head.go:45 msg="done 3" blocks=3'


def texts(line: str, spans: object) -> list[str]:
    """Return what stands in stretches of bytes."""
    assert isinstance(spans, (list, tuple))
    data = line.encode()
    return [data[span[0] : span[1]].decode() for span in spans if span]


def lesson(line: str) -> Lesson:
    """Return what a line teaches."""
    found = LESSONS.teach(line)
    assert found is not None
    return found


def test_stamp_message_and_names_stand_where_they_are_written() -> None:
    """Also behind text beyond ASCII: places are those of bytes."""
    taught = lesson(JSON)

    assert ["2025-03-04T05:06:07.891Z", "重试 3 of 5"] == texts(JSON, [taught.time, taught.body])
    assert ["mailer", "pay2", "web-12"] == texts(JSON, taught.names)
    assert (13, "WARN") == (taught.severity, taught.said.level)


def test_values_that_no_sum_depends_on_are_free() -> None:
    """Whatever they are: numbers, and what stands inside lists; but by a status an access log's lines are told apart."""
    assert ["1", "a2", "-0.5"] == texts(JSON, lesson(JSON).free)


def test_a_value_that_tells_where_a_record_comes_from_is_read_from_each_line() -> None:
    """The file and its line are one value here."""
    taught = lesson(LOGFMT)

    assert ["3"] == texts(LOGFMT, taught.free)
    assert ["head.go:45"] == texts(LOGFMT, taught.names)


def test_where_a_file_is_named_the_logger_decides_nothing_and_where_a_service_is_the_pod() -> None:
    """A file is the module, and of a service no workload is asked."""
    line = '{"time":"2025-03-04T05:06:07Z","msg":"x","file":"a.c","logger":"l","app":"pay","pod":"db-0"}'
    taught = lesson(line)

    assert ["a.c", "pay"] == texts(line, taught.names)
    assert ["l", "db-0"] == texts(line, taught.free)


def test_a_format_told_by_a_name_is_taught_and_one_of_other_names_passed_over() -> None:
    """A message on the way by GELF; a shipper's line that says `log`, but not first as a container's."""
    line = '{"version":"1.1","host":"web-3","short_message":"late","timestamp":1741064767.891}'
    other = '{"time":"2025-03-04T05:06:07Z","msg":"x","log":"a wrapped line"}'

    assert "gelf" == lesson(line).format
    assert ["a wrapped line"] == texts(other, lesson(other).free)


def test_a_row_teaches_where_its_cells_stand() -> None:
    """Without their quotation marks."""
    header = "time,level,service,message,n"
    lessons = Lessons(load_formats(), "UTC", datetime(2025, 3, 5, tzinfo=UTC), header=header)
    row = '2025-03-04T05:06:07Z,WARN,pay,"say ""12"", then",7'
    taught = lessons.teach(row)

    assert taught is not None
    assert ['say ""12"", then'] == texts(row, [taught.body])
    assert (["pay"], ["7"]) == (texts(row, taught.names), texts(row, taught.free))
    assert lessons.teach(f'{row},"x') is None
    assert lessons.begins(row)
    assert not lessons.begins(f'{row}"')


def test_what_is_looked_at_before_what_is_taken_is_not_free() -> None:
    """`message` says nothing here, so `msg` is the message: where it says something, it is not."""
    line = '{"message": null, "msg": "late", "body": "b", "time": "2025-03-04T05:06:07Z", "ts": 7}'
    taught = lesson(line)

    assert ["b", "7"] == texts(line, taught.free)


def test_what_went_wrong_belongs_to_the_message() -> None:
    """Both are read from each line."""
    line = '{"time":1741064767.891,"msg":"say \\"12\\"","error":{"message":"refused","code":7}}'
    taught = lesson(line)

    assert ["1741064767.891", 'say \\"12\\"', "refused"] == texts(
        line, [taught.time, taught.body, taught.error]
    )
    assert ["7"] == texts(line, taught.free)


def test_a_line_without_a_message_is_its_own() -> None:
    """All of it is, with the names; what it is told by stays the same, here the status."""
    line = '{"time":"2025-03-04T05:06:07Z","method":"GET","path":"/a","status":200}'
    taught = lesson(line)

    assert taught.body is None
    assert ["GET", "/a"] == texts(line, taught.free)


def test_lines_that_hold_what_another_format_asks_for_are_not_of_the_kind() -> None:
    """A container runtime's lines are offered to its format first."""
    assert '"log"' in lesson(JSON).absent


@pytest.mark.parametrize(
    "line",
    [
        '{"time":"2025-03-04T05:06:07Z","msg":"\\ud83d"}',  # half a character
        '{"time":"2025-03-04T05:06:07Z","msg":"x","msg":"y"}',
        '{"time":"2025-03-04T05:06:07Z","msg":["x"]}',
        '{"time":"2025-03-04T05:06:07Z","msg":"\\n"}',
        '{"time":"2025-03-04T05:06:07Z","msg":"x","error":7}',
        '{"time":"no time","ts":"2025-03-04T05:06:07Z","msg":"x"}',  # not the first that may be one
        '{"msg":"without a time"}',
        "2025-03-04 05:06:07,123 INFO a pattern reads it",
        "no line of any format",
    ],
)
def test_a_line_of_which_nothing_can_be_said_teaches_nothing(line: str) -> None:
    """Lines like it are Python's, each."""
    assert LESSONS.teach(line) is None
