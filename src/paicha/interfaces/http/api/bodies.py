"""What the API takes and gives, as pydantic models: they make its description, too."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from paicha.composition.option_names import renamed
from paicha.locales import Language, Text
from paicha.model.service import Headline, Note, Run, RunRequest, State, Trigger

#: Whatever a person writes is at most so long [characters].
_LONGEST_WORDS, _LONGEST_FILTER, _LONGEST_NAME = 200, 2000, 256
_MOST_NAMES = 100

Name = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_NAME)]
Names = Annotated[tuple[Name, ...], Field(max_length=_MOST_NAMES)]
Words = Annotated[str, StringConstraints(max_length=_LONGEST_WORDS)]
Positive = Annotated[int, Field(ge=0, le=2**53)]

RUN_EXAMPLE = "01KDVBXSG0ABCDEFGHJKMNPQRS"
RUN_PATTERN = "^[0-9A-HJKMNP-TV-Z]{26}$"


class BothLanguages(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, words: Text) -> BothLanguages:
        """Return *words*."""
        return cls(zh=words.zh, en=words.en)


class Asking(BaseModel):
    """A question: which configured sources, which stretch of time, and what of them."""

    model_config = ConfigDict(
        extra="forbid",
        validate_by_name=True,
        json_schema_extra={
            "examples": [
                {"sources": ["app-logs"], "last": "15m"},
                {
                    "profile": "checkout",
                    "start": "2025-12-19T10:32:32+08:00",
                    "end": "2025-12-19T10:47:32+08:00",
                    "hosts": ["10.0.0.5"],
                    "where": "level>=WARN",
                    "baseline": "yesterday",
                    "language": "zh",
                    "title": "Checkout fails",
                },
            ]
        },
    )

    sources: Names = Field(
        (), description="Names of log sources; none: the profile's or settings'."
    )
    metrics: Names | None = Field(
        None, description="Names of metric sources; null: the profile's or settings'; [] none."
    )
    start: Words = Field(
        "",
        validation_alias=AliasChoices("start", "from"),
        description="ISO 8601, now-30m or epoch; a time without zone is in `zone`. `from` is the same.",
    )
    end: Words = Field(
        "",
        validation_alias=AliasChoices("end", "to"),
        description="Likewise; not included; empty: now. `to` is the same.",
    )
    last: Words = Field("", description="Length such as 15m, back from the end, instead of start.")
    hosts: Names = Field((), description="Only these hosts (addresses or ids).")
    services: Names = Field((), description="Only these services.")
    where: Annotated[str, StringConstraints(max_length=_LONGEST_FILTER)] = Field(
        "", description='Paicha\'s filter, such as level>=WARN AND "timeout".'
    )
    biz: Annotated[int, Field(ge=-(2**53), le=2**53)] | None = Field(
        None, description="BlueKing business id."
    )
    index_set: Positive | None = Field(None, description="BlueKing index set id.")
    zone: Words = Field("", description="IANA name of the reader's time zone.")
    language: Language | None = Field(None, description="Language of the report.")
    baseline: Words = Field(
        "", description="previous, 1h-before, yesterday, last-week, FROM..TO or none."
    )
    profile: Words = Field("", description="A profile of the settings that fills in the rest.")
    title: Words = Field("", description="What people call it.")
    max_records: Positive = Field(
        0, description="Records read whole from one source; 0: settings'."
    )
    max_bytes: Positive = Field(0, description="Bytes read from one source; 0: settings'.")
    max_seconds: Annotated[float, Field(ge=0, le=1e9)] = Field(
        0, description="How long one source is read [s]; 0: settings'."
    )

    def request(self, trigger: Trigger, asked_by: str) -> RunRequest:
        """Return the request it is."""
        return RunRequest(**self.model_dump(), trigger=trigger, asked_by=asked_by)


class NoteAsked(BaseModel):
    """A line to add."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = Field(
        examples=["Rolled back to 1.4.2."]
    )


class HeadlineProblemSaid(BaseModel):
    """One of the first problems."""

    number: int
    title: BothLanguages
    priority: str = Field(examples=["P1"])
    n: int = Field(description="How many records.", examples=[167])


class HeadlineSaid(BaseModel):
    """What a finished investigation says in a list."""

    verdict: BothLanguages
    records: int
    abnormal: int
    problems: int
    top: list[HeadlineProblemSaid]
    contradictions: int
    incomplete: bool = Field(description="Whether a source could not be read whole.")

    @classmethod
    def of(cls, headline: Headline) -> HeadlineSaid:
        """Return *headline*."""
        top = [
            HeadlineProblemSaid(
                number=p.number, title=BothLanguages.of(p.title), priority=p.priority, n=p.n
            )
            for p in headline.top
        ]
        return cls(
            verdict=BothLanguages.of(headline.verdict),
            records=headline.records,
            abnormal=headline.abnormal,
            problems=headline.problems,
            top=top,
            contradictions=headline.contradictions,
            incomplete=headline.incomplete,
        )


class NoteSaid(BaseModel):
    """A line added later."""

    at: datetime
    text: BothLanguages

    @classmethod
    def of(cls, note: Note) -> NoteSaid:
        """Return *note*."""
        return cls(at=note.at, text=BothLanguages.of(note.text))


class ProgressSaid(BaseModel):
    """How far it is."""

    stage: str = Field(examples=["read"])
    done: int
    total: int | None


class WindowSaid(BaseModel):
    """A half-open stretch of time, in UTC."""

    start: datetime
    end: datetime


class RunSaid(BaseModel):
    """One investigation."""

    id: str = Field(examples=[RUN_EXAMPLE])
    state: State
    created: datetime
    started: datetime | None
    ended: datetime | None
    attempts: int
    window: WindowSaid | None
    reason: BothLanguages | None = Field(description="Why it failed, was cancelled or begun again.")
    headline: HeadlineSaid | None
    notes: list[NoteSaid]
    progress: ProgressSaid
    cancelling: bool
    trigger: Trigger
    asked_by: str
    request: dict[str, Any] = Field(description="What was asked, everything filled in.")
    links: dict[str, str]

    @classmethod
    def of(cls, run: Run) -> RunSaid:
        """Return *run*."""
        place = f"/api/v1/investigations/{run.id}"
        asked = Asking.model_validate(
            {name: getattr(run.request, name) for name in Asking.model_fields}
        )
        window = run.window
        return cls(
            id=run.id,
            state=run.state,
            created=run.created,
            started=run.started,
            ended=run.ended,
            attempts=run.attempts,
            window=WindowSaid(start=window.start, end=window.end) if window else None,
            reason=BothLanguages(zh=renamed(run.reason.zh), en=renamed(run.reason.en))
            if run.reason
            else None,
            headline=HeadlineSaid.of(run.headline) if run.headline else None,
            notes=[NoteSaid.of(note) for note in run.notes],
            progress=ProgressSaid(
                stage=run.progress.stage, done=run.progress.done, total=run.progress.total
            ),
            cancelling=run.cancelling,
            trigger=run.request.trigger,
            asked_by=run.request.asked_by,
            request=asked.model_dump(mode="json"),
            links={"self": place, "events": f"{place}/events", "report": f"{place}/report"},
        )


class RunsSaid(BaseModel):
    """A page of investigations, latest first."""

    investigations: list[RunSaid]
    next: str | None = Field(
        description="Give it as `before` for the next page; null: the last page."
    )
