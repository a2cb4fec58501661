"""
One host under two names: known by its address in one source, and by its id alone in another.

Which id is of which address the records say that name both. Where each says one of the other, records that name the id alone
get the address as well; of an address that has two ids of a kind (two networks that use the same addresses), or of an id on two
addresses, nothing is joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.app.gathering import Gathered
from paicha.kernel.count import Partial
from paicha.kernel.merge import merge
from paicha.model.schema import COUNTS
from paicha.ports import CaseStore, Summaries

_PAIRS = "SELECT DISTINCT host_ip, host_id FROM records WHERE host_ip <> '' AND host_id <> ''"


def with_same_hosts(summaries: Summaries, case: CaseStore, gathered: Gathered) -> Summaries:
    """
    Return the sums with one name for each host, and give the records of *case* the address that is theirs.

    Args:
        summaries: The sums.
        case: Holds the records that are kept.
        gathered: Told which ids were joined; of stores whose records were reduced it knows the pairs.
    """
    # Of files that were counted without making records nobody knows all pairs.
    if gathered.files_reduced or not isinstance(summaries, Partial):
        return summaries
    tables = [table for table in (summaries.counts, summaries.baseline) if table is not None]
    names = {name for table in tables for name in pc.unique(table["host"]).to_pylist()}
    if len(names) < 2:
        return summaries
    rows = case.query(_PAIRS)
    pairs = zip(rows["host_ip"].to_pylist(), rows["host_id"].to_pylist(), strict=True)
    found = addresses_of({*pairs, *gathered.host_pairs})
    known = {one: address for one, address in found.items() if one in names}
    if not known:
        return summaries
    gathered.same_hosts = known
    kept = case.get("records")
    if kept is not None:
        case.put("records", _with_addresses(kept, known))
    before = summaries.baseline
    return replace(
        summaries,
        counts=_renamed(summaries.counts, known),
        baseline=None if before is None else _renamed(before, known),
    )


def ids_of(
    hosts: Iterable[str], case: CaseStore, gathered: Gathered
) -> tuple[tuple[str, str], ...]:
    """Return the ids and names that records give *hosts* beside an address, each with that; as metrics may know them."""
    if gathered.files_reduced:
        return ()
    rows = case.query(_PAIRS)
    pairs = zip(rows["host_ip"].to_pylist(), rows["host_id"].to_pylist(), strict=True)
    asked = set(hosts)
    found = addresses_of({*pairs, *gathered.host_pairs}).items()
    return tuple(sorted((one, at) for one, at in found if {one, at} & asked))


def addresses_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    Return the address of each id that is of one address alone, which has no other id of its kind.

    Example:
        >>> addresses_of([("10.0.0.8", "42"), ("10.0.0.8", "web-3"), ("10.0.0.9", "43"), ("10.0.0.9", "44")])
        {'42': '10.0.0.8', 'web-3': '10.0.0.8'}
    """
    addresses: dict[str, set[str]] = defaultdict(set)
    kinds: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for address, one in pairs:
        addresses[one].add(address)
        kinds[address, one.isdigit()].add(one)
    single = {one: next(iter(of)) for one, of in sorted(addresses.items()) if len(of) == 1}
    return {
        one: address
        for one, address in single.items()
        if one != address and len(kinds[address, one.isdigit()]) == 1
    }


def _renamed(counts: pa.Table, known: Mapping[str, str]) -> pa.Table:
    place = counts.column_names.index("host")
    hosts = _mapped(counts["host"], known)
    return merge([counts.set_column(place, COUNTS.field("host"), hosts)], COUNTS)


def _with_addresses(records: pa.Table, known: Mapping[str, str]) -> pa.Table:
    place = records.column_names.index("host_ip")
    alone = pc.equal(records["host_ip"], "")
    named = pc.is_in(records["host_id"], value_set=pa.array(sorted(known), pa.string()))
    address = _mapped(records["host_id"], known)
    joined = pc.if_else(pc.and_(alone, named), address, records["host_ip"])
    return records.set_column(place, records.schema.field("host_ip"), joined)


def _mapped(names: pa.ChunkedArray, known: Mapping[str, str]) -> pa.Array:
    words = pc.dictionary_encode(names.combine_chunks())
    shown = [known.get(word, word) for word in words.dictionary.to_pylist()]
    return pa.array(shown, pa.string()).take(words.indices)
