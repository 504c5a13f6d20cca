"""Code that nothing uses, found by vulture: names each function, class, method and import that nobody calls for.

What only a test uses is dead too, except in the sandbox, which is there for the tests. Fields of records are left out:
they are read by name, from rows, templates and JSON.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vulture import Vulture
from vulture.core import Item

ROOT: Final = Path(__file__).resolve().parent.parent
PRODUCT: Final = ("bot", "schedules", "messages")
FOR_TESTS: Final = ROOT / "bot" / "sandbox"
KINDS: Final = ("class", "function", "import", "method", "property", "unreachable_code")

CALLED_BY_DECORATOR: Final = (
    "@*.command*",
    "@*.callback*",
    "@*validator",
    "@*listens_for",
    "@*serializer*",
    "@*route*",
)
"""Decorators that hand a function to a library, which calls it: Typer, pydantic, SQLAlchemy, aiohttp."""

CALLED_BY_LIBRARY: Final = {
    "collect": "prometheus-client, at each scrape",
    "do_process_update": "python-telegram-bot's update processor",
    "do_request": "python-telegram-bot's transport",
    "footer": "fpdf2, at the foot of each page",
    "handle_comment": "the standard library's HTML parser",
    "handle_data": "the standard library's HTML parser",
    "handle_endtag": "the standard library's HTML parser",
    "handle_startendtag": "the standard library's HTML parser",
    "handle_starttag": "the standard library's HTML parser",
    "initialize": "python-telegram-bot, at its start",
    "parse_json_payload": "python-telegram-bot's transport",
    "process_bind_param": "SQLAlchemy's type decorator",
    "process_request": "python-telegram-bot's rate limiter",
    "process_result_value": "SQLAlchemy's type decorator",
    "shutdown": "python-telegram-bot, at its end",
}
"""Methods that a library calls by name on what we give it, and which library."""


def unused(folders: Iterable[str]) -> dict[tuple[Path, str], Item]:
    """What is used nowhere in ``folders``, by file and name."""
    found = Vulture(ignore_names=list(CALLED_BY_LIBRARY), ignore_decorators=list(CALLED_BY_DECORATOR))
    found.scavenge([str(ROOT / folder) for folder in folders], exclude=["*/migrations/*"])
    items = [item for item in found.get_unused_code(min_confidence=60) if item.typ in KINDS]
    return {(Path(item.filename).resolve(), item.name): item for item in items}


def main() -> int:
    """Print what is dead; 1 when something is."""
    product = unused(PRODUCT)
    with_tests = unused((*PRODUCT, "tests"))
    dead = [item for place, item in product.items() if not place[0].is_relative_to(FOR_TESTS) or place in with_tests]
    for item in dead:
        print(f"{Path(item.filename).resolve().relative_to(ROOT)}:{item.first_lineno}: unused {item.typ} {item.name}")
    print(f"dead code: {len(dead)} found")
    return int(bool(dead))


if __name__ == "__main__":
    sys.exit(main())
