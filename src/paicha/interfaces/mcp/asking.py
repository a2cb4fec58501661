"""What the tools take: each argument with its meaning in both languages and its bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from paicha.interfaces.mcp.spoken import both
from paicha.locales import Language

#: Longest single word or filter, most names in a list.
LONGEST_WORD, MOST_NAMES = 2_000, 100
#: Rows in one answer, unless more are asked for, and at most.
USUAL_ROWS, MOST_ROWS = 20, 100
#: How long a call waits: clients give up after a minute where nobody told them otherwise [s].
USUAL_WAIT_S, LONGEST_WAIT_S = 45.0, 3_600.0

Word = Annotated[str, Field(max_length=LONGEST_WORD)]
#: What is named in a list, or must be named: "" names nothing, and must not stand for all there is.
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_WORD)]


def _names(key: str) -> object:
    return Field(description=both(f"argument.{key}"), max_length=MOST_NAMES)


Start = Annotated[Word, Field(description=both("argument.start"))]
End = Annotated[Word, Field(description=both("argument.end"))]
Last = Annotated[Word, Field(description=both("argument.last"))]
Sources = Annotated[list[Name], _names("sources")]
Metrics = Annotated[list[Name] | None, _names("metrics")]
Files = Annotated[list[Name], _names("files")]
MetricFiles = Annotated[list[Name], _names("metric_files")]
Hosts = Annotated[list[Name], _names("hosts")]
Services = Annotated[list[Name], _names("services")]
Where = Annotated[Word, Field(description=both("argument.where"))]
Business = Annotated[int | None, Field(description=both("argument.biz"))]
IndexSet = Annotated[int | None, Field(description=both("argument.index_set"))]
Baseline = Annotated[Word, Field(description=both("argument.baseline"))]
Zone = Annotated[Word, Field(description=both("argument.zone"))]
Lang = Annotated[Language | None, Field(description=both("argument.language"))]
MaxRecords = Annotated[int | None, Field(description=both("argument.max_records"), ge=1)]
Wait = Annotated[float, Field(description=both("argument.wait_seconds"), ge=0, le=LONGEST_WAIT_S)]
Id = Annotated[Name, Field(description=both("argument.id"))]
ProblemName = Annotated[Name | int, Field(description=both("argument.problem"))]
PriorityChoice = Annotated[
    Literal["P1", "P2", "P3"] | None, Field(description=both("argument.priority"))
]
VerdictChoice = Annotated[
    Literal["confirmed", "contradicted", "not_verifiable"] | None,
    Field(description=both("argument.verdict")),
]
Limit = Annotated[int, Field(description=both("argument.limit"), ge=1, le=MOST_ROWS)]
Offset = Annotated[int, Field(description=both("argument.offset"), ge=0, le=10_000_000)]
BeforeId = Annotated[Word, Field(description=both("argument.before_id"))]
DuringId = Annotated[Word, Field(description=both("argument.during_id"))]
Source = Annotated[Word, Field(description=both("argument.source"))]
ReportText = Annotated[str, Field(description=both("argument.report"))]
ReportName = Annotated[str, Field(description=both("argument.report_name"), max_length=200)]
AgainstId = Annotated[Word, Field(description=both("argument.against_id"))]
Everything = Annotated[bool, Field(description=both("argument.everything"))]
