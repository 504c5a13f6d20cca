"""``lianxun --version``: which one is installed."""

from importlib.metadata import version
from typing import Annotated

import typer


def register(cli: typer.Typer) -> None:
    """Add the option to the commands."""
    cli.callback()(_main)


def _say(asked: bool) -> None:
    if asked:
        typer.echo(f"lianxun {version('lianxun')}")
        raise typer.Exit


_Asked = Annotated[bool, typer.Option("--version", callback=_say, is_eager=True, help="Say which version it is.")]


def _main(*, asked: _Asked = False) -> None:
    """廉讯: the right notice to the person responsible for each post, acknowledged and kept as evidence."""
