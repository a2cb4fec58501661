"""Each source reads the index set that its settings name."""

from pathlib import Path

import pytest

from paicha.model.question import Scope
from paicha.wiring.choosing import Choices
from paicha.wiring.reading import load_settings

SOURCE = """
[sources.{name}]
type = "blueking_logs"
monitor_url = "http://127.0.0.1:1"
bk_app_code = "a"
bk_app_secret = "s"
bk_username = "u"
bk_biz_id = {biz}
index_set_id = {index_set}
"""


@pytest.mark.parametrize(
    ("sources", "asked", "expected"),
    [
        (("web",), Scope(), (2, 2545)),
        (("web", "jobs"), Scope(), (2, None)),
        (("web", "other"), Scope(), (None, None)),
        (("web", "unsaid"), Scope(), (2, None)),
        (("web", "jobs"), Scope(bk_biz_id=7, index_set_id=11), (7, 11)),
        ((), Scope(), (None, None)),
    ],
)
def test_a_scope_is_filled_with_what_all_sources_share(
    tmp_path: Path,
    sources: tuple[str, ...],
    asked: Scope,
    expected: tuple[int | None, int | None],
) -> None:
    """Of two index sets the first was read twice, and the other one never."""
    place = tmp_path / "paicha.toml"
    rows = [("web", 2, 2545), ("jobs", 2, 2546), ("other", 3, 2547), ("unsaid", 0, 0)]
    said = [SOURCE.format(name=name, biz=biz, index_set=number) for name, biz, number in rows]
    place.write_text("".join(said), "utf-8")
    scope = Choices(load_settings(place, {}, tmp_path)).scope(asked, sources)

    assert expected == (scope.bk_biz_id, scope.index_set_id)
