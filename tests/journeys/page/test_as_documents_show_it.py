"""The pictures of the documents: taken by every run, kept with ``--pictures``."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from tests.journeys.page.conftest import LOCALES, Open

from paicha.locales import LANGUAGES, Language

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("page")]

PICTURES = Path(__file__).parents[3] / "docs" / "images"
#: The report's picture shows more of it than a screen holds.
REPORT_HEIGHT = 1500


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_page_and_report(
    opened: Open,
    incident: str,
    language: Language,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """Those of the documents are of the same size and of the same things."""
    folder = PICTURES if request.config.getoption("--pictures") else tmp_path
    reader = opened(language)
    page, taken = reader.page, []

    def take(name: str) -> None:
        page.wait_for_timeout(100)
        page.screenshot(path=folder / f"{name}-{language}.png")
        taken.append(f"{name}-{language}.png")

    reader.fill()
    page.locator("h1").click()
    take("page-start")
    reader.go(incident)
    take("page-report")
    reader.go(f"{incident}/problems/disk_space_low")
    take("page-problem")
    file = tmp_path / "report.html"
    address = f"{reader.service.address}{incident}/report.html?lang={language}"
    file.write_bytes(page.request.get(address).body())
    page.set_viewport_size({"width": 1280, "height": REPORT_HEIGHT})
    page.goto(file.as_uri())
    take("report")

    for picture in taken:
        kept = PICTURES / picture
        assert kept.exists(), f"make screenshot writes {picture}"
        assert _size(kept) == _size(folder / picture)
        assert f'<html lang="{LOCALES[language][:2]}' in file.read_text("utf-8")
        assert (folder / picture).stat().st_size > 20_000  # nothing blank


def _size(picture: Path) -> tuple[int, int]:
    head = picture.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", head[16:24])
    return width, height
