"""
The pod whose log a file is, by its path: what kubelet and `kubectl logs POD > POD.log` call files.

A container's lines do not say whose they are, and a problem without a place is hard to look after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import Partial
from paicha.kernel.merge import merge
from paicha.kernel.parsed_line import ParsedLine, service_of_pod
from paicha.model.schema import COUNTS

_DNS = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_PLACES = (
    # /var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log
    re.compile(rf"(?:.*/)?[a-z0-9-]{{1,63}}_(?P<pod>{_DNS})_[0-9a-f-]{{32,36}}/[a-z0-9-]{{1,63}}/[^/]+"),
    # /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log
    re.compile(rf"(?:.*/)?(?P<pod>{_DNS})_[a-z0-9-]{{1,63}}_[a-z0-9-]{{1,63}}-[0-9a-f]{{64}}\.log[^/]*"),
)  # fmt: skip
#: A generated name: of a deployment's pod, or of a daemon's. Other names of files are no pods for sure.
_GENERATED = "[bcdfghjklmnpqrstvwxz2456789]"
_FILE = re.compile(
    rf"(?:.*/)?(?P<pod>{_DNS}(?:-{_GENERATED}{{6,10}})?-{_GENERATED}{{5}})(?:\.(?:log|txt|json|out|gz|zst|bz2|xz|\d{{1,3}}))+"
)


def pod_of(place: str) -> str:
    """
    Return the name of the pod whose log stands at *place*; empty: the path names none.

    Example:
        >>> pod_of("/var/log/pods/shop_cart-0_1f1a2b3c-0000-4000-8000-000000000001/app/0.log")
        'cart-0'
        >>> pod_of("logs/cart-6c9bd7f8d4-x2x9p.log.gz"), pod_of("logs/cart-1.log")
        ('cart-6c9bd7f8d4-x2x9p', '')
    """
    path = place.replace("\\", "/")
    matches = (pattern.fullmatch(path) for pattern in (*_PLACES, _FILE))
    return next((match["pod"] for match in matches if match is not None), "")


def name_service(parsed: ParsedLine, pod: str) -> None:
    """Give a record that names no service the workload of its *pod*; an empty *pod*: nobody knows."""
    if pod and not parsed.service_name:
        parsed.service_name = service_of_pod(pod)


def named(sums: Iterator[pa.RecordBatch | Partial], pod: str) -> Iterator[pa.RecordBatch | Partial]:
    """Yield what was summed up of a pod's file, with its workload where records name no service."""
    service = service_of_pod(pod)
    for item in sums:
        if not pod:
            yield item
        elif isinstance(item, Partial):
            before = None if item.baseline is None else _with_service(item.baseline, service)
            yield replace(item, counts=_with_service(item.counts, service), baseline=before)
        else:
            at = item.schema.get_field_index("service_name")
            yield item.set_column(at, item.schema.field(at), _filled(item.column(at), service))


def _with_service(counts: pa.Table, service: str) -> pa.Table:
    at = counts.schema.get_field_index("service_name")
    filled = counts.set_column(at, counts.schema.field(at), _filled(counts.column(at), service))
    return merge([filled], COUNTS)


def _filled(services: pa.Array | pa.ChunkedArray, service: str) -> pa.Array | pa.ChunkedArray:
    return pc.if_else(pc.equal(services, ""), service, services)
