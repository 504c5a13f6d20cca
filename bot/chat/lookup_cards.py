"""How the lookup looks: what was found, a unit, a post's record, a warning; each a text with its buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import button, shortened
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.listing import turns
from messages.items.records import MARKS, grade_said
from messages.lookup import FoundPost, Looked, UnitCard
from messages.notices import Grade
from messages.pages import Page
from messages.store.visibility import UnitFound
from messages.store.warning_lists import ToCome, WarningLine
from messages.store.warnings import Happened
from messages.text.phrase import Phrase, phrase
from messages.warnings.awaited import days_of, happened_said, step_said
from messages.warnings.records import warning_state_said
from messages.warnings.views import PostRecord, Told, rising_said

FOUND, UNIT, POST, WARNING, SEARCH = "lu1", "lu2", "lu3", "lu4", "lu5"
"""What the buttons carry: search and page; unit, search, page; post, search, page; warning and search; nothing."""

_HISTORY: Final = 15
"""So many events of a warning are shown, the newest: a message holds no more."""
_WHY: Final = 80


@dataclass(frozen=True)
class Faces:
    """Draws in one person's language; every card leads back to the ``search`` that it came from."""

    desk: Desk
    language: str
    search: int

    def found(self, looked: Looked) -> Drawn:
        """What was found: units and posts, each a button."""
        page = looked.page
        rows = [[self._leading(one)] for one in page.rows]
        rows += turns(page.number, page.pages, (FOUND, looked.id))
        rows.append([self._labelled(phrase("🔎 Look for something else"), SEARCH)])
        return self._drawn("lookup_found", rows, words=looked.words, total=page.total, **_numbers(page))

    def unit(self, card: UnitCard) -> Drawn:
        """A unit, its open warnings by grade, and its posts."""
        page = card.page
        rows = [[self._leading(one, with_unit=False)] for one in page.rows]
        rows += turns(page.number, page.pages, (UNIT, card.unit.id, self.search))
        rows.append(self.back())
        grades = [{**self._grade(grade), "count": card.open[grade]} for grade in _worst_first(card.open)]
        posts = [{"title": one.post.title, "holder": one.post.holder, "open": one.open} for one in page.rows]
        said = {"unit": card.unit.name, "grades": grades, "posts": posts, "total": page.total}
        return self._drawn("lookup_unit", rows, **said, **_numbers(page))

    def post(self, record: PostRecord) -> Drawn:
        """A post, how many warnings are open, and each of them as a button."""
        page, post = record.page, record.post
        lines = [told.warning for told in page.rows]
        rows = [[button(f"{MARKS[line.grade]} {line.title}", WARNING, line.id, self.search)] for line in lines]
        rows += turns(page.number, page.pages, (POST, post.id, self.search))
        rows.append([button(f"🏷 {post.unit}", UNIT, post.unit_id, self.search, 1), *self.back()])
        grades = [
            {
                **self._grade(grade),
                "states": [
                    {"said": self._say(warning_state_said(state)), "count": count}
                    for state, count in record.standing[grade].items()
                ],
            }
            for grade in _worst_first(record.standing)
        ]
        said = {"post": post, "grades": grades, "warnings": [self._line(line) for line in lines], "total": page.total}
        return self._drawn("lookup_post", rows, **said, **_numbers(page))

    def warning(self, told: Told) -> Drawn:
        """A warning with its history and what is to come."""
        line = told.warning
        rows = [[self._labelled(phrase("↩ The post"), POST, line.post.id, self.search, 1), *self.back()]]
        return self._drawn(
            "lookup_warning",
            rows,
            post=line.post,
            warning=line,
            mark=MARKS[line.grade],
            grade=self._say(grade_said(line.grade)),
            state=self._say(warning_state_said(line.state)),
            days=days_of(line, self.desk.clock.now()),
            rising=self._say(rising_said(line.rising)) if line.rising else None,
            history=[self._event(event) for event in told.history[-_HISTORY:]],
            to_come=[self._step(one) for one in told.to_come],
        )

    def back(self) -> list[InlineKeyboardButton]:
        """Back to what was found."""
        return [self._labelled(phrase("↩ What was found"), FOUND, self.search, 1)]

    def _leading(self, one: UnitFound | FoundPost, *, with_unit: bool = True) -> InlineKeyboardButton:
        if isinstance(one, UnitFound):
            return button(f"🏷 {one.name}", UNIT, one.id, self.search, 1)
        post = one.post
        parts = (post.title, post.unit if with_unit else "", post.holder or "")
        return button(f"👤 {' · '.join(filter(None, parts))}", POST, post.id, self.search, 1)

    def _line(self, line: WarningLine) -> dict[str, Any]:
        state = self._say(warning_state_said(line.state))
        return {"mark": MARKS[line.grade], "title": line.title, "state": state, "at": line.issued_at}

    def _event(self, event: Happened) -> dict[str, Any]:
        why = shortened(event.why, _WHY) if event.why else None
        return {"at": event.at, "said": self._say(happened_said(event.event, event.body)), "by": event.by, "why": why}

    def _step(self, one: ToCome) -> dict[str, Any]:
        return {"at": one.at, "said": self._say(step_said(one.step))}

    def _grade(self, grade: Grade) -> dict[str, str]:
        return {"mark": MARKS[grade], "said": self._say(grade_said(grade))}

    def _labelled(self, what: Phrase, kind: str, *words: int) -> InlineKeyboardButton:
        return labelled(self.desk, what, self.language, kind, *words)

    def _say(self, what: Phrase) -> str:
        return self.desk.catalog.say(what, self.language)

    def _drawn(self, template: str, rows: list[list[InlineKeyboardButton]], **said: Any) -> Drawn:  # noqa: ANN401 -- a template's values
        return Drawn(text=self.desk.renderer.render(template, self.language, **said), rows=rows)


def _numbers(page: Page[Any]) -> dict[str, int]:
    return {"number": page.number, "pages": page.pages}


def _worst_first(grades: Mapping[Grade, Any]) -> list[Grade]:
    return [grade for grade in (Grade.RED, Grade.ORANGE, Grade.BLUE) if grade in grades]
