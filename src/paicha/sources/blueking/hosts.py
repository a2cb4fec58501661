"""From the hosts a question names to clauses a log search and a metric query understand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from paicha.errors import QuestionError
from paicha.kernel.query_text import all_of, any_of
from paicha.sources.blueking.client import BluekingClient
from paicha.sources.blueking.fields import FieldMap
from paicha.sources.blueking.shapes import mapping, mappings
from paicha.values import dataclass

_PAGE = 500  # the most CMDB gives at once


@dataclass(frozen=True, slots=True, order=True)
class Host:
    """
    One host as asked: by id, or by address with or without its cloud area.

    The same address may exist in several cloud areas.
    """

    host_id: str = ""
    ip: str = ""
    cloud: str = ""  # "": not said


def read_host(words: str) -> Host:
    """
    Return what *words* name: an id, an address, ``address|area``, ``area:address`` or ``area:[address]``.

    Example:
        >>> read_host("96568").host_id, read_host("10.0.0.8|0").cloud, read_host("3:10.0.0.8").ip
        ('96568', '0', '10.0.0.8')
        >>> read_host("3:[fd00::8]")
        Host(host_id='', ip='fd00::8', cloud='3')
    """
    words = words.strip()
    if words.isascii() and words.isdigit():
        return Host(host_id=words)
    ip, bar, cloud = words.partition("|")
    if bar and cloud.isdigit():
        return Host(ip=ip, cloud=cloud)
    cloud, colon, ip = words.partition(":")
    if colon and cloud.isdigit() and "." in ip and ":" not in ip:
        return Host(ip=ip, cloud=cloud)
    if colon and cloud.isdigit() and ip.startswith("[") and ip.endswith("]"):
        return Host(ip=ip[1:-1], cloud=cloud)
    return Host(ip=words)


def find_hosts(client: BluekingClient, bk_biz_id: int, host_ids: Iterable[str]) -> list[Host]:
    """
    Return the hosts CMDB has under these ids, with address and cloud area; [] without a CMDB.

    Raises:
        SourceError: If CMDB cannot be asked.
    """
    if not client.has("cmdb"):
        return []
    found: list[Host] = []
    wanted = sorted(set(host_ids), key=int)
    for start in range(0, len(wanted), _PAGE):
        rule = {
            "field": "bk_host_id",
            "operator": "in",
            "value": [int(entry) for entry in wanted[start : start + _PAGE]],
        }
        asked = {
            "bk_biz_id": bk_biz_id,
            "bk_supplier_account": "0",
            "page": {"start": 0, "limit": _PAGE},
            "fields": ["bk_host_id", "bk_host_innerip", "bk_host_innerip_v6", "bk_cloud_id"],
            "host_property_filter": {"condition": "AND", "rules": [rule]},
        }
        path = f"/api/v3/hosts/app/{bk_biz_id}/list_hosts_topo"
        data = mapping(client.post("cmdb", path, asked), "list_hosts_topo.data")
        for entry in mappings(data.get("info"), "list_hosts_topo.info"):
            found += _of_cmdb(mapping(entry.get("host"), "list_hosts_topo.host"))
    return sorted(set(found))


def _of_cmdb(host: Mapping[str, object]) -> list[Host]:
    # Each may be a list joined by commas, and rows may name any of them.
    kinds = ("bk_host_innerip", "bk_host_innerip_v6")
    addresses = ",".join(str(host.get(kind) or "") for kind in kinds).split(",")
    return [
        Host(str(host.get("bk_host_id")), ip.strip(), str(host.get("bk_cloud_id", "")))
        for ip in addresses
        if ip.strip()
    ]


def search_clause(hosts: Iterable[Host], fields: FieldMap, *, ids_in_rows: bool) -> str:
    """
    Return the clause of a log search that keeps these hosts.

    The id is used only where rows have it; else the address with its cloud area; else the address.

    Raises:
        QuestionError: If the index set has no field to filter by.
    """
    clauses: list[str] = []
    for host in hosts:
        if host.host_id and ids_in_rows:
            clauses.append(any_of(fields.queried("host_id"), [host.host_id]))
            continue
        addresses = fields.queried("host_ip")
        if not host.ip or not addresses:
            raise QuestionError(
                "blueking.no_host_field",
                host=host.ip or host.host_id,
                fields=", ".join(fields.settings.real_fields[:20]),
            )
        areas = fields.queried("cloud") if host.cloud else ()
        clauses.append(all_of(any_of(addresses, [host.ip]), any_of(areas, [host.cloud])))
    different = list(dict.fromkeys(clauses))
    return different[0] if len(different) == 1 else " OR ".join(f"({c})" for c in different)
