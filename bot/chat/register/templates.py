"""The office's template points: published from a point that stands, listed, and ended."""

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.card_ends import End, ended
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.listing import page_of, turns
from bot.chat.register.faces import POINT, TEMPLATES, UNITS
from bot.chat.register.points import fields_of, fitted, flagged, flags_said
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.register import point_views
from messages.register.records import LEVEL_MARKS
from messages.register.templates import Template
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.phrase import phrase

_OnTemplate: TypeAlias = Callable[[Desk, Press, Member, int, int], Awaitable[None]]


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about templates; all of them are the office's."""
    await entitle(desk.db, member.person_id, Act.PUBLISH_TEMPLATES, desk.clock.now())
    try:
        match wish.words:
            case ["list", number]:
                await cards.turn(desk, press, await _listed(desk, member, page_of(number)))
            case ["publish", number]:
                await _ask_to_publish(desk, press, member, number_of(number))
            case ["published", number]:
                await _publish(desk, press, member, number_of(number))
            case [what, number, page] if what in _DOING:
                await _DOING[what](desk, press, member, number_of(number), page_of(page))
            case _:
                raise Forged
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:  # published or ended before
        await desk.toast(press, error.phrase, member.language)


async def _ask_to_publish(desk: Desk, press: Press, member: Member, point_id: int) -> None:
    """Whether it is meant; of a point that cites laws out of date these are named."""
    now, language = desk.clock.now(), member.language
    record = await point_views.of_point(desk.db, member.person_id, point_id, now, bases=desk.policy.legal_bases)
    ask = phrase("Publish “{name}” as a template? Holders are shown it, without whose it is.", name=record.line.name)
    lines = [desk.catalog.say(ask, language)]
    lines += [f"⚠️ {one}" for one in flags_said(desk, record.outdated, language)]
    rows = [
        [labelled(desk, phrase("📐 Yes, publish it"), language, TEMPLATES, "published", point_id)],
        [labelled(desk, phrase("« Go back"), language, POINT, point_id, 0)],
    ]
    await cards.turn(desk, press, Drawn(text=escape("\n".join(lines), quote=False), rows=rows))


async def _publish(desk: Desk, press: Press, member: Member, point_id: int) -> None:
    """Of a point that stands, without whose it is."""
    await desk.register.publish(point_id, member.person_id, desk.clock.now())
    published = phrase("It is published: holders are shown it as a template.")
    await desk.toast(press, published, member.language)
    back = labelled(desk, phrase("« Go back"), member.language, POINT, point_id, 0)
    card = cards.plain(desk, published, member.language, [back])
    await cards.edit(desk, member.chat_id, press.message.message_id, card)


async def _listed(desk: Desk, member: Member, number: int) -> Drawn:
    page = await desk.register.templates("", number)
    language = member.language
    rows: Rows = [
        [button(f"{place} · {one.content.name}", TEMPLATES, "open", one.id, page.number)]
        for place, one in enumerate(page.templates, 1)
    ]
    rows += turns(page.number, page.pages, (TEMPLATES, "list"))
    rows.append([labelled(desk, phrase("↩ Overview"), language, UNITS, 0, 1)])
    text = desk.renderer.render(
        "register_templates",
        language,
        templates=[_line(one) for one in page.templates],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )
    return Drawn(text=text, rows=rows)


def _line(one: Template) -> dict[str, str | int]:
    content = one.content
    return {
        "mark": LEVEL_MARKS[content.level],
        "name": content.name,
        "category": content.category,
        "adopted": one.adopted,
    }


async def _open(desk: Desk, press: Press, member: Member, template_id: int, page: int) -> None:
    """All that a template says."""
    one = await desk.register.template(template_id)
    language = member.language
    rows: Rows = [[labelled(desk, phrase("🚫 End it"), language, TEMPLATES, "end", one.id, page)]]
    await cards.turn(desk, press, _drawn(desk, one, language, [*rows, _back(desk, page, language)]))


async def _ask(desk: Desk, press: Press, member: Member, template_id: int, page: int) -> None:
    """Whether it is meant."""
    one = await desk.register.template(template_id)
    language = member.language
    rows: Rows = [[labelled(desk, phrase("🚫 Yes, end it"), language, TEMPLATES, "sure", one.id, page)]]
    end = End(ask=phrase("End this template? Points that were made of it stay as they are."))
    await cards.turn(desk, press, _drawn(desk, one, language, [*rows, _back(desk, page, language)], end))


async def _end(desk: Desk, press: Press, member: Member, template_id: int, page: int) -> None:
    """It is offered no more."""
    await desk.register.unpublish(template_id, member.person_id, desk.clock.now())
    await desk.toast(press, phrase("The template has ended."), member.language)
    drawn = await _listed(desk, member, page)
    await cards.edit(desk, member.chat_id, press.message.message_id, drawn)


def _drawn(desk: Desk, one: Template, language: str, rows: Rows, end: End | None = None) -> Drawn:
    said = {
        "published_at": one.published_at,
        "by": one.published_by,
        "adopted": one.adopted,
        "flags": flagged(desk, one.content.bases, language),
    }

    def draw(most: int) -> str:
        fields = fields_of(desk, one.content, language, most)
        return desk.renderer.render("register_template", language, fields=fields, **said)

    return ended(desk, fitted(draw), one.content.name, language, rows, end or End())


def _back(desk: Desk, page: int, language: str) -> list[InlineKeyboardButton]:
    return [labelled(desk, phrase("« Go back"), language, TEMPLATES, "list", page)]


_DOING: Final[Mapping[str, _OnTemplate]] = {"open": _open, "end": _ask, "sure": _end}
BUTTONS: Final[Mapping[str, OnButton]] = {TEMPLATES: attend}
