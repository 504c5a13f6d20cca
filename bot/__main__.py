"""``lianxun``: the command line."""

import schedules.clock  # noqa: F401 -- first of all: a clock that is set to start somewhere starts with the process

# isort: split
from bot.cli import cli


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
