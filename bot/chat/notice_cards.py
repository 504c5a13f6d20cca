"""How the desk of notices looks: the list, a notice, its units, the people of one; each a text with its buttons."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import button
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.figures import Figures, UnitFigures
from messages.notice_views import NoticesPage, PeoplePage, Which, standing_said
from messages.notices import Counts, Notice
from messages.pages import part_of
from messages.rights import Act
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.notice_acts import Steering
from schedules.possible import Doing, possible

LIST, NOTICE, UNITS, PEOPLE, REMIND, EXPORT, STEER, CONFIRM = "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"
"""What the buttons carry: a page; a notice; notice, list and page; notice, unit, list and page; a notice, twice; and a
notice with what is to be done."""

WHICH: Final = tuple(Which)
_UNITS_SHOWN: Final = 8
UNITS_A_PAGE: Final = 8
_OLD: Final = timedelta(seconds=10)


STEERED: Final[Mapping[Steering, Phrase]] = MappingProxyType(
    {
        Steering.PAUSE: phrase("⏸ Pause"),
        Steering.RESUME: phrase("▶️ Resume"),
        Steering.CANCEL: phrase("⏹ Cancel"),
        Steering.RECALL: phrase("↩️ Recall"),
    }
)
_COUNTED: Final[Mapping[Which, Callable[[UnitFigures], int]]] = MappingProxyType(
    {
        Which.ALL: lambda unit: unit.people,
        Which.SILENT: lambda unit: unit.silent,
        Which.ACKNOWLEDGED: lambda unit: unit.acknowledged,
        Which.MISSED: lambda unit: unit.missed,
        Which.PASSED: lambda unit: unit.passed,
        Which.DELIVERED: lambda unit: unit.delivered,
    }
)


def heading(which: Which, count: int) -> Phrase:
    """What a list says of so many."""
    match which:
        case Which.SILENT:
            return nphrase("{count} has not acknowledged", "{count} have not acknowledged", count)
        case Which.ACKNOWLEDGED:
            return nphrase("{count} has acknowledged", "{count} have acknowledged", count)
        case Which.MISSED:
            return nphrase("{count} was not reached", "{count} were not reached", count)
        case Which.PASSED:
            return nphrase("{count} has passed it on", "{count} have passed it on", count)
        case Which.DELIVERED:
            return nphrase("{count} has received it", "{count} have received it", count)
        case Which.ALL:
            return nphrase("{count} person", "{count} people", count)


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Draws in one person's language."""

    desk: Desk
    language: str

    def notices(self, page: NoticesPage, counts: Mapping[int, Counts], waits: Mapping[int, datetime]) -> Drawn:
        """The list of notices; ``waits`` says until when some wait for the end of quiet hours."""
        items = [
            {
                "title": self.title(one),
                "sent_at": one.send_at,
                "counts": counts.get(one.id),
                "waits_until": waits.get(one.id),
            }
            for one in page.items
        ]
        rows = [
            [button(f"{place} · {self.title(one)}", NOTICE, one.id)] for place, one in enumerate(page.items, start=1)
        ]
        rows += self._turns(page.number, further=page.further, kind=LIST, words=())
        return self._drawn("notices", rows, items=items, number=page.number, further=page.further)

    def notice(
        self, notice: Notice, figures: Figures, acts: Collection[Act], now: datetime, waits_until: datetime | None
    ) -> Drawn:
        """One notice, with what the person may do about it; it may wait for the end of quiet hours."""
        units = sorted(figures.units, key=lambda unit: (-unit.silent, -unit.missed, unit.path))
        missed = sum(unit.missed for unit in units)
        text = {
            "title": self.title(notice),
            "notice": notice,
            "counts": figures.counts if figures.counted else None,
            "waits_until": waits_until,
            "over": notice.expires_at is not None and notice.expires_at <= now,
            "missed": figures.counts.unreachable + figures.counts.unconfirmed + figures.counts.expired,
            "late": sum(unit.late for unit in units),
            "units": units[:_UNITS_SHOWN] if len(units) > 1 else [],
            "more": len(units) - _UNITS_SHOWN if len(units) > _UNITS_SHOWN else 0,
            "at": figures.at,
            "old": now - figures.at > _OLD,
        }
        rows = [self._list_button(notice, which, count) for which, count in _lists(figures, missed) if count]
        rows += self._doing(notice, figures, acts, now)
        rows.append([self._button(phrase("🔄 Look again"), NOTICE, notice.id), self._back(LIST, 1)])
        return self._drawn("notice_state", rows, **text)

    def units(self, notice: Notice, figures: Figures, which: Which, number: int) -> Drawn:
        """The units in which somebody is on a list, those with most first; each is a button."""
        of = _COUNTED[which]
        found = sorted((unit for unit in figures.units if of(unit)), key=lambda unit: (-of(unit), unit.path))
        page = part_of(found, number, UNITS_A_PAGE)
        place = WHICH.index(which)
        rows = [[button(f"{unit.unit} · {of(unit)}", PEOPLE, notice.id, unit.unit_id, place, 1)] for unit in page.rows]
        rows += self._turns(page.number, further=page.number < page.pages, kind=UNITS, words=(notice.id, place))
        rows.append([self._back(NOTICE, notice.id)])
        total = sum(map(of, found))
        said = {"title": self.title(notice), "heading": self._say(heading(which, total)), "total": total}
        return self._drawn("notice_units", rows, **said, number=page.number, pages=page.pages)

    def people(self, page: PeoplePage) -> Drawn:
        """The people of a unit who are on a list."""
        place, notice, unit = WHICH.index(page.which), page.notice.id, page.unit.id
        rows = self._turns(page.number, further=page.number < page.pages, kind=PEOPLE, words=(notice, unit, place))
        rows.append([self._back(UNITS, notice, place, 1)])
        said = {
            "title": self.title(page.notice),
            "unit": page.unit.name,
            "heading": self._say(heading(page.which, page.total)),
            "items": [
                {"name": one.name, "post": one.post, "said": self._say(standing_said(one, self._moment))}
                for one in page.items
            ],
        }
        return self._drawn("notice_people", rows, **said, number=page.number, pages=page.pages)

    def question(self, notice: Notice, what: Steering, deletable: Phrase | None) -> Drawn:
        """Whether the person means it; of a recall with what can still be deleted."""
        rows = [
            [self._button(phrase("Yes, do it"), CONFIRM, notice.id, what.value)],
            [self._back(NOTICE, notice.id)],
        ]
        said = self._say(deletable) if deletable else ""
        return self._drawn("notice_question", rows, title=self.title(notice), what=what.value, deletable=said)

    def title(self, notice: Notice) -> str:
        """The notice's title as the person reads it."""
        return self.desk.renderer.title(notice.template, self.language, notice.title, **notice.params)

    def _doing(
        self, notice: Notice, figures: Figures, acts: Collection[Act], now: datetime
    ) -> list[list[InlineKeyboardButton]]:
        may = possible(notice, figures, acts, now)
        rows = []
        if Doing.REMIND in may:
            rows.append([self._button(phrase("🔔 Remind them"), REMIND, notice.id)])
        if Doing.EXPORT in may:
            rows.append([self._button(phrase("📄 Export"), EXPORT, notice.id)])
        steering = [
            self._button(label, STEER, notice.id, one.value) for one, label in STEERED.items() if Doing(one) in may
        ]
        rows += [steering] if steering else []
        return rows

    def _moment(self, at: datetime) -> str:
        return self.desk.moment(at, self.language)

    def _list_button(self, notice: Notice, which: Which, count: int) -> list[InlineKeyboardButton]:
        return [button(self._say(heading(which, count)), UNITS, notice.id, WHICH.index(which), 1)]

    def _turns(
        self, number: int, *, further: bool, kind: str, words: Sequence[int]
    ) -> list[list[InlineKeyboardButton]]:
        turns = []
        if number > 1:
            turns.append(self._button(phrase("« Back"), kind, *words, number - 1))
        if further:
            turns.append(self._button(phrase("Further »"), kind, *words, number + 1))
        return [turns] if turns else []

    def _back(self, kind: str, *words: int) -> InlineKeyboardButton:
        return self._button(phrase("↩ Overview"), kind, *words)

    def _button(self, label: Phrase, kind: str, *words: str | int) -> InlineKeyboardButton:
        return button(self._say(label), kind, *words)

    def _say(self, what: Phrase) -> str:
        return self.desk.catalog.say(what, self.language)

    def _drawn(self, template: str, rows: Sequence[list[InlineKeyboardButton]], **said: Any) -> Drawn:  # noqa: ANN401 -- a template's values
        text = self.desk.renderer.render(template, self.language, **said)
        return Drawn(text=text, rows=[*rows])


def _lists(figures: Figures, missed: int) -> list[tuple[Which, int]]:
    """Which lists there are to open, and how many are on each."""
    return [
        (Which.SILENT, figures.silent),
        (Which.MISSED, missed),
        (Which.DELIVERED, figures.counts.delivered),
        (Which.ACKNOWLEDGED, figures.counts.acknowledged),
        (Which.PASSED, sum(unit.passed for unit in figures.units)),
    ]
