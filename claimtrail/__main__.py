"""The `claimtrail` command, and `python -m claimtrail`."""

import sys


def main() -> int:
    """Runs the command line; Ctrl-C ends it quietly also while it is being loaded."""
    try:
        from claimtrail import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
