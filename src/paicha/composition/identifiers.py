"""Numbers that name a thing (an order, a user, an error) and measure nothing: an average of them is none."""

from __future__ import annotations

import re

from paicha.model.findings import Range

#: How the names of such numbers end; ``paid`` and ``valid`` do not, counts (``num``) neither.
_NAMES = re.compile(
    r"(?:^|[\W_])(?i:u?u?id|uin|no|seq|sn|pid|tid|port|code|errno|rc|key)$|[a-z](?:Id|ID|No|Code|Port)$"
    r"|(?:[单编账卡工序帐户机票批证]|流水)号$|(?:错误|状态|返回)码$|(?:端口|编码)$"
)


#: Fewer numbers are no sequence, and neither are smaller ones.
_FEWEST, _LEAST = 50, 1000
#: Of numbers that are drawn from a range no wider than twice their count, a fifth would have come before: a sequence
#: repeats none. The estimate of different ones strays by less than that.
_WIDTH, _DIFFERENT = 2, 0.85


def is_number_of_a_thing(item: Range) -> bool:
    """
    Return whether the numbers of a variable are names of things.

    Args:
        item: What the variable was; numbers with a unit measure something. Without a name numbers are names of things if
            they count on, as those of orders do.
    """
    whole = all((end or 0.0).is_integer() for end in (item.minimum, item.maximum))
    if not whole or item.unit:
        return False
    return _NAMES.search(item.name) is not None if item.name else _count_on(item)


def _count_on(item: Range) -> bool:
    low, high = item.minimum or 0.0, item.maximum or 0.0
    narrow = high - low <= _WIDTH * item.n
    return item.n >= _FEWEST and low >= _LEAST and narrow and item.distinct >= _DIFFERENT * item.n
