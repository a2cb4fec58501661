"""Findings built by hand, shared with the tests of the renderers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """Return the module that builds findings by hand."""
    place = Path(__file__).parents[3] / "renderers" / "sample.py"
    spec = importlib.util.spec_from_file_location("paicha_sample_of_the_page", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
