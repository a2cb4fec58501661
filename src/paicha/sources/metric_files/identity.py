"""Which host a series belongs to, by its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Labels that name the thing measured, best first. A pod stands before the node and the exporter it was
#: scraped from, because it is what was measured.
_HOSTS = (
    "bktargetip",
    "ip",
    "hostip",
    "podname",
    "pod",
    "instance",
    "hostname",
    "host",
    "nodename",
    "node",
    "主机",
    "主机名",
    "主机名称",
    "主机ip",
    "ip地址",
    "服务器",
    "机器",
    "节点",
    "实例",
    # These may also be what a metric of a proxy counts by: last.
    "fqdn",
    "computer",
    "machine",
    "server",
    "servername",
)
#: Labels that name a host as well, but not as people do.
_IDS = ("bkhostid", "bktargethostid", "hostid", "bkagentid")


def host_of(labels: Mapping[str, str]) -> str:
    """
    Return the host that *labels* name, "" when they name none.

    Example:
        >>> host_of({"instance": "10.0.0.8:9100", "job": "node"})
        '10.0.0.8'
    """
    by_name = _plain(labels)
    for name in (*_HOSTS, *_IDS):
        value = by_name.get(name, "")
        if value:
            return _without_port(value) if name == "instance" else value
    return ""


def identities(labels: Mapping[str, str]) -> frozenset[str]:
    """Return everything by which somebody may ask for the host that *labels* name."""
    by_name = _plain(labels)
    named = {by_name[name] for name in (*_HOSTS, *_IDS) if by_name.get(name)}
    return frozenset(named | {_without_port(name) for name in named})


def is_identity(label: str) -> bool:
    """Return whether a label or column of that name says whose the numbers are."""
    plain = _letters(label)
    return plain in _HOSTS or plain in _IDS or plain in ("bkcloudid", "bktargetcloudid", "bkbizid")


def asked_as(asked: Iterable[str], named: Iterable[str]) -> dict[str, str]:
    """
    Return under which name hosts were asked for that series name otherwise: with their domain, or without it.

    Only where one of those asked for and one of those named begin so.

    Example:
        >>> asked_as(["db-a.prod.example.net", "10.0.0.8"], ["db-a", "db-b", "10"])
        {'db-a': 'db-a.prod.example.net'}
    """
    wanted, there = _by_label(asked), _by_label(named)
    pairs = {label: (wanted[label], there[label]) for label in wanted.keys() & there.keys()}
    return {
        next(iter(other)): next(iter(one))
        for _, (one, other) in sorted(pairs.items())
        if len(one) == len(other) == 1
        and one != other
        and sum("." in it for it in one | other) == 1
    }


def _by_label(hosts: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for host in hosts:
        label = host.partition(".")[0].lower()
        if any(letter.isalpha() for letter in label):  # else it is an address
            found.setdefault(label, set()).add(host)
    return found


def _plain(labels: Mapping[str, str]) -> dict[str, str]:
    return {_letters(name): value for name, value in sorted(labels.items())}


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


def _without_port(instance: str) -> str:
    """Return an address without its port: ``10.0.0.8:9100``, ``[fe80::1]:9100``, ``web-1:80``."""
    if instance.startswith("["):
        return instance[1:].partition("]")[0]
    name, colon, port = instance.rpartition(":")
    return name if colon and port.isdigit() and ":" not in name else instance
