"""Choosing the audience: everyone, units and risk nodes with search and pages, levels, roles, or an expression.

Each button says what is to be, ticked or not, so that a press that comes twice changes nothing twice. The card shows
at every step how many people that is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast import card
from bot.chat.broadcast.card import VIEW
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, labelled, marked
from bot.chat.desk import Desk
from messages import drafts
from messages.chosen import NOBODY, Chosen
from messages.drafts import Asked, Draft
from messages.organisation.records import HIGHEST_LEVEL, LOWEST_LEVEL, Role, role_said
from messages.rights import Act, reach
from messages.store import reach as reaches
from messages.store.accounts import Member
from messages.store.reach import Choice
from messages.text.phrase import phrase

PICK: Final = "bc1"
"""Buttons that tick: draft, kind, value, whether it is to be ticked, page."""
LIST: Final = "bl1"
"""Buttons that turn a list's page: draft, kind, page."""
_PAGE: Final = 8
_LAST_PAGE: Final = 100_000
_FACES: Final = {Asked.UNITS: "unit", Asked.NODES: "node"}
_FIELDS: Final = {"unit": "units", "node": "nodes", "role": "roles", "level": "levels"}


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """A page of what can be chosen."""

    kind: str
    choices: Sequence[Choice]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // _PAGE))


async def menu(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """The ways to choose."""
    change = drafts.setting(asked=Asked.CONTENT, search="")
    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await _menu(desk, draft, member.language))


async def _menu(desk: Desk, draft: Draft, language: str) -> Drawn:
    chosen = draft.content.audience

    def view(what: str, to: str) -> InlineKeyboardButton:
        return button(what, VIEW, draft.id, to)

    say = desk.catalog.say
    everyone = marked(chosen=chosen.everyone, what=say(phrase("Everyone"), language))
    risk = marked(chosen=chosen.risk, what=say(phrase("risk posts"), language))
    rows = [
        [button(everyone, PICK, draft.id, "everyone", 1, int(not chosen.everyone), 1)],
        [view(say(phrase("Units …"), language), "units"), view(say(phrase("Levels …"), language), "levels")],
        [view(say(phrase("Roles …"), language), "roles"), view(say(phrase("Risk nodes …"), language), "nodes")],
        [button(risk, PICK, draft.id, "risk", 1, int(not chosen.risk), 1)],
        [view(say(phrase("As an expression …"), language), "expression")],
        [card.back(desk, draft, language)],
    ]
    if chosen:
        rows[-1].append(button(say(phrase("Choose nobody"), language), PICK, draft.id, "nobody", 1, 1, 1))
    return Drawn(text=await card.text_of(desk, draft, language), rows=rows)


async def levels(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Levels to tick."""
    await cards.turn(desk, press, await _levels(desk, draft, member.language))


async def _levels(desk: Desk, draft: Draft, language: str) -> Drawn:
    rows = [
        [_tick(draft, "level", str(level), desk.catalog.say(phrase("level {level}", level=level), language))]
        for level in range(HIGHEST_LEVEL, LOWEST_LEVEL + 1)
    ]
    rows.append([card.back(desk, draft, language, "audience")])
    return Drawn(text=await card.text_of(desk, draft, language), rows=rows)


async def roles(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Roles to tick."""
    await cards.turn(desk, press, await _roles(desk, draft, member.language))


async def _roles(desk: Desk, draft: Draft, language: str) -> Drawn:
    rows = [[_tick(draft, "role", role.value, desk.catalog.say(role_said(role), language))] for role in Role]
    rows.append([card.back(desk, draft, language, "audience")])
    return Drawn(text=await card.text_of(desk, draft, language), rows=rows)


def _tick(draft: Draft, kind: str, value: str, label: str) -> InlineKeyboardButton:
    ticked = value in map(str, getattr(draft.content.audience, _FIELDS[kind]))
    return button(marked(chosen=ticked, what=label), PICK, draft.id, kind, value, int(not ticked), 1)


async def units(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Units to tick; what is written now searches."""
    await _list(desk, press, member, draft, Asked.UNITS)


async def nodes(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Risk nodes to tick; what is written now searches."""
    await _list(desk, press, member, draft, Asked.NODES)


async def _list(desk: Desk, press: Press, member: Member, draft: Draft, asked: Asked) -> None:
    change = drafts.setting(asked=asked, search="", card=press.message.message_id)
    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await listed(desk, draft, member))


async def listed(desk: Desk, draft: Draft, member: Member, page: int = 1) -> Drawn:
    """A page of the units or nodes that the draft asks for, those that the search has found."""
    found = await _found(desk, draft, _FACES[draft.asked], page)
    language = member.language
    kind = found.kind
    chosen = getattr(draft.content.audience, _FIELDS[kind])
    rows = [
        [
            button(
                marked(chosen=one.name in chosen, what=one.name),
                PICK,
                *(draft.id, kind, one.id, int(one.name not in chosen), found.page),
            )
        ]
        for one in found.choices
    ]
    turns = [
        button(label, LIST, draft.id, kind, number)
        for label, number in (("«", found.page - 1), (f"{found.page}/{found.pages}", found.page), ("»", found.page + 1))
        if 1 <= number <= found.pages and found.pages > 1
    ]
    rows += [turns] if turns else []
    if draft.search:
        rows.append([labelled(desk, phrase("Show all again"), language, VIEW, draft.id, f"{kind}s")])
    rows.append([card.back(desk, draft, language, "audience")])
    return Drawn(text=await _list_text(desk, draft, found, language), rows=rows)


async def _found(desk: Desk, draft: Draft, kind: str, page: int) -> _Listed:
    where = {"offset": (page - 1) * _PAGE, "limit": _PAGE}
    async with desk.db.reading() as conn:
        if kind == "node":
            choices, total = await reaches.nodes_named(conn, draft.search, **where)
        else:
            scope = await reach(conn, draft.person_id, Act.BROADCAST)
            choices, total = await reaches.units_within(conn, scope, draft.search, **where)
    return _Listed(kind=kind, choices=choices, total=total, page=page)


async def _list_text(desk: Desk, draft: Draft, found: _Listed, language: str) -> str:
    above = await card.text_of(desk, draft, language)
    if not draft.search:
        return above
    said = desk.renderer.render("broadcast_search", language, search=draft.search, total=found.total)
    return f"{above}\n\n{said}"


async def turn_page(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """Another page of a list."""
    match wish.words[1:]:
        case [("unit" | "node") as kind, word] if page := _page(word):
            asked = Asked.UNITS if kind == "unit" else Asked.NODES
            await cards.turn(desk, press, await listed(desk, replace(draft, asked=asked), member, page))
        case _:
            raise Forged


async def pick(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """Something was ticked, or is not to be any more."""
    match wish.words[1:]:
        case [kind, value, ("0" | "1") as on, word] if page := _page(word):
            one = await _value(desk, draft, kind, value)
        case _:
            raise Forged

    def change(present: Draft) -> Draft:
        chosen = _picked(present.content.audience, kind, one, on=on == "1")
        return replace(present.with_content(audience=chosen), card=press.message.message_id)

    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    await cards.turn(desk, press, await _face(desk, draft, member, kind, page))


def _page(word: str) -> int:
    """The number of a page; one beyond every list is the last that could be."""
    return min(number_of(word), _LAST_PAGE)


async def _face(desk: Desk, draft: Draft, member: Member, kind: str, page: int) -> Drawn:
    """The face on which something was ticked."""
    match kind:
        case "unit" | "node":
            asked = Asked.UNITS if kind == "unit" else Asked.NODES
            return await listed(desk, replace(draft, asked=asked), member, page)
        case "level":
            return await _levels(desk, draft, member.language)
        case "role":
            return await _roles(desk, draft, member.language)
    return await _menu(desk, draft, member.language)


def _picked(chosen: Chosen, kind: str, one: str | int, *, on: bool) -> Chosen:
    """The audience with that ticked; an expression, and everyone, give way to what is ticked."""
    if kind in {"everyone", "nobody"}:
        return replace(NOBODY, everyone=kind == "everyone" and on)
    narrowed = replace(chosen, expression="", everyone=False)
    if kind == "risk":
        return replace(narrowed, risk=on)
    field = _FIELDS[kind]
    others = tuple(other for other in getattr(narrowed, field) if other != one)
    changes: dict[str, Any] = {field: (*others, one) if on else others}
    return replace(narrowed, **changes)


async def _value(desk: Desk, draft: Draft, kind: str, value: str) -> str | int:
    """What a button names, checked: it comes from outside."""
    if kind in {"everyone", "nobody", "risk"}:
        return value
    if kind == "role" and value in set(Role):
        return value
    if kind == "level" and value in map(str, range(HIGHEST_LEVEL, LOWEST_LEVEL + 1)):
        return int(value)
    if kind in {"unit", "node"}:
        async with desk.db.reading() as conn:
            scope = await reach(conn, draft.person_id, Act.BROADCAST)
            if (name := await reaches.name_of(conn, kind, number_of(value), scope)) is not None:
                return name
    raise Forged
