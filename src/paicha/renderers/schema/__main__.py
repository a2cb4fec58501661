"""Write the schema file anew: ``python -m paicha.renderers.schema [FILE]``."""

from __future__ import annotations

import sys
from pathlib import Path

from paicha.renderers.schema import FILE_NAME, report_schema

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name(FILE_NAME)
    target.write_bytes(report_schema())
