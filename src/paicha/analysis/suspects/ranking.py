"""Everybody who was looked at, best first, and who of them stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.answer import HEARSAY, LEAST, leaders_of
from paicha.analysis.suspects.facts import Stretch
from paicha.analysis.suspects.logged import Louder
from paicha.analysis.suspects.scores import Scored
from paicha.model.suspects import Role, UnitKind
from paicha.values import dataclass

#: Many stamps, an access log's too, say whole seconds: what is ahead by less may not be ahead.
_WHOLE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    Everybody, before it is told.

    Args:
        ranked: Best first, also those for whom nothing speaks.
        units: What each of them is.
        louder: What is new or louder, per suspect, strongest first.
        moves: The series that moved, strongest first.
        stretches: Spans of baseline and window.
        began: The earliest sign of trouble in the logs; None: there is none.
        calm: Whether nothing shows that anybody suffers.
        blames: Who only tells what is wrong with another one, and with whom.
        nameless: What is new or louder in records that name nobody.
        strangers: Whose strongest problem speaks of another one who is none of those looked at.
        unnamed: Whether it is not known of some records whose they are.
        writers: Who writes each problem, by its id; nobody where it is not known of some of its records.
    """

    ranked: tuple[Scored, ...]
    units: Mapping[str, UnitKind]
    louder: Mapping[str, Sequence[Louder]]
    moves: tuple[Moved, ...]
    stretches: tuple[Stretch, Stretch]
    began: datetime | None = None
    calm: bool = False
    blames: Mapping[str, str] = field(default_factory=dict)
    nameless: Sequence[Louder] = ()
    strangers: frozenset[str] = frozenset()
    unnamed: bool = False
    writers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Scored, ...]:
        """Those for whom anything speaks."""
        return tuple(one for one in self.ranked if one.clues)

    @property
    def leaders(self) -> tuple[Scored, ...]:
        """Who stands out, one or several together; nobody when none does."""
        if self.calm or self.blamed or self.hidden or self.only_file:
            return ()
        return leaders_of(self.shown, self.units)

    @property
    def only_file(self) -> str:
        """The only log file, where it is all that could be suspected: it is where one reads, and nobody; "": it is not."""
        if len(self.ranked) != 1 or self.unnamed:
            return ""
        first = self.ranked[0]
        return first.name if self.units[first.name] == "file" and first.points >= LEAST else ""

    @property
    def blamed(self) -> str:
        """Whom the first one only blames, who yet shows less; "" where something of its own speaks for it."""
        first = next(iter(self.shown), None)
        if (
            first is None
            or first.points < LEAST
            or any(one.kind not in HEARSAY for one in first.clues)
        ):
            return ""
        return self.blames.get(first.name, "")

    @property
    def hidden(self) -> Louder | None:
        """What nobody is named by, and began before all that the first one shows in logs alone; None: nothing."""
        first = next(iter(self.shown), None)
        if first is None or any(one.kind not in HEARSAY for one in first.clues):
            return None
        own = [one.first for one in self.louder.get(first.name, ()) if one.first]
        earlier = [
            one
            for one in self.nameless
            if own and one.first and min(own) - one.first >= _WHOLE_SECOND
        ]
        return min(earlier, key=lambda one: (one.first, one.problem.number), default=None)

    @property
    def stranger(self) -> Louder | None:
        """The problem that is all that speaks for each who stands out, and speaks of another one not looked at; None: there is none."""
        leaders = self.leaders
        if not leaders or any(one.name not in self.strangers for one in leaders):
            return None
        if any(clue.kind not in HEARSAY for one in leaders for clue in one.clues):
            return None
        return self.louder[leaders[0].name][0]

    @property
    def first(self) -> Scored | None:
        """The first of those who stand out; None when nobody does."""
        return next(iter(self.leaders), None)

    @property
    def victims(self) -> tuple[str, ...]:
        """Those whose signs the first one explains, directly or through others: whoever rests on another one is none."""
        if not self.shown:
            return ()
        found = {self.shown[0].name}
        whose = {
            one.name: {clue.explained_by for clue in one.clues if clue.explained_by}
            for one in self.shown[1:]
            if self.role(one) == "symptom"
        }
        while more := {name for name, others in whose.items() if others & found} - found:
            found |= more
        return tuple(name for name in whose if name in found)

    def role(self, one: Scored) -> Role:
        """Return whether somebody is suspected, suffers, or hardly shows anything."""
        if one.name != self.shown[0].name and any(clue.explained_by for clue in one.clues):
            return "symptom"
        nobody = self.calm or self.only_file
        return "suspect" if one.points >= LEAST and not nobody else "faint"
