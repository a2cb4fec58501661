"""The log platform's own page for a search, for whoever reads a report."""

from __future__ import annotations

from urllib.parse import urlencode

from paicha.model.coverage import LogPage
from paicha.sources.blueking.fields import LINE, FieldMap
from paicha.sources.blueking.gateway import shown
from paicha.sources.blueking.windows import Slice


def search_page(
    page_url: str, bk_biz_id: int | None, index_set_id: int, query: str, piece: Slice
) -> str:
    """
    Return the address that opens *query* over *piece* in the log platform; "" where its address is not known.

    The platform's alerts and subscriptions link to its search in this form.

    Example:
        >>> search_page("https://bklog.example.com/", 2, 2545, "level:ERROR", Slice(1000, 2000))
        'https://bklog.example.com/#/retrieve/2545?bizId=2&keyword=level%3AERROR&start_time=1000&end_time=1999'
    """
    if not page_url:
        return ""
    asked = {
        "bizId": bk_biz_id,
        "keyword": query,
        "start_time": piece.start_ms,
        "end_time": piece.last_ms,
    }
    return f"{shown(page_url).rstrip('/')}/#/retrieve/{index_set_id}?{urlencode(asked)}"


def problem_page(
    page_url: str, bk_biz_id: int | None, query: str, fields: FieldMap
) -> LogPage | None:
    """
    Return where single problems of a search can be looked at; None where the platform's address is not known.

    The line as it was collected is searched; of tables that have none, the message.
    """
    if not page_url:
        return None
    real, index_set_id = fields.settings.real_fields, fields.settings.index_set_id
    lines = (LINE,) if LINE in real else fields.queried("message")
    base = f"{shown(page_url).rstrip('/')}/#/retrieve/{index_set_id}"
    asked = f"bizId={bk_biz_id}&keyword={{query}}&start_time={{start_ms}}&end_time={{end_ms}}"
    return LogPage(f"{base}?{asked}", query, lines, "bk:")
