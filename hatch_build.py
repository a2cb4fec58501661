"""
Builds the native twin of the kernel (`native/`) into the package where cargo is there.

The package is the same without it, only slower: whatever goes wrong here is said and passed over.
`PAICHA_NATIVE=off` leaves it out, `PAICHA_NATIVE=required` makes a failure one.

Where what the package needs to run is there already, the wheel brings along what its first start would derive
(`paicha.wiring.brought_along`).
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Ends on Unix as abi3 asks for; Windows knows one ending.
_ENDING = "pyd" if sys.platform == "win32" else "abi3.so"
_LIBRARY = {"win32": "paicha_native.dll", "darwin": "libpaicha_native.dylib"}


class NativeHook(BuildHookInterface):  # type: ignore[misc]
    """Compiles the extension and adds it to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and tell the wheel what it holds."""
        if version == "editable":
            # Installers compile what they copy; a checkout that stands for a package stays as it is, and where
            # Python may not write (PYTHONDONTWRITEBYTECODE) every start would compile it.
            compileall.compile_dir(Path(self.root, "src", "paicha"), quiet=2)
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        for brought in _derive(root / "src"):
            build_data["force_include"][str(brought)] = f"paicha/{brought.name}"
        wanted = os.environ.get("PAICHA_NATIVE", "")
        if wanted == "off":
            return
        place = root / "src" / "paicha" / f"_native.{_ENDING}"
        reason = _build(root / "native", place)
        if reason:
            print(f"paicha: without the native kernel ({reason})", file=sys.stderr)
            if wanted == "required":
                raise RuntimeError(reason)
            return
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"cp311-abi3-{platform}"
        build_data["force_include"][str(place)] = f"paicha/{place.name}"


def _derive(sources: Path) -> list[Path]:
    """Write what a first start would derive beside the modules, and return the file; nothing where that does not work."""
    command = [sys.executable, "-m", "paicha.wiring.brought_along", str(sources / "paicha")]
    environment = {**os.environ, "PYTHONPATH": str(sources), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        later = "python -m paicha.wiring.brought_along, once it is installed, spares that"
        print(f"paicha: first starts derive more ({reason}); {later}", file=sys.stderr)
        return []
    return [Path(done.stdout.strip())]


def _build(crate: Path, place: Path) -> str:
    """Compile *crate* to *place*; return why that did not work, empty when it did."""
    cargo = shutil.which("cargo")
    if cargo is None:
        return "cargo is not installed"
    if not crate.is_dir():
        return "its sources are not here"
    command = [cargo, "build", "--release", "--quiet"]
    try:
        done = subprocess.run(command, cwd=crate, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("error")]
            return lines[0] if lines else f"cargo ended with {done.returncode}"
        target = Path(os.environ.get("CARGO_TARGET_DIR") or crate / "target")
        built = target / "release" / _LIBRARY.get(sys.platform, "libpaicha_native.so")
        fresh = place.with_name(f"{place.name}.new")
        shutil.copyfile(built, fresh)
        fresh.replace(place)
    except OSError as error:
        return error.strerror or str(error)
    return ""
