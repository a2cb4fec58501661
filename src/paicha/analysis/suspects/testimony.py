"""
Of whom an error speaks: who writes it may only be a witness.

That a certificate ran out, that nobody listens or that another one answered 500 is wrong with whom the line names, not with
whoever writes it; one who waits for a lock waits for whom holds it. Which classes of problems speak so of
others, the knowledge base says (`blames`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from paicha.analysis.suspects.logged import Louder, Said, Told
from paicha.model.knowledge import ProblemClass
from paicha.model.suspects import UnitKind

#: Classes whose lines speak of the peer they name.
_PEERS = frozenset(("peer", "answer"))
#: A problem with such a part of the strength of one's strongest stands beside it.
_BESIDE = 0.5
#: What is in the name of who asks a database, and of who only measures it.
_CALLED_ASKING = re.compile(
    r"(?<![a-z])(?:client|producer|consumer|connector|worker|exporter|proxy|backup|sync|monitor)s?(?![a-z])"
)


def blaming(
    said: Said,
    louder: Mapping[str, Sequence[Louder]],
    classes: Mapping[str, ProblemClass],
    units: Mapping[str, UnitKind] = MappingProxyType({}),
    machines: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Said:
    """
    Return whom the new errors of each name, without those that were only asked for.

    A name server that answers nobody names every service that was looked up; none of them is why. Where one who
    answers what failed has new errors of its own, the lines speak of that one, whether they name it or not. So do
    those that speak of a database by its address, or by none. A kernel answers as what its machine is called after:
    where db-01 lost its link, what says that the database cannot be reached speaks of it.

    Args:
        said: Whom the new errors of each name.
        louder: What is new or louder, per suspect.
        classes: Problem classes by id.
        units: What each suspect is: a module called after Redis may be its client.
        machines: The machines that kernels tell something wrong of, by who tells.
    """
    found = dict(said)
    called = {name: (name, *machines.get(name, ())) for name in louder}
    served = {name: own for name, own in called.items() if units.get(name) != "module"}
    for name, those in louder.items():
        for one in those:
            known = classes.get(one.problem.class_id)
            if known is None or not known.answering:
                continue
            if known.blames == "nobody":
                found.pop((name, one.problem.id), None)
            answering = _answering(called if known.blames == "nobody" else served, known)
            told = found.get((name, one.problem.id))
            if not answering or name in answering:
                continue
            if told is None or (not told.every and set(told.names) & set(answering)):
                names = answering if told is None else told.names
                found[name, one.problem.id] = Told(names, every=True)
    return dict(sorted(found.items()))


def _answering(called: Mapping[str, Sequence[str]], known: ProblemClass) -> tuple[str, ...]:
    """Return who of those with new errors is called as those who answer what a class says has failed."""
    found = (name for name, own in called.items() if any(_answers(one, known) for one in own))
    return tuple(sorted(found))


def _answers(name: str, known: ProblemClass) -> bool:
    """Return whether somebody is called as those who answer what a class says has failed; whoever asks it never is."""
    if not known.answering:
        return False
    words = "|".join(re.escape(word) for word in known.answering)
    own = name.casefold().rpartition("/")[2] if "/" in name else name.casefold()
    return _CALLED_ASKING.search(own) is None and (
        re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z])", own) is not None
    )


def witnesses(
    louder: Mapping[str, Sequence[Louder]],
    said: Said,
    classes: Mapping[str, ProblemClass],
    below: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """
    Return who only tells what is wrong with another one, and with whom.

    Args:
        louder: What is new or louder, per suspect, strongest first.
        said: Whom the new errors of each name.
        classes: Problem classes by id.
        below: Whom each one calls, as traces say: a callee that names its caller is no witness.
    """
    found: dict[str, str] = {}
    for name, those in louder.items():
        strong = [one for one in those if one.strength >= _BESIDE * those[0].strength]
        told = [_peers(name, one, said, classes, below) for one in strong]
        if all(told):
            named = Counter(other for others in told for other in others)
            found[name] = min(named, key=lambda other: (-named[other], other))
    return found


def speaking_of_strangers(
    louder: Mapping[str, Sequence[Louder]], said: Said, classes: Mapping[str, ProblemClass]
) -> frozenset[str]:
    """
    Return whose strongest problem speaks of another one, of whom nobody who was looked at bears the name.

    Args:
        louder: What is new or louder, per suspect, strongest first.
        said: Whom the new errors of each name.
        classes: Problem classes by id.
    """
    strongest = {name: those[0].problem for name, those in louder.items() if those}
    return frozenset(
        name
        for name, problem in strongest.items()
        if (name, problem.id) not in said
        and (known := classes.get(problem.class_id)) is not None
        and (known.blames in _PEERS or known.answering)
        and not (known.blames in _PEERS and _answers(name, known))
    )


def _peers(
    name: str,
    louder: Louder,
    said: Said,
    classes: Mapping[str, ProblemClass],
    below: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    """Return whom every line of a problem blames; nobody where one line names none."""
    told = said.get((name, louder.problem.id))
    known = classes.get(louder.problem.class_id)
    if told is None or not told.every or known is None or known.blames not in _PEERS:
        return ()
    return tuple(other for other in told.names if name not in below.get(other, ()))


def waiting(
    louder: Mapping[str, Sequence[Louder]], said: Said, classes: Mapping[str, ProblemClass]
) -> dict[str, set[str]]:
    """
    Return who waits for something held, and who knows by whom: whoever names a holder in such a line.

    Args:
        louder: What is new or louder, per suspect.
        said: Whom the new errors of each name.
        classes: Problem classes by id.
    """
    waits: set[str] = set()
    knows: set[str] = set()
    for name, those in louder.items():
        for one in those:
            known = classes.get(one.problem.class_id)
            if known is not None and known.blames == "holder":
                (knows if (name, one.problem.id) in said else waits).add(name)
    return {name: knows - {name} for name in sorted(waits - knows)} if knows else {}
