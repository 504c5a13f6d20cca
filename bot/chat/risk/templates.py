"""Template points that the office has published: those of the own nodes and categories, or all; adopted at a press."""

from collections.abc import Collection
from typing import Any, Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, button, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.risk import points, post
from bot.chat.risk.kinds import FACE
from bot.chat.risk.words import called, said_level
from messages.register.own import Mine
from messages.register.templates import Template
from messages.store.accounts import Member
from messages.text.lengths import cut
from messages.text.phrase import phrase

_SHOWN: Final = 200


async def listed(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """A page of them."""
    match rest:
        case [("own" | "all") as which, word]:
            number = page_of(word)
        case _:
            raise Forged
    mine = await desk.register.mine(post_id, member.person_id, desk.clock.now())
    await cards.turn(desk, press, await _drawn(desk, member, mine, which, number))


async def _drawn(desk: Desk, member: Member, mine: Mine, which: str, number: int) -> Drawn:
    language = member.language
    now = desk.clock.now()
    page = await (
        desk.register.templates_of(mine.post_id, member.person_id, number, now)
        if which == "own"
        else desk.register.templates("", number)
    )
    had = {name for one in mine.points for name in (one.latest.name, one.point.content.name)}
    text = desk.renderer.render(
        "risk_templates",
        language,
        post=called(mine),
        own=which == "own",
        templates=[_line(desk, one, language, had) for one in page.templates],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )
    rows: Rows = [
        [button(f"✔ {place} · {one.content.name}", FACE, "adopt", mine.post_id, one.id)]
        for place, one in enumerate(page.templates, 1)
        if one.content.name not in had
    ]
    rows += turns(page.number, page.pages, (FACE, "templates", mine.post_id, which))
    other, what = ("all", phrase("📄 All templates")) if which == "own" else ("own", phrase("📄 Those of my nodes"))
    rows.append([labelled(desk, what, language, FACE, "templates", mine.post_id, other, 1)])
    return Drawn(text=text, rows=[*rows, post.back(desk, mine.post_id, language)])


def _line(desk: Desk, one: Template, language: str, had: Collection[str]) -> dict[str, Any]:
    content = one.content
    return {
        "had": content.name in had,
        "name": shortened(content.name),
        "level": said_level(desk, content.level, language),
        "node": shortened(content.node),
        "category": shortened(content.category),
        "description": cut(content.description, _SHOWN),
    }


async def adopt(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """It is a draft of the own post."""
    if len(rest) != 1:
        raise Forged
    point = await desk.register.adopt(number_of(rest[0]), post_id, member.person_id, desk.clock.now())
    line = phrase("✔ Taken over: it is a draft now. Please fit it to your post, then submit it.")
    await cards.turn(desk, press, await points.of_point(desk, member, post_id, point.id, line=line))
