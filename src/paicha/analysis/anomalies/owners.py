"""Which service a series, a pod or a record belongs to."""

from __future__ import annotations

import json

from paicha.kernel.line_formats import is_address, service_of_pod

#: Labels that name a service, best first.
_SERVICES = (
    *("service", "servicename", "app", "application", "appname", "appkubernetesioname"),
    *("k8sapp", "deployment", "workload", "statefulset", "daemonset", "container", "containername"),
)
_PODS = ("pod", "podname", "kubernetespodname")


def service_of_series(host: str, labels: str) -> str:
    """
    Return the service that a series measures, "" when it measures a host.

    Args:
        host: As `SERIES` names it.
        labels: JSON object.

    Example:
        >>> service_of_series("cart-579f59597d-wc2lz", ""), service_of_series("10.0.0.8", "")
        ('cart', '')
    """
    named = {
        "".join(c for c in name.lower() if c.isalnum()): str(value)
        for name, value in (json.loads(labels) if labels else {}).items()
        if value
    }
    for label in _SERVICES:
        if label in named:
            return named[label]
    pod = next((named[label] for label in _PODS if label in named), "")
    if pod or not host or is_address(host):
        return service_of_pod(pod)
    # A host's own name may end in a number as well: only a pod's has generated letters.
    service = service_of_pod(host)
    return service if service != host and not host[len(service) + 1 :].isdigit() else ""
