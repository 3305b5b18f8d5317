"""``python -m unmagic`` is the command ``unmagic``."""

import sys

from unmagic.cli import main

if __name__ == "__main__":
    sys.exit(main())
