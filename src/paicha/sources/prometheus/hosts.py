"""Which series belong to a host: by ``instance``, by the machine's own name, or by a label of one's own."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from paicha.values import dataclass

_HOSTS_AT_ONCE = 50  # keeps a query text well below what a server takes
#: What says a machine's own name: metric and label.
NAMERS = (
    ("node_uname_info", "nodename"),
    ("windows_os_hostname", "hostname"),
    ("windows_cs_hostname", "hostname"),
)


@dataclass(frozen=True, slots=True)
class HostRule:
    """
    How a series says whose it is.

    Args:
        label: The label that holds the host as the logs name it, with or without a port; "": ``instance``.
        matchers: Further matchers that every query carries, for example ``cluster="prod"``.
    """

    label: str = ""
    matchers: str = ""

    def host_of(self, labels: Mapping[str, str]) -> str:
        """Return the host that *labels* name; "" when they name none."""
        stated = labels.get(self.label) if self.label else ""
        return without_port(stated or labels.get("instance", ""))

    def is_identity(self, label: str) -> bool:
        """Return whether a label says whose a series is, not which part of it."""
        return label in ("instance", "nodename", "job", "__name__") or label == self.label


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The hosts asked for, and under which instances those are found that no instance names.

    `instances` is ``instance -> host as asked``, `aliases` ``another name, in lower case -> host as asked``.
    """

    hosts: tuple[str, ...]
    instances: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def of(self, hosts: tuple[str, ...]) -> Wanted:
        """Return the same of *hosts* alone."""
        return Wanted(hosts, self.instances, self.aliases)

    def named(self, host: str, instance: str) -> str:
        """Return the host as it was asked for; as the series names it where nobody asked."""
        if instance in self.instances:
            return self.instances[instance]
        asked = {name: one for name, one in self.aliases.items() if one in self.hosts}
        asked |= {without_port(one).lower(): one for one in self.hosts}
        asked |= {one.lower(): one for one in self.hosts}
        return asked.get(host.lower()) or asked.get(instance.lower(), host)

    def matchers(self, rule: HostRule) -> Iterator[str]:
        """Yield the matchers to ask with, 50 hosts at a time; one text when nobody was named."""
        if not self.hosts:
            yield rule.matchers
            return
        for start in range(0, len(self.hosts), _HOSTS_AT_ONCE):
            some = self.hosts[start : start + _HOSTS_AT_ONCE]
            found = sorted(place for place, host in self.instances.items() if host in some)
            label = rule.label or "instance"
            port = "(:[0-9]+)?"
            others = sorted(name for name, host in self.aliases.items() if host in some)
            plain = "|".join(_pattern(host) for host in (*some, *others))
            places = (
                "".join(f"|{_pattern(place)}" for place in found) if label == "instance" else ""
            )
            matcher = f'{label}=~"(?i:{_quoted(f"({plain}){port}{places}")})"'
            yield f"{matcher},{rule.matchers}" if rule.matchers else matcher


def find_instances(
    hosts: Sequence[str], named: Iterable[tuple[str, str]]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """
    Return ``instance -> host`` for hosts that a machine's own name means, and the unclear ones.

    A host means the machine of that name; else the only one whose name is the same up to the domain.

    Args:
        hosts: As asked.
        named: ``(machine's own name, instance)`` of every machine.

    Example:
        >>> find_instances(["web-1"], [("web-1.shop.example", "10.0.0.8:9100")])
        ({'10.0.0.8:9100': 'web-1'}, {})
    """
    by_name: dict[str, set[str]] = {}
    for name, instance in named:
        by_name.setdefault(name.lower(), set()).add(instance)
    found: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for host in hosts:
        asked = host.lower()
        exact = [asked] if asked in by_name else []
        names = exact or sorted(name for name in by_name if _same_but_domain(name, asked))
        if len(names) > 1:
            unclear[host] = tuple(names)
        for name in names[:1] if len(names) == 1 else ():
            found |= dict.fromkeys(by_name[name], host)
    return found, unclear


def machine_names(hosts: Iterable[str]) -> str:
    """Return a pattern for the own names of machines that *hosts* may mean; "" when none is a name."""
    names = sorted({host.split(".")[0].lower() for host in hosts if not is_address(host)} - {""})
    joined = "|".join(_pattern(name) for name in names)
    return _quoted(rf"(?i:({joined})(\..*)?)") if names else ""


def pod_matchers(services: Sequence[str], rule: HostRule) -> str:
    """
    Return the matchers for the pods of *services*, whose names begin with theirs; "" for no services.

    Example:
        >>> pod_matchers(["pay"], HostRule())
        'pod=~"(pay)(-.*)?"'
    """
    if not services:
        return ""
    names = "|".join(_pattern(service) for service in sorted(services))
    matcher = f'pod=~"{_quoted(f"({names})(-.*)?")}"'
    return f"{matcher},{rule.matchers}" if rule.matchers else matcher


def is_address(host: str) -> bool:
    """
    Return whether *host* is an IP address, or a number that is somebody else's id.

    Example:
        >>> is_address("10.0.0.8"), is_address("fe80::1"), is_address("web-1"), is_address("96568")
        (True, True, False, True)
    """
    if host.isdigit():
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def without_port(instance: str) -> str:
    """
    Return an address without its port.

    Example:
        >>> without_port("10.0.0.8:9100"), without_port("[fe80::1]:9100"), without_port("web-1")
        ('10.0.0.8', 'fe80::1', 'web-1')
    """
    if instance.startswith("["):
        return instance[1:].partition("]")[0]
    name, colon, port = instance.rpartition(":")
    return name if colon and port.isdigit() and ":" not in name else instance


def _same_but_domain(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return "." not in short and long.startswith(f"{short}.")


def _pattern(host: str) -> str:
    # RE2; an IPv6 address stands in brackets before its port.
    plain = re.sub(r"([^\w\s:-])", r"\\\1", host, flags=re.ASCII)
    return rf"\[?{plain}\]?" if ":" in host and is_address(host) else plain


def _quoted(pattern: str) -> str:
    return pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
