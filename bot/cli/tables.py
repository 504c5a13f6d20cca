"""Tables on the command line."""

from collections.abc import Iterable

from rich.table import Column, Table


def headed(heads: Iterable[str], *, title: str | None = None) -> Table:
    """A table whose cells are shown whole, on as many lines as they need.

    Chinese has no spaces to break at: what is wider than its column would be cut off otherwise.
    """
    return Table(*(Column(head, overflow="fold") for head in heads), title=title)
