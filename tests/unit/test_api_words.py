"""What the interface says of what it does not accept is said in its own words, in the reader's language."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from bot.web.api.door import read_as
from bot.web.api.item_shapes import ITEM_GIVEN
from bot.web.api.problems import Denied, refused_by
from bot.web.api.shapes import Paging
from messages.errors import Refused
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase
from tests.interface import CAUTION, REMINDER

WRONG: tuple[Any, ...] = (
    None,
    1,
    1.5,
    True,
    "",
    "x" * 100_000,
    "\0",
    "2026-13-01",
    "2026-09-18T10:00:00",
    [],
    [1],
    ["x"] * 5000,
    {},
)
FILE = {"name": "a.txt", "type": "text/plain", "content": "eA=="}
UNREADABLE = (b"", b"{", b"\xff", b"nul", b"[" * 2000, b"1" * 5000, b'{"kind": "\\ud800"}')
ENGLISH = re.compile("[A-Za-z]{2,} [A-Za-z]{2,}")


def bodies() -> Iterator[Any]:
    """Wrong values in every place that there is."""
    yield from WRONG
    for wrong in WRONG:
        for whole in (CAUTION, REMINDER):
            yield from ({**whole, name: wrong} for name in [*whole, "ref", "category", "colour"])
            yield from ({**whole, "attachments": given} for given in (wrong, [wrong], [FILE] * 11))
            yield from ({**whole, "attachments": [{**FILE, name: wrong}]} for name in [*FILE, "size"])
            yield from ({k: v for k, v in whole.items() if k != name} for name in whole)
        yield {**REMINDER, "posts": [wrong]}


def of_body(body: bytes) -> list[Phrase]:
    """What is said of a body."""
    try:
        read_as(ITEM_GIVEN, body, of_kind=True)
    except Denied as denied:
        return [denied.why]
    except Refused as refused:
        return [fault.message for fault in refused.faults]
    return []


def of_page(number: str) -> list[Phrase]:
    """What is said of an address's page."""
    with pytest.raises(ValidationError) as refused:
        Paging.model_validate({"page": number})
    return [fault.message for fault in refused_by(refused.value).faults]


def test_no_sentence_is_the_librarys(catalog: Catalog) -> None:
    """Some of what was said in Chinese was English: each library's sentence that had no words of ours."""
    said = [one for body in bodies() for one in of_body(json.dumps(body).encode())]
    said += [one for body in UNREADABLE for one in of_body(body)]
    said += [one for number in ("x", "1.5", "0", "", "9" * 30, "9" * 5000) for one in of_page(number)]
    chinese = {catalog.say(one, "zh_CN") for one in said}
    assert {one for one in chinese if ENGLISH.search(one)} == set()
    assert "不接受此内容。" not in chinese  # which is said of what nobody thought of
    assert len(chinese) > 15
