"""What a reader chose, carried on from page to page in the addresses."""

from collections.abc import Mapping
from urllib.parse import urlencode


def query_of(chosen: Mapping[str, str | None]) -> str:
    """What was chosen, as the beginning of an address's query."""
    given = {name: value for name, value in chosen.items() if value}
    return f"{urlencode(given)}&" if given else ""
