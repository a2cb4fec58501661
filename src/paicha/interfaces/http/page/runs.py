"""Runs as lists and headings show them."""

from __future__ import annotations

from collections.abc import Iterable

from paicha.interfaces.http.page.words import PageWords
from paicha.locales import has, message
from paicha.model.service import Run, RunRequest
from paicha.values import dataclass

#: A title may be a line of the log [characters].
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class RunRow:
    """
    A run in a list.

    Args:
        run: The run.
        name: What it is called.
        window: Its window in the zone it was asked in.
        found: Its verdict; "": it has none.
        top: Its first problems with their counts.
        otherwise: Why there is none.
        who: Who asked.
        trigger: What asked.
        created: When.
    """

    run: Run
    name: str
    window: str
    found: str
    top: tuple[tuple[str, str], ...]
    otherwise: str
    who: str
    trigger: str
    created: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return address_of(self.run)

    @property
    def problems(self) -> int | None:
        """How many problems it found."""
        return self.run.headline.problems if self.run.headline else None

    @property
    def contradictions(self) -> int:
        """How many claims the metrics contradict."""
        return self.run.headline.contradictions if self.run.headline else 0


def rows_of(runs: Iterable[Run], words: PageWords) -> tuple[RunRow, ...]:
    """Return *runs* as rows."""
    return tuple(row_of(run, words) for run in runs)


def row_of(run: Run, words: PageWords) -> RunRow:
    """Return a run as a row."""
    return RunRow(
        run=run,
        name=name_of(run),
        window=window_of(run, words),
        found=_found(run, words),
        top=_top(run, words),
        otherwise=_otherwise(run, words),
        who=run.request.asked_by or "—",
        trigger=words.say(f"triggers.{run.request.trigger}"),
        created=words.moment(run.created),
    )


def address_of(run: Run) -> str:
    """Return where the page of a run is."""
    return f"/runs/{run.id}"


def name_of(run: Run) -> str:
    """Return what a run is called: its title, else its sources and what was asked of them."""
    request = run.request
    if request.title:
        return request.title
    parts = [*request.sources, *request.services, *request.hosts]
    return " · ".join(parts[:4]) + (" …" if len(parts) > 4 else "") or run.id


def window_of(run: Run, words: PageWords) -> str:
    """Return a run's window, or how it was asked for."""
    if run.window is not None:
        zone = run.request.zone or words.zone
        length = words.length(run.window.length)
        shown = words.window(run.window, zone)
        return words.say("asked.window_of", window=shown, length=length, zone=zone)
    return words.say("asked.last", length=run.request.last) if run.request.last else ""


def asked_of(run: Run, words: PageWords) -> str:
    """Return who asked for a run, when, and how long it took."""
    said = words.say(
        "asked.by",
        who=run.request.asked_by or "—",
        trigger=words.say(f"triggers.{run.request.trigger}"),
        when=words.moment(run.created),
    )
    if run.took is not None:
        said += " · " + words.say("asked.took", length=words.length(run.took))
    return said


def facts_of(run: Run, words: PageWords) -> tuple[tuple[str, str], ...]:
    """Return what was asked, as labels and values; what nobody said is not among them."""
    request = run.request
    given = (
        ("window", window_of(run, words)),
        ("profile", request.profile),
        ("sources", ", ".join(request.sources)),
        ("metrics", ", ".join(name for name in request.metrics or () if name != "none")),
        ("hosts", ", ".join(request.hosts)),
        ("services", ", ".join(request.services)),
        ("where", request.where),
        ("biz", "" if request.biz is None else str(request.biz)),
        ("index_set", "" if request.index_set is None else str(request.index_set)),
        ("baseline", _baseline(request, words)),
        ("by_label", asked_of(run, words)),
        ("attempts", str(run.attempts) if run.attempts > 1 else ""),
    )
    return tuple((words.say(f"asked.{key}"), value) for key, value in given if value)


def _baseline(request: RunRequest, words: PageWords) -> str:
    key = f"page.baselines.{request.baseline.replace('-', '_')}"
    return message(key, words.language) if has(key) else request.baseline


def _found(run: Run, words: PageWords) -> str:
    return words.read(run.headline.verdict) if run.headline else ""


def _top(run: Run, words: PageWords) -> tuple[tuple[str, str], ...]:
    first = run.headline.top if run.headline else ()
    titles = (words.read(one.title) for one in first)
    shown = (one if len(one) <= _LONGEST_TITLE else f"{one[:_LONGEST_TITLE]}…" for one in titles)
    return tuple((title, f"{one.n:,}") for title, one in zip(shown, first, strict=True))


def _otherwise(run: Run, words: PageWords) -> str:
    if run.reason is not None:
        return words.fields(words.read(run.reason)).split("\n")[0]
    return "—" if run.over else _stage(run, words)


def _stage(run: Run, words: PageWords) -> str:
    if run.state == "queued":
        return words.say("stages.none")
    progress = run.progress
    return words.stage(progress.stage, progress.done, progress.total)


def told(run: Run, words: PageWords) -> dict[str, object]:
    """Return how far a run is, as the page's script reads it."""
    progress = run.progress
    return {
        "state": run.state,
        "state_words": words.say(f"states.{run.state}"),
        "stage": _stage(run, words),
        "done": progress.done,
        "total": progress.total or 0,
        "over": run.over,
    }
