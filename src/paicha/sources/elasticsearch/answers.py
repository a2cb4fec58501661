"""The answers of Elasticsearch and OpenSearch as far as they are looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from paicha.decoding import convert, decode
from paicha.errors import SourceContract, SourceUnreachable
from paicha.locales import Text, text
from paicha.sources.web import Request, WebClient

Kind = TypeVar("Kind")
#: How msgspec says that a document ends before its end.
_TRUNCATED = "Input data was truncated"


class ShardFailure(msgspec.Struct, frozen=True):
    """Why one shard did not answer."""

    index: str | None = None
    reason: Mapping[str, Any] = {}

    @property
    def why(self) -> str:
        """Its words."""
        said = self.reason.get("caused_by") or self.reason
        return f"{said.get('type', '')}: {said.get('reason', '')}"


class Shards(msgspec.Struct, frozen=True):
    """How many shards answered."""

    total: int = 0
    failed: int = 0
    failures: tuple[ShardFailure, ...] = ()
    successful: int | None = None

    @property
    def missing(self) -> int:
        """How many did not answer; OpenSearch does not call a shard failed that is nowhere."""
        answered = self.total if self.successful is None else self.successful
        return max(self.failed, self.total - answered)


class Hit(msgspec.Struct, frozen=True, gc=False):
    """One document; made of JSON, it is in no cycle that anybody would have to look for."""

    index: str = msgspec.field(name="_index")
    id: str = msgspec.field(name="_id")
    source: dict[str, Any] | None = msgspec.field(name="_source", default=None)
    fields: Mapping[str, list[Any]] = {}
    sort: list[Any] = []


class Total(msgspec.Struct, frozen=True):
    """How many documents match."""

    value: int = 0


class Hits(msgspec.Struct, frozen=True):
    """A page of documents."""

    hits: list[Hit] = []
    total: Total | None = None


class SearchAnswer(msgspec.Struct, frozen=True):
    """What ``_search`` answers."""

    hits: Hits
    shards: Shards = msgspec.field(name="_shards", default=Shards())
    timed_out: bool = False
    pit_id: str = ""
    scroll_id: str = msgspec.field(name="_scroll_id", default="")
    aggregations: Mapping[str, Any] = {}

    @property
    def troubles(self) -> tuple[Text, ...]:
        """Why this is not the whole answer."""
        found = [shards_failed(self.shards)] if self.shards.missing else []
        if self.timed_out:
            found.append(text("elasticsearch.timed_out"))
        return tuple(found)


class CountAnswer(msgspec.Struct, frozen=True):
    """What ``_count`` answers."""

    count: int
    shards: Shards = msgspec.field(name="_shards", default=Shards())


class Opened(msgspec.Struct, frozen=True):
    """A point in time: Elasticsearch calls its id ``id``, OpenSearch ``pit_id``."""

    id: str = ""
    pit_id: str = ""


class FieldKind(msgspec.Struct, frozen=True):
    """What one field can do, in the indices where it has this type."""

    type: str
    searchable: bool = True
    aggregatable: bool = False
    indices: tuple[str, ...] | None = None  # None: all of them


class FieldCaps(msgspec.Struct, frozen=True):
    """What ``_field_caps`` answers."""

    fields: Mapping[str, Mapping[str, FieldKind]]
    indices: tuple[str, ...] = ()


def shards_failed(shards: Shards) -> Text:
    """Return that some shards did not answer, and why the first of them did not."""
    why = shards.failures[0].why if shards.failures else "-"
    return text("elasticsearch.shards_failed", n=shards.missing, total=shards.total, why=why)


def read(client: WebClient, request: Request, kind: type[Kind]) -> tuple[Kind, int]:
    """
    Return what answers *request* as *kind*, and how many bytes it was.

    Raises:
        SourceContract: If it is something else.
        SourceError: If the server refuses or cannot be reached.
    """
    body = client.body(request)
    client.refuse_page(request, body)
    return decoded(body, request, kind), len(body)


def decoded(body: bytes, request: Request, kind: type[Kind]) -> Kind:
    """
    Return *body* as *kind*.

    Raises:
        SourceContract: If it is something else.
        SourceUnreachable: If it ends before its end.
    """
    try:
        return decode(body, kind)
    except msgspec.DecodeError as err:
        why = str(err)
    try:
        # Half of a surrogate pair, which is no text, is read by the standard library alone.
        return convert(json.loads(body), kind)
    except (ValueError, msgspec.ValidationError):
        if why == _TRUNCATED:
            raise SourceUnreachable(
                "elasticsearch.cut_short", path=request.path, n=len(body)
            ) from None
        raise SourceContract("elasticsearch.shape", path=request.path, why=why) from None
