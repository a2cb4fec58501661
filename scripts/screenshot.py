"""Take a picture of the demo's HTML report in Chinese: ``python scripts/screenshot.py FILE.png``."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from paicha.facade import carry_out, prepare_demo

WIDTH, HEIGHT = 1280, 1500


def take(picture: Path) -> None:
    """Write what a browser shows of the first screen."""
    picture = picture.absolute()
    picture.parent.mkdir(parents=True, exist_ok=True)
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    # In a folder of its own, so that no path of this machine shows in the picture.
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        with contextlib.chdir(folder):
            prepared = prepare_demo("zh", Path("paicha-report", "demo"))
            (page_file, *_) = [
                path for path in carry_out(prepared).write(folder) if path.suffix == ".html"
            ]
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--lang=zh-CN"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        page.screenshot(path=picture)
        browser.close()


def main(arguments: Sequence[str]) -> int:
    """Take the picture."""
    take(Path(arguments[0] if arguments else "docs/images/report-zh.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
