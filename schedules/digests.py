"""A digest (汇总): what has waited for a person through quiet hours, as one message with buttons for each notice.

All of it is said where that fits one message; otherwise the beginning of each, with a button that shows the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from messages.deliveries import ClaimedDelivery
from messages.text.catalog import Catalog
from messages.text.lengths import cut
from messages.text.markup import LONGEST_TEXT, parse, visible_length
from messages.text.phrase import phrase
from messages.text.rendering import Frame, Renderer
from schedules.notifier import Choice, ChoiceKind

_SHARES: Final = (LONGEST_TEXT, 2400, 1600, 1200, 900, 600, 400, 200, 120, 80, 40)
"""So many characters of each notice are said: the most with which all fits. None at all fits the largest digest."""
_TITLE: Final = 60
_LABEL: Final = 24


@dataclass(frozen=True, kw_only=True)
class Item:
    """One notice of a digest, and when it was acknowledged."""

    delivery: ClaimedDelivery
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """A digest's text; of each notice its title, and whether it was cut."""

    text: str
    titles: tuple[str, ...]
    cut: tuple[bool, ...]


class Digests:
    """Writes digests."""

    def __init__(self, renderer: Renderer, catalog: Catalog) -> None:
        """Render with ``renderer``; labels come from ``catalog``."""
        self._renderer = renderer
        self._catalog = catalog

    def write(self, items: Sequence[Item], language: str) -> Written:
        """The text for these notices, with as much of each as fits."""
        wholes = [self._whole(item.delivery, language) for item in items]
        drafts = (self._draft(items, wholes, share, language) for share in _SHARES)
        fitting = (draft for draft in drafts if visible_length(draft.text) <= LONGEST_TEXT)
        return next(fitting, None) or self._draft(items, wholes, 0, language)

    def _draft(self, items: Sequence[Item], wholes: Sequence[str], share: int, language: str) -> Written:
        titles = tuple(self._title(item.delivery, language) for item in items)
        # A notice without a title is called by how it begins: that stands there once, as its text.
        headings = titles if share == 0 else tuple(self._heading(item.delivery, language) for item in items)
        said = [_said(whole, share) for whole in wholes]
        lines = [_line(*one) for one in zip(items, headings, said, strict=True)]
        text = self._renderer.render("digest", language, items=lines)
        return Written(text=text, titles=titles, cut=tuple("beginning" in one for one in said))

    def choices(self, items: Sequence[Item], written: Written, language: str) -> tuple[tuple[Choice, ...], ...]:
        """The buttons, a row for each notice that has any."""
        numbered = enumerate(zip(items, written.titles, written.cut, strict=True), start=1)
        rows = (tuple(self._row(number, *one, language)) for number, one in numbered)
        return tuple(row for row in rows if row)

    def _row(self, number: int, item: Item, title: str, was_cut: bool, language: str) -> Iterator[Choice]:  # noqa: FBT001 -- one of a zip
        delivery = item.delivery
        if delivery.acknowledge and item.acknowledged_at is None:
            label = f"✅ {number} · {cut(title, _LABEL)}"
            yield Choice(kind=ChoiceKind.ACKNOWLEDGE, delivery_id=delivery.id, label=label)
        if was_cut or delivery.attachments or delivery.desk:
            label = self._catalog.say(phrase("📖 Read {number}", number=number), language)
            yield Choice(kind=ChoiceKind.READ, delivery_id=delivery.id, label=label)

    def _title(self, delivery: ClaimedDelivery, language: str) -> str:
        title = self._renderer.title(delivery.template, language, delivery.title, **delivery.params)
        return cut(title, _TITLE)

    def _heading(self, delivery: ClaimedDelivery, language: str) -> str:
        heading = self._renderer.heading(delivery.template, language, delivery.title, **delivery.params)
        return cut(heading, _TITLE)

    def _whole(self, delivery: ClaimedDelivery, language: str) -> str:
        """What it says below its title, as the Bot API's HTML."""
        frame = Frame(
            title=delivery.title,
            provisional=delivery.provisional,
            reminder=delivery.reminder,
            repeat=delivery.repeat,
            passed_by=delivery.passed_by,
            listed=True,
        )
        return self._renderer.notice(delivery.template, language, delivery.params, frame)


def _said(whole: str, share: int) -> Mapping[str, str]:
    """All of a text where it is no longer than its share, or else its beginning."""
    plain = parse(whole).text
    return {"whole": whole} if len(plain) <= share else {"beginning": f"{plain[:share].rstrip()}…"}


def _line(item: Item, heading: str, said: Mapping[str, str]) -> dict[str, Any]:
    by = item.delivery.acknowledge_by if item.delivery.acknowledge else None
    return {"title": heading, "whole": "", "beginning": "", **said, "by": by, "acknowledged_at": item.acknowledged_at}
