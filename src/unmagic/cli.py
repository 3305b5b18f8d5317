"""The command line door. It opens on nothing yet: the commands come with the rooms behind them."""

import sys
from collections.abc import Sequence

from unmagic import __version__


def main(argv: Sequence[str] | None = None) -> int:
    args = sys.argv[1:] if argv is None else list(argv)
    if args == ["--version"]:
        print(f"unmagic {__version__}")
        return 0
    if args:
        print(f"unmagic {__version__} has no commands yet, so it cannot read {args[0]!r}.", file=sys.stderr)
        return 2
    print(f"unmagic {__version__} is installed. It has no commands yet.")
    return 0
