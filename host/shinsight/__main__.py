"""The command `shinsight`: turns errors into one line on stderr and an exit code (1 failed, 2 wrong use)."""

from __future__ import annotations

import sys

from .threads import use_one_thread

use_one_thread()

from .cli import app  # noqa: E402 - loads numpy
from .errors import SettingsError, ShinsightError  # noqa: E402


def main() -> None:
    """Run the command. Exits with 2 on wrong settings, and with 1 on any other error of shinsight."""
    try:
        app()
    except ShinsightError as error:
        print(f"shinsight: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, SettingsError) else 1)


if __name__ == "__main__":
    main()
