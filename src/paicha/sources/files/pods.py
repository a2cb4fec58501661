"""
The pod whose log a file is, by its path: what kubelet and `kubectl logs POD > POD.log` call files.

A container's lines do not say whose they are, and a problem without a place is hard to look after.
"""

from __future__ import annotations

import re

from paicha.kernel.log_places import PACKINGS

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
    rf"(?:.*/)?(?P<pod>{_DNS}(?:-{_GENERATED}{{6,10}})?-{_GENERATED}{{5}})(?:\.(?:log|txt|json|out|{PACKINGS}|\d{{1,3}}))+"
)
#: A name with a number: of a stateful set's pod, or of anything else.
_NUMBERED = re.compile(rf"(?:.*/)?(?P<pod>{_DNS}-\d{{1,3}})(?:\.(?:log|txt|json|out|{PACKINGS}))+")


def pod_of(place: str, *, among_pods: bool = False) -> str:
    """
    Return the name of the pod whose log stands at *place*; empty: the path names none.

    Args:
        place: The path.
        among_pods: Whether other files of the folder are pods' for sure: a number behind a name is a stateful set's then.

    Example:
        >>> pod_of("/var/log/pods/shop_cart-0_1f1a2b3c-0000-4000-8000-000000000001/app/0.log")
        'cart-0'
        >>> pod_of("logs/cart-6c9bd7f8d4-x2x9p.log.gz"), pod_of("logs/cart-1.log")
        ('cart-6c9bd7f8d4-x2x9p', '')
    """
    path = place.replace("\\", "/")
    patterns = (*_PLACES, _FILE, *([_NUMBERED] if among_pods else []))
    matches = (pattern.fullmatch(path) for pattern in patterns)
    return next((match["pod"] for match in matches if match is not None), "")
