"""Numbers that name a thing (an order, a user, an error) and measure nothing: an average of them is none."""

from __future__ import annotations

import re

from paicha.model.findings import Range

#: How the names of such numbers end; ``paid`` and ``valid`` do not, counts (``num``) neither.
_NAMES = re.compile(
    r"(?:^|[\W_])(?i:u?u?id|uin|no|seq|sn|pid|tid|port|code|errno|rc|key)$|[a-z](?:Id|ID|No|Code|Port)$"
    r"|(?:[单编账卡工序帐户机票批证]|流水)号$|(?:错误|状态|返回)码$|(?:端口|编码)$"
)


def is_number_of_a_thing(item: Range) -> bool:
    """
    Return whether the numbers of a variable are names of things.

    Args:
        item: What the variable was; numbers with a unit measure something.
    """
    whole = all((end or 0.0).is_integer() for end in (item.minimum, item.maximum))
    return whole and not item.unit and _NAMES.search(item.name) is not None
