"""What all releases of a matter come to (OCDS, section “Merging”), whatever order they became known in."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, cast

from ocdsmerge import Merger

from messages.tenders.ocds.cutting import cleaned, cut
from messages.tenders.ocds.instants import dated
from messages.tenders.ocds.reading import Found
from messages.tenders.ocds.statements import UNDATED, Statement
from messages.tenders.remarks import Remark

LONGEST_RELEASE: Final = 200
_RULES: Final[dict[tuple[str, ...], str]] = {}
"""Of what is read: lists of texts are taken as a whole, all others are merged by ids, and that needs no rule."""
_STAGES: Final = ("planning", "tender", "award", "contract", "implementation")
_NUMBERS: Final = re.compile(r"(\d+)")


def statement_of(found: Found, zone: tzinfo) -> tuple[Statement, list[Remark]]:
    """A release as it is kept, and what of it was passed over. Its date is UNDATED where none can be read."""
    body, passed = cut(found.body or {})
    said = (found.body or {}).get("date")
    read = dated(said, zone) if isinstance(said, str) else None
    at = UNDATED if read is None else read.at or datetime(read.day.year, read.day.month, read.day.day, tzinfo=zone)
    name = cleaned(str((found.body or {}).get("id") or ""), LONGEST_RELEASE + 1)
    if not name or len(name) > LONGEST_RELEASE:
        name = "sha256:" + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    statement = Statement(ref=found.ocid, release=name, at=at.astimezone(UTC), compiled=found.compiled, body=body)
    return statement, [Remark(ref=found.ocid, **vars(one)) for one in passed]


def standing(statements: Iterable[Statement]) -> list[Statement]:
    """Those that count, in the order of their dates: what was compiled takes the place of all before it."""
    ordered = sorted(statements, key=_order)
    return ordered[max((at for at, one in enumerate(ordered) if one.compiled), default=0) :]


def how_many_stand(keys: set[tuple[str, datetime, bool]]) -> int:
    """How many of these releases, by their keys, count."""
    since = max((at for _, at, compiled in keys if compiled), default=None)
    return len(keys) if since is None else sum(at >= since for _, at, _ in keys)


def merged(ordered: Sequence[Statement]) -> dict[str, Any]:
    """What the releases that count come to together; what is null says nothing."""
    if len(ordered) == 1:  # as most publishers have it, and a dozen times as fast
        return dict(ordered[0].body)
    merger = Merger(merge_rules=_RULES)
    # The library goes by its own order of dates, which are texts with offsets there.
    releases = [{**one.body, "date": f"{at:08}"} for at, one in enumerate(ordered)]
    found = cast("dict[str, Any]", merger.create_compiled_release(releases))
    tags = ordered[-1].body.get("tag")
    return {**found, "tag": tags if isinstance(tags, list) else []}


def newest(statements: Sequence[Statement]) -> datetime | None:
    """The date of the newest; None where none has any."""
    at = max((one.at for one in statements), default=UNDATED)
    return None if at == UNDATED else at


def _order(one: Statement) -> tuple[datetime, bool, int, list[Any], str]:
    """Of one date: what is compiled last, else by stage, else by id, numbers in it as such."""
    tags = one.body.get("tag")
    stages = [at for at, stage in enumerate(_STAGES) for tag in tags or () if str(tag).startswith(stage)]
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _NUMBERS.split(one.release)]
    return one.at, one.compiled, max(stages, default=-1), parts, one.release
