"""Turns a claimed delivery into the message for the wire, in the reader's language."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

from messages.deliveries import ClaimedDelivery
from messages.notices import NewNotice
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Frame, Renderer
from schedules.desks import BUTTONS, DeskOf
from schedules.digests import Digests, Item, Written
from schedules.notifier import PREVIEW, DeskButton, Outgoing

T = TypeVar("T")
_REMEMBERED: Final = 256
_ACKNOWLEDGE: Final = phrase("✅ Noted")


class _Remembered(Generic[T]):
    """The last few that were made."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The one that is known by ``key``, or else a new one."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make()
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known


def desk_buttons(catalog: Catalog, desk: str | None, language: str) -> tuple[tuple[DeskButton, ...], ...]:
    """The buttons that lead to a notice's desk, in rows; none for a notice that leads nowhere."""
    if desk is None:
        return ()
    of = DeskOf.of(desk)
    return tuple(
        tuple(DeskButton(desk=of, what=what, label=catalog.say(label, language)) for what, label in row)
        for row in BUTTONS[of.kind]
    )


class Composer:
    """Renders each text once for all who read the same one."""

    def __init__(self, renderer: Renderer, catalog: Catalog) -> None:
        """Render with ``renderer``; labels come from ``catalog``."""
        self._renderer = renderer
        self._catalog = catalog
        self._digests = Digests(renderer, catalog)
        self._texts: _Remembered[str] = _Remembered()
        self._written: _Remembered[Written] = _Remembered()

    def compose(self, delivery: ClaimedDelivery, chat_id: int) -> Outgoing:
        """The message of a delivery, and of all that go with it."""
        if delivery.gathered:
            return self._gathered(delivery, chat_id)
        return Outgoing(
            delivery_id=delivery.id,
            chat_id=chat_id,
            text=self._text(delivery),
            acknowledge=self._catalog.say(_ACKNOWLEDGE, delivery.language) if delivery.acknowledge else None,
            protect=delivery.protect,
            attachments=delivery.attachments,
            parts=len(delivery.parts),
            desk=desk_buttons(self._catalog, delivery.desk, delivery.language),
        )

    def redrawn(self, items: Sequence[Item], language: str, chat_id: int) -> Outgoing:
        """A digest as it stands now; where nothing is left in it, it says so."""
        return self._digest(items, self._digests.write(items, language), language, chat_id)

    def _gathered(self, delivery: ClaimedDelivery, chat_id: int) -> Outgoing:
        items, language = [Item(delivery=one) for one in delivery.together], delivery.language
        key = (*((one.notice_id, one.reminder, one.repeat, one.passed_by) for one in delivery.together), language)
        written = self._written.get(key, lambda: self._digests.write(items, language))
        return self._digest(items, written, language, chat_id)

    def _digest(self, items: Sequence[Item], written: Written, language: str, chat_id: int) -> Outgoing:
        return Outgoing(
            delivery_id=items[0].delivery.id if items else PREVIEW,
            chat_id=chat_id,
            text=written.text,
            acknowledge=None,
            protect=any(item.delivery.protect for item in items),
            choices=self._digests.choices(items, written, language),
        )

    def preview(self, notice: NewNotice, language: str, chat_id: int) -> Outgoing:
        """A notice that is not sent yet, as its readers will get it; its button is that of no delivery."""
        frame = Frame(
            title=notice.title,
            acknowledge=notice.acknowledge,
            acknowledge_by=notice.acknowledge_by,
            provisional=notice.provisional,
        )
        return Outgoing(
            delivery_id=PREVIEW,
            chat_id=chat_id,
            text=self._renderer.notice(notice.template, language, notice.params, frame),
            acknowledge=self._catalog.say(_ACKNOWLEDGE, language) if notice.acknowledge else None,
            protect=notice.grade is not None,
            attachments=notice.attachments,
            desk=desk_buttons(self._catalog, notice.desk, language),
        )

    def _text(self, delivery: ClaimedDelivery) -> str:
        key = (delivery.notice_id, delivery.language, delivery.reminder, delivery.repeat, delivery.passed_by)
        return self._texts.get(key, lambda: self._render(delivery))

    def _render(self, delivery: ClaimedDelivery) -> str:
        frame = Frame(
            title=delivery.title,
            acknowledge=delivery.acknowledge,
            acknowledge_by=delivery.acknowledge_by,
            provisional=delivery.provisional,
            reminder=delivery.reminder,
            repeat=delivery.repeat,
            passed_by=delivery.passed_by,
        )
        return self._renderer.notice(delivery.template, delivery.language, delivery.params, frame)
