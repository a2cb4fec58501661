"""Hosts and services of a question as fields of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from paicha.errors import QuestionError
from paicha.kernel.field_map import FieldMap
from paicha.model.question import Scope

#: Writes a clause: one of these fields has one of these values.
OneOf = Callable[[Sequence[str], Sequence[str]], str]


def scope_clauses(
    scope: Scope, fields: FieldMap, names: Iterable[str], one_of: OneOf, host_among: OneOf
) -> Iterator[str]:
    """
    Yield the clauses for hosts and services; they must all hold.

    Args:
        scope: What is asked.
        fields: Which field is which.
        names: The fields that the store has.
        one_of: Writes a clause in the store's words.
        host_among: The same for hosts, whose field may name all of their addresses.

    Raises:
        QuestionError: If the store has fields, and none to filter by.
    """
    there = tuple(names)
    for asked, canonicals, what, clause in (
        (scope.hosts, ("host_ip", "host_id"), "host", host_among),
        (scope.services, ("service",), "service", one_of),
    ):
        found = [name for one in canonicals for name in fields.existing(one, there)]
        if asked and found:
            yield clause(found, asked)
        elif asked and there:
            raise QuestionError(
                "stored.no_field", what=what, value=", ".join(asked), fields=", ".join(there[:20])
            )
