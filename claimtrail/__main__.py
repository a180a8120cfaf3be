"""`python -m claimtrail`: the same as the `claimtrail` command."""

import sys

from claimtrail.cli import main

if __name__ == "__main__":
    sys.exit(main())
