"""Choosing an audience: everyone, units, risk nodes and posts with search and pages, levels, roles, or an expression.

Each button says what is to be, ticked or not, so that a press that comes twice changes nothing twice. The card shows
at every step how many people that is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Generic

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button
from bot.chat.cards import Drawn, Rows, labelled, marked
from bot.chat.desk import Desk
from bot.chat.drafting import D, Text
from bot.chat.listing import LONGEST_SEARCH, found, page_of, ticks, value_of
from messages import audience
from messages.audience import term_of
from messages.audience_words import EVERYONE, risk_said
from messages.chosen import NOBODY, Chosen
from messages.drafting import Asked, Drafts, setting
from messages.organisation.records import HIGHEST_LEVEL, LOWEST_LEVEL, Role, role_said
from messages.register.records import RiskLevel
from messages.rights import Act, reach
from messages.scopes import Scope
from messages.store import audience as audiences
from messages.store import choosing
from messages.store.accounts import Member
from messages.store.reach import unit_names
from messages.text.phrase import Phrase, phrase

HINTS: Final = {
    Asked.UNITS: phrase("Write a part of a name to search for it."),
    Asked.NODES: phrase("Write a part of a name to search for it."),
    Asked.POSTS: phrase("Write a part of a unit's, a post's or a person's name to search for it."),
    Asked.EXPRESSION: phrase("Please write the expression now."),
}
"""What a card says that waits for words about its audience."""
_KINDS: Final = {Asked.UNITS: "unit", Asked.NODES: "node", Asked.POSTS: "post"}
_LISTS: Final = {kind: asked for asked, kind in _KINDS.items()}
_FIELDS: Final = {
    "unit": "units",
    "node": "nodes",
    "post": "posts",
    "role": "roles",
    "level": "levels",
    "risk": "risks",
}


@dataclass(frozen=True, kw_only=True)
class Audience(Generic[D]):
    """How the drafts of one desk choose whom they mean, of whom the person's right to do ``act`` reaches.

    ``view``, ``pick`` and ``list`` are the kinds of its buttons, ``text`` is what its card says, and ``feet`` are the
    rows that lead on from the menu. ``everyone`` are all whom the right reaches.
    """

    drafts: Drafts[D]
    act: Act
    view: str
    pick: str
    list: str
    text: Text[D]
    feet: Callable[[Desk, D, str], Rows]
    everyone: Phrase = EVERYONE

    @property
    def views(self) -> Mapping[str, Callable[[Desk, Press, Member, D], Awaitable[None]]]:
        """Its faces, by the words of the buttons that lead to them."""
        return {
            "audience": self.menu,
            "units": self.units,
            "nodes": self.nodes,
            "posts": self.posts,
            "levels": self.levels,
            "roles": self.roles,
            "risks": self.risks,
            "expression": self.expression,
        }

    async def menu(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """The ways to choose."""
        change: Callable[[D], D] = setting(asked=Asked.CONTENT, search="")
        draft = await self.drafts.change(desk.db, draft.id, change, desk.clock.now())
        await cards.turn(desk, press, await self.menu_of(desk, draft, member.language))

    async def menu_of(self, desk: Desk, draft: D, language: str, *, fault: str = "") -> Drawn:
        """The face with the ways to choose."""
        chosen: Chosen = draft.content.audience
        say = partial(desk.catalog.say, language=language)

        def leads(what: Phrase, to: str) -> InlineKeyboardButton:
            return labelled(desk, what, language, self.view, draft.id, to)

        def ticks_all(what: Phrase, kind: str, *, ticked: bool) -> InlineKeyboardButton:
            return button(marked(chosen=ticked, what=say(what)), self.pick, draft.id, kind, 1, int(not ticked), 1)

        rows = [
            [ticks_all(self.everyone, "everyone", ticked=chosen.everyone)],
            [leads(phrase("Units …"), "units"), leads(phrase("Levels …"), "levels")],
            [leads(phrase("Roles …"), "roles"), leads(phrase("Risk nodes …"), "nodes")],
            [leads(phrase("Posts …"), "posts"), leads(phrase("Risk levels …"), "risks")],
            [leads(phrase("As an expression …"), "expression")],
        ]
        if chosen:
            rows[-1].append(button(say(phrase("Clear")), self.pick, draft.id, "nobody", 1, 1, 1))
        text = await self.text(desk, draft, language, fault=fault)
        return Drawn(text=text, rows=[*rows, *self.feet(desk, draft, language)])

    async def levels(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Levels to tick."""
        await cards.turn(desk, press, await self._levels(desk, draft, member.language))

    async def _levels(self, desk: Desk, draft: D, language: str) -> Drawn:
        say = desk.catalog.say
        rows = [
            [self._tick(draft, "level", str(level), say(phrase("level {level}", level=level), language))]
            for level in range(HIGHEST_LEVEL, LOWEST_LEVEL + 1)
        ]
        return await self._face(desk, draft, language, rows)

    async def roles(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Roles to tick."""
        await cards.turn(desk, press, await self._roles(desk, draft, member.language))

    async def _roles(self, desk: Desk, draft: D, language: str) -> Drawn:
        rows = [[self._tick(draft, "role", role.value, desk.catalog.say(role_said(role), language))] for role in Role]
        return await self._face(desk, draft, language, rows)

    async def risks(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Levels of risk to tick."""
        await cards.turn(desk, press, await self._risks(desk, draft, member.language))

    async def _risks(self, desk: Desk, draft: D, language: str) -> Drawn:
        rows = [[self._tick(draft, "risk", one.value, desk.catalog.say(risk_said(one), language))] for one in RiskLevel]
        return await self._face(desk, draft, language, rows)

    async def _face(self, desk: Desk, draft: D, language: str, rows: Rows, *, more: str = "", fault: str = "") -> Drawn:
        """A face of the card from which one goes back to the menu."""
        text = await self.text(desk, draft, language, fault=fault)
        back = labelled(desk, phrase("« Go back"), language, self.view, draft.id, "audience")
        return Drawn(text=f"{text}\n\n{more}" if more else text, rows=[*rows, [back]])

    def _tick(self, draft: D, kind: str, value: str, label: str) -> InlineKeyboardButton:
        ticked = value in map(str, getattr(draft.content.audience, _FIELDS[kind]))
        return button(marked(chosen=ticked, what=label), self.pick, draft.id, kind, value, int(not ticked), 1)

    async def units(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Units to tick; what is written now searches."""
        await self._list(desk, press, member, draft, Asked.UNITS)

    async def nodes(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Risk nodes to tick; what is written now searches."""
        await self._list(desk, press, member, draft, Asked.NODES)

    async def posts(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Posts to tick; what is written now searches."""
        await self._list(desk, press, member, draft, Asked.POSTS)

    async def _list(self, desk: Desk, press: Press, member: Member, draft: D, asked: Asked) -> None:
        change: Callable[[D], D] = setting(asked=asked, search="", card=press.message.message_id)
        draft = await self.drafts.change(desk.db, draft.id, change, desk.clock.now())
        await cards.turn(desk, press, await self.listed(desk, draft, member))

    async def listed(self, desk: Desk, draft: D, member: Member, page: int = 1, *, fault: str = "") -> Drawn:
        """A page of the units, nodes or posts that the draft asks for, those that the search has found."""
        language, kind = member.language, _KINDS[draft.asked]
        chosen = getattr(draft.content.audience, _FIELDS[kind])
        scope = await self._scope(desk, draft)
        shown = await found(desk, kind, scope, draft.search, page, chosen=chosen, language=language)
        rows = ticks(shown, (self.pick, draft.id, kind), (self.list, draft.id, kind))
        if not draft.search:
            return await self._face(desk, draft, language, rows, fault=fault)
        rows.append([labelled(desk, phrase("Show all again"), language, self.view, draft.id, f"{kind}s")])
        said = desk.renderer.render("search", language, search=draft.search, total=shown.total)
        return await self._face(desk, draft, language, rows, more=said, fault=fault)

    async def _scope(self, desk: Desk, draft: D) -> Scope:
        async with desk.db.reading() as conn:
            return await reach(conn, draft.person_id, self.act)

    async def turn_page(self, desk: Desk, press: Press, member: Member, draft: D, wish: Wish) -> None:
        """Another page of a list."""
        match wish.words[1:]:
            case [kind, word] if kind in _LISTS:
                there = replace(draft, asked=_LISTS[kind])
                await cards.turn(desk, press, await self.listed(desk, there, member, page_of(word)))
            case _:
                raise Forged

    async def tick(self, desk: Desk, press: Press, member: Member, draft: D, wish: Wish) -> None:
        """Something was ticked, or is not to be any more."""
        match wish.words[1:]:
            case [kind, value, ("0" | "1") as on, word]:
                page, one = page_of(word), await self._value(desk, draft, kind, value)
            case _:
                raise Forged

        def change(present: D) -> D:
            chosen = _picked(present.content.audience, kind, one, on=on == "1")
            return replace(present.with_content(audience=chosen), card=press.message.message_id)

        draft = await self.drafts.change(desk.db, draft.id, change, desk.clock.now())
        await cards.turn(desk, press, await self._ticked(desk, draft, member, kind, page))

    async def _ticked(self, desk: Desk, draft: D, member: Member, kind: str, page: int) -> Drawn:
        """The face on which something was ticked."""
        if kind in _LISTS:
            return await self.listed(desk, replace(draft, asked=_LISTS[kind]), member, page)
        faces = {"level": self._levels, "role": self._roles, "risk": self._risks}
        return await faces.get(kind, self.menu_of)(desk, draft, member.language)

    async def _value(self, desk: Desk, draft: D, kind: str, value: str) -> str | int:
        """What a button names, checked: it comes from outside."""
        if kind in {"everyone", "nobody"}:
            return value
        if (kind == "role" and value in set(Role)) or (kind == "risk" and value in set(RiskLevel)):
            return value
        if kind == "level" and value in map(str, range(HIGHEST_LEVEL, LOWEST_LEVEL + 1)):
            return int(value)
        if kind in _LISTS:
            return await value_of(desk, kind, value, await self._scope(desk, draft))
        raise Forged

    # What is written

    async def expression(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """The next words are an expression."""
        change: Callable[[D], D] = setting(asked=Asked.EXPRESSION, card=press.message.message_id)
        draft = await self.drafts.change(desk.db, draft.id, change, desk.clock.now())
        await cards.turn(desk, press, await self.face(desk, draft, member))

    async def face(self, desk: Desk, draft: D, member: Member, *, fault: str = "") -> Drawn:
        """The card as it waits for words about the audience: a list to search in, an expression, or none (the menu)."""
        language = member.language
        if draft.asked in _KINDS:
            return await self.listed(desk, draft, member, fault=fault)
        if draft.asked is Asked.EXPRESSION:
            terms = await self._terms(desk, draft, language)
            return await self._face(desk, draft, language, [], more=terms, fault=fault)
        return await self.menu_of(desk, draft, language, fault=fault)

    async def _terms(self, desk: Desk, draft: D, language: str) -> str:
        """How an expression is written, by examples that there are in this office."""
        scope = await self._scope(desk, draft)
        async with desk.db.reading() as conn:
            units, _ = await choosing.units_within(conn, scope, "", offset=0, limit=1)
            nodes, _ = await choosing.nodes_named(conn, "", offset=0, limit=1)
        unit = term_of("unit", units[0].name if units else "NAME")
        node = term_of("node", nodes[0].name) if nodes else ""
        return desk.renderer.render("audience_terms", language, unit=unit, node=node)

    async def take(self, desk: Desk, words: str, message_id: int, draft: D) -> Callable[[D], D] | None:
        """What words make of a draft that asks for some about its audience; None of one that does not."""
        if draft.asked in _KINDS:
            return lambda present: replace(present.taking(message_id), search=words[:LONGEST_SEARCH])
        if draft.asked is not Asked.EXPRESSION:
            return None
        audience.parse(words)
        async with desk.db.reading() as conn:
            await audiences.check(conn, words)
        chosen = Chosen(expression=words)
        return lambda present: replace(present.taking(message_id, audience=chosen), asked=Asked.CONTENT)


async def written(desk: Desk, chosen: Chosen, person_id: int, act: Act) -> str:
    """The audience that a person has chosen, within the units that the person's right to do ``act`` reaches."""
    async with desk.db.reading() as conn:
        return chosen.written(await unit_names(conn, await reach(conn, person_id, act)))


def _picked(chosen: Chosen, kind: str, one: str | int, *, on: bool) -> Chosen:
    """The audience with that ticked; an expression, and everyone, give way to what is ticked."""
    if kind in {"everyone", "nobody"}:
        return replace(NOBODY, everyone=kind == "everyone" and on)
    narrowed = replace(chosen, expression="", everyone=False)
    field = _FIELDS[kind]
    others = tuple(other for other in getattr(narrowed, field) if other != one)
    changes: dict[str, Any] = {field: (*others, one) if on else others}
    return replace(narrowed, **changes)
