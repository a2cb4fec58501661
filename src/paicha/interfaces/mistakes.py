"""What is wrong with the values of a request, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paicha.locales import Language, catalogue, message, placeholders

_QUOTED = re.compile(r"'([^']*)'")
#: Kinds of mistakes of pydantic that are the same to whoever made them.
_SAME = {
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "float_parsing": "float_type",
    "bool_parsing": "bool_type",
    "list_type": "tuple_type",
    "set_type": "tuple_type",
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "string_unicode": "string_type",
    "enum": "literal_error",
}


def told_mistake(mistake: Mapping[str, Any], language: Language) -> str:
    """
    Return what is wrong with one value, and what it must be.

    Args:
        mistake: One of pydantic's, with its context.
        language: To say it in. A kind that nobody has met is said in pydantic's words, which are English.

    Example:
        >>> told_mistake({"type": "int_parsing", "msg": "Input should be …"}, "zh")
        '应为整数'
        >>> told_mistake({"type": "less_than_equal", "msg": "Input …", "ctx": {"le": 200}}, "en")
        'must be 200 or less'
        >>> told_mistake({"type": "literal_error", "msg": "Input …", "ctx": {"expected": "'P1' or 'P2'"}}, "zh")
        '只能取：P1, P2'
    """
    kind = str(mistake["type"])
    key = f"mistakes.{_SAME.get(kind, kind)}"
    context = dict(mistake.get("ctx") or {})
    if "expected" in context:
        values = _QUOTED.findall(str(context["expected"]))
        context["expected"] = ", ".join(values) or context["expected"]
    pattern = catalogue(language).get(key)
    if pattern is None or not placeholders(pattern) <= set(context):
        return str(mistake["msg"])
    return message(key, language, **context)
