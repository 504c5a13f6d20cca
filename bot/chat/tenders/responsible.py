"""Which posts are responsible for a step of a matter, or for all of them: found by unit, title or name."""

from collections.abc import Callable, Mapping
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import Listed, found, page_of, turns, value_of
from bot.chat.tenders.kinds import POSTS
from bot.chat.tenders.matter import NOT_YOURS, OnMatter, attempt, back, stop_asking, whole_of
from bot.chat.tenders.words import said_step
from messages import reasons
from messages.errors import NotEntitled, Refused
from messages.pages import part_of
from messages.reasons import About
from messages.rights import Act, reach
from messages.scopes import Scope
from messages.searches import MATTERS, words_of
from messages.store.accounts import Member
from messages.tenders.milestones import MILESTONES, PLANS, Milestone
from messages.tenders.views import Whole
from messages.text.phrase import phrase

FIND: Final = "matter_posts"
"""What is written then is looked for, and no reason."""
_EVERY: Final = "every"
_STEPS: Final = 8
_TITLE: Final = 120
_MOST: Final = 20
_NONE: Final = phrase("A part of a unit's, a post's or a person's name is accepted.")


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about the posts of a matter."""
    match wish.words:
        case ["steps", number, word]:
            doing = _list_steps(page_of(word))
        case ["posts", number, step, search, word] if _is_step(step):
            doing = _list_posts(step, number_of(search), page_of(word))
        case ["tick", number, step, post, ("0" | "1") as on, search, word] if _is_step(step):
            doing = _tick(step, post, number_of(search), page_of(word), on=on == "1")
        case _:
            raise Forged
    await attempt(desk, press, member, number_of(number), doing)


def _is_step(word: str) -> bool:
    return word == _EVERY or word in set(Milestone)


def _milestone(step: str) -> Milestone | None:
    return None if step == _EVERY else Milestone(step)


def _name(desk: Desk, step: str, language: str) -> str:
    every = phrase("All steps")
    milestone = _milestone(step)
    return said_step(desk, milestone, language) if milestone else desk.catalog.say(every, language)


def _codes(whole: Whole, step: str) -> list[str]:
    return [one.code for one in whole.posts if one.milestone is _milestone(step)]


def _entering(whole: Whole) -> None:
    if not whole.may_enter:
        raise NotEntitled(NOT_YOURS)


def _list_steps(number: int) -> OnMatter:
    async def list_steps(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """For which step: of those with named posts it is shown how many."""
        _entering(whole)
        await stop_asking(desk, member)
        await cards.turn(desk, press, _steps(desk, member, whole, number))

    return list_steps


def _steps(desk: Desk, member: Member, whole: Whole, number: int) -> Drawn:
    language, matter = member.language, whole.matter
    named = {one.milestone for one in whole.posts if one.milestone}
    steps = (one for one in MILESTONES[matter.kind] if one not in PLANS)
    others = sorted(steps, key=lambda one: one not in named)
    page = part_of([_EVERY, *(one.value for one in others)], number, _STEPS)

    def leads(step: str) -> list[InlineKeyboardButton]:
        count = len(_codes(whole, step))
        label = _name(desk, step, language)
        return [button(f"{label} · {count}" if count else label, POSTS, "posts", matter.id, step, 0, 1)]

    asked = phrase(
        "👤 For which step of “{title}” are the posts named? Where none is named, they are found by the risk node.",
        title=shortened(matter.title, _TITLE),
    )
    rows: Rows = [leads(step) for step in page.rows]
    rows += turns(page.number, page.pages, (POSTS, "steps", matter.id))
    return cards.plain(desk, asked, language, *rows, back(desk, matter.id, language))


def _list_posts(step: str, search: int, number: int) -> OnMatter:
    async def list_posts(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """A page of posts to tick; the next words search."""
        _entering(whole)
        about = About(desk=FIND, act=step, id=whole.matter.id, card=press.message.message_id)
        await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
        await cards.turn(desk, press, await _posts(desk, member, whole, step, search, number))

    return list_posts


async def _scope(desk: Desk, member: Member, whole: Whole, search: int) -> Scope:
    """First the buyer's unit; who searches, does so as far as the right to enter reaches."""
    async with desk.db.reading() as conn:
        scope = await reach(conn, member.person_id, Act.ENTER_MATTERS)
    path = whole.matter.unit_path
    return Scope(paths=(path,)) if path and not search and scope.covers(path) else scope


async def _posts(desk: Desk, member: Member, whole: Whole, step: str, search: int, number: int) -> Drawn:
    language, matter = member.language, whole.matter
    words = await MATTERS.words(desk.db, member.person_id, search) if search else ""
    scope, chosen = await _scope(desk, member, whole, search), _codes(whole, step)
    shown: Listed = await found(desk, "post", scope, words, number, chosen=chosen, language=language)
    text = desk.renderer.render(
        "tender_posts",
        language,
        name=_name(desk, step, language),
        title=shortened(matter.title, _TITLE),
        posts=[_said(one.title, one.holder) for one in whole.posts if one.milestone is _milestone(step)][:_MOST],
        search=words,
        total=shown.total,
    )
    pick, turn = (POSTS, "tick", matter.id, step), (POSTS, "posts", matter.id, step, search)
    rows = _ticks(shown, pick, search) + turns(shown.page, shown.pages, turn)
    if search:
        rows.append([labelled(desk, phrase("Show all again"), language, POSTS, "posts", matter.id, step, 0, 1)])
    rows.append([labelled(desk, phrase("« Another step"), language, POSTS, "steps", matter.id, 1)])
    return Drawn(text=text, rows=rows)


def _ticks(shown: Listed, pick: tuple[str | int, ...], search: int) -> Rows:
    """Each press says what is to be, and keeps what was looked for."""
    return [
        [
            button(
                cards.marked(chosen=one.chosen, what=one.label),
                *map(str, pick),
                one.id,
                int(not one.chosen),
                search,
                shown.page,
            )
        ]
        for one in shown.lines
    ]


def _said(title: str, holder: str | None) -> str:
    return f"{title} · {holder}" if holder else title


def _tick(step: str, post: str, search: int, number: int, *, on: bool) -> OnMatter:
    async def tick(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """A post is responsible from now on, or is not any more."""
        code = await value_of(desk, "post", post, await _scope(desk, member, whole, 1))
        others = [one for one in _codes(whole, step) if one != code]
        codes = [*others, code] if on else others
        await desk.tenders.name_posts(whole.matter.id, _milestone(step), codes, member.person_id, desk.clock.now())
        desk.wake()
        present = await whole_of(desk, member, whole.matter.id)
        await cards.turn(desk, press, await _posts(desk, member, present, step, search, number))

    return tick


def read(words: str) -> str:
    """What is looked for. Raises ``Refused``."""
    if not words_of(words):
        raise Refused(_NONE)
    return words


async def _search(desk: Desk, member: Member, about: About, words: str, message_id: int) -> None:
    """Posts that are called so, in a list below; what is written next searches again."""
    whole = await whole_of(desk, member, about.id)
    _entering(whole)
    now = desk.clock.now()
    search = await MATTERS.begin(desk.db, member.person_id, words, now, message_id)
    card = await cards.send(desk, member.chat_id, await _posts(desk, member, whole, about.act, search, 1))
    await cards.take_away(desk, member.chat_id, about.card)
    again = About(desk=FIND, act=about.act, id=about.id, card=card)
    await reasons.ask(desk.db, member.person_id, again, now)


REASONS: Final = {FIND: _search}
READING: Final[Mapping[str, Callable[[str], str]]] = {FIND: read}
