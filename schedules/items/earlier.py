"""What was submitted before under the same name: left as it is, entered again, or refused where it was something else.

So that what is given twice, by a file or by another system, is one item. The same is what was last given under that
name, by its digest, whatever has become of it since, and what the item says by now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from messages.errors import Fault, Refused
from messages.items.records import Given, Item, ItemState
from messages.text.phrase import phrase
from schedules.items.checking import Checked


def to_enter(before: Item, checked: Checked) -> bool:
    """Whether what is given enters an item of this name: one that was announced, or came back and is corrected."""
    if before.state is ItemState.RETURNED:
        return before.digest != checked.digest and _content(before.given) != _content(checked.given)
    return before.state is ItemState.ANNOUNCED


def refuse_doubled(rows: Sequence[Checked]) -> None:
    """Refuse names that stand twice in what is given together."""
    seen: set[str] = set()
    faults = []
    for line, one in enumerate(rows, 1):
        if one.given.ref in seen:
            what = phrase("This name stands twice: each item has its own.")
            faults.append(Fault(line=line, column="ref", value=one.given.ref, message=what))
        elif one.given.ref:
            seen.add(one.given.ref)
    if faults:
        raise Refused(phrase("The input was refused."), faults)


def refuse_changed(rows: Sequence[Checked], before: Mapping[str, Item]) -> None:
    """Refuse names under which something else was submitted before."""
    faults = [
        taken(one.given, line if len(rows) > 1 else None)
        for line, one in enumerate(rows, 1)
        if (item := before.get(one.given.ref or "")) and not to_enter(item, one) and not _is_same(item, one)
    ]
    if faults:
        raise Refused(phrase("The input was refused."), faults)


def same(before: Item, one: Checked) -> Item:
    """The item of this name, where it is the same; anything else is refused."""
    if not _is_same(before, one):
        raise Refused(phrase("The input was refused."), [taken(one.given)])
    return before


def taken(given: Given, line: int | None = None) -> Fault:
    """The fault of a name that another item has."""
    what = phrase("Another item has this name already: please change that one, or choose another name.")
    return Fault(line=line, column="ref", value=given.ref, message=what)


def _is_same(before: Item, one: Checked) -> bool:
    """Whether it is what was given then: the grade may have been changed since, by who approves it."""
    now, then = (_content(replace(given, grade=None)) for given in (one.given, before.given))
    return one.digest == before.digest or now == then


def _content(given: Given) -> tuple[Given, frozenset[str]]:
    """What is compared of it: posts in whatever order."""
    return replace(given, posts=()), frozenset(given.posts)
