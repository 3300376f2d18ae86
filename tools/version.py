"""Whether a tag is the package's version: `python -m tools.version TAG`; without a tag there is nothing to compare."""

import sys

from qbank import __version__


def main(tag: str) -> int:
    """The exit status is 1 when the tag is another version's."""
    if tag and tag != f"v{__version__}":
        print(f"The tag should be v{__version__}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
