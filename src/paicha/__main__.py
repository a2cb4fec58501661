"""``python -m paicha`` is the command line."""

import sys

from paicha.interfaces.cli.main import main

sys.exit(main())
