"""Turns a claimed delivery into the message for the wire, in the reader's language."""

from collections import OrderedDict
from typing import Final

from messages.deliveries import ClaimedDelivery
from messages.notices import NewNotice
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Frame, Renderer
from schedules.notifier import PREVIEW, Outgoing

_REMEMBERED: Final = 256
_ACKNOWLEDGE: Final = phrase("✅ Noted")


class Composer:
    """Renders each text once for all who read the same one."""

    def __init__(self, renderer: Renderer, catalog: Catalog) -> None:
        """Render with ``renderer``; labels come from ``catalog``."""
        self._renderer = renderer
        self._catalog = catalog
        self._texts: OrderedDict[tuple[int, str, int, bool, str | None], str] = OrderedDict()

    def compose(self, delivery: ClaimedDelivery, chat_id: int) -> Outgoing:
        """The message of a delivery."""
        return Outgoing(
            delivery_id=delivery.id,
            chat_id=chat_id,
            text=self._text(delivery),
            acknowledge=self._catalog.say(_ACKNOWLEDGE, delivery.language) if delivery.acknowledge else None,
            protect=delivery.protect,
            attachments=delivery.attachments,
            parts=len(delivery.parts),
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
        )

    def _text(self, delivery: ClaimedDelivery) -> str:
        key = (delivery.notice_id, delivery.language, delivery.reminder, delivery.repeat, delivery.passed_by)
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = self._render(delivery)
            if len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)
        return known

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
