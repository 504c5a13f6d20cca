"""``lianxun``: the command line."""

import gc

gc.disable()  # what is imported stays: to look through all of it again and again took a third of the start

import schedules.clock  # noqa: E402, F401 -- before the rest: a clock that is set to start somewhere starts with the process

# isort: split
from bot.cli import cli  # noqa: E402


def main() -> None:
    """Run the command line."""
    gc.freeze()
    gc.enable()
    cli()


if __name__ == "__main__":
    main()
