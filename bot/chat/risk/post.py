"""The own post in the register, as its holder sees it: what stands, what is open, and what can be done."""

from collections.abc import Sequence
from typing import Any, Final

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import button, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.risk.holding import posts_of
from bot.chat.risk.kinds import BEGIN, DUTY, FACE, POINT, VIEW
from bot.chat.risk.words import called, outdated
from bot.chat.words import COMMA, beginning_of, said_few
from messages.organisation.records import HeldPost
from messages.register.campaigns import OwnTask, task_state_said
from messages.register.drafts import EMPTY, RISKS, RiskDraft
from messages.register.own import Mine, OwnPoint
from messages.register.records import LEVEL_MARKS, Progress, ReviewState, RiskLevel, level_said
from messages.register.reviews import Review, review_state_said
from messages.store.accounts import Member
from messages.text.lengths import cut
from messages.text.phrase import Phrase, phrase

_NODES_NAMED: Final = 8
_RETURNED_NAMED: Final = 3
_TASKS_NAMED: Final = 5
_REVIEWS_NAMED: Final = 5
_TITLE_SHOWN: Final = 80
_PERSON_SHOWN: Final = 20
_WHY_SHOWN: Final = 100
_FAULT_SHOWN: Final = 600
"""What the card shows of each: it always fits into one message."""
_NOBODY: Final = phrase("nobody yet, one more person has to be named for it")
_NOBODYS: Final = phrase("You hold no post at present. Risk points are written by who holds one.")
_WHICH: Final = phrase("📋 Which of your posts is it about?")


async def begin(desk: Desk, _command: Command, member: Member) -> None:
    """``/risk``."""
    await cards.send(desk, member.chat_id, await front(desk, member))


async def front(desk: Desk, member: Member, post_id: int = 0) -> Drawn:
    """The post of this id, or the only one; of several it is asked which."""
    posts = await posts_of(desk, member)
    if post_id:
        return await drawn(desk, member, post_id)
    if not posts:
        return cards.plain(desk, _NOBODYS, member.language)
    if len(posts) == 1:
        return await drawn(desk, member, posts[0].post_id)
    return cards.plain(desk, _WHICH, member.language, *choices(posts, "post"))


def choices(posts: Sequence[HeldPost], what: str, *more: int) -> Rows:
    """A button for each of the own posts."""
    return [[button(f"{post.unit} · {post.title}", FACE, what, post.post_id, *more)] for post in posts]


async def drawn(desk: Desk, member: Member, post_id: int, *, line: Phrase | None = None, fault: str = "") -> Drawn:
    """The post's card: how it stands, with ``line``, what was done, or what was not taken."""
    mine = await desk.register.mine(post_id, member.person_id, desk.clock.now())
    tasks = [one for one in await desk.campaigns.tasks_of(member.person_id, desk.clock.now()) if one.post_id == post_id]
    language = member.language
    text = desk.renderer.render(
        "risk_post",
        language,
        line=desk.catalog.say(line, language) if line else "",
        post=called(mine),
        nodes=desk.catalog.say(COMMA, language).join(shortened(name) for name in mine.nodes[:_NODES_NAMED]),
        more_nodes=max(0, len(mine.nodes) - _NODES_NAMED),
        duties=len(mine.duties),
        levels=_levels(desk, mine, language),
        standing=sum(1 for one in mine.points if one.point.standing is not None),
        drafts=mine.drafts,
        returned=_returned(mine),
        to_correct=mine.to_correct,
        refused=[_refused(one) for one in mine.refused[:_REVIEWS_NAMED]],
        contradicts=mine.contradicts,
        reviews=[await _review(desk, one, language) for one in mine.reviews[:_REVIEWS_NAMED]],
        more_reviews=max(0, len(mine.reviews) - _REVIEWS_NAMED),
        tasks=[said_task(desk, one, language) for one in tasks[:_TASKS_NAMED]],
        more_tasks=max(0, len(tasks) - _TASKS_NAMED),
        outdated=sum(1 for one in mine.points if outdated(desk, one)),
        fault=cut(fault, _FAULT_SHOWN),
    )
    return Drawn(text=text, rows=await _rows(desk, member, mine))


def _levels(desk: Desk, mine: Mine, language: str) -> list[dict[str, Any]]:
    stand = [one.point.content.level for one in mine.points if one.point.standing is not None]
    return [
        {"mark": LEVEL_MARKS[level], "name": desk.catalog.say(level_said(level), language), "count": stand.count(level)}
        for level in RiskLevel
        if level in stand
    ]


def _returned(mine: Mine) -> list[dict[str, str]]:
    """What came back, and why."""
    back = [one for one in mine.points if one.point.progress is Progress.RETURNED]
    return [
        {"name": shortened(one.latest.name), "why": cut(one.point.why or "", _WHY_SHOWN)}
        for one in back[:_RETURNED_NAMED]
    ]


def _refused(review: Review) -> dict[str, str]:
    """That nothing is to be added was not accepted: why, and for which campaign."""
    return {"why": cut(review.why or "", _WHY_SHOWN), "campaign": shortened(review.campaign or "")}


async def _review(desk: Desk, review: Review, language: str) -> dict[str, Any]:
    """What waits for a decision: of how many points, with whom, since when, for which campaign."""
    asked = [shortened(one.name, _PERSON_SHOWN) for one in await desk.register.asked(review)]
    return {
        "points": review.points,
        "complete": review.complete,
        "state": desk.catalog.say(review_state_said(review.state), language),
        "asked": said_few(desk, asked, language) or desk.catalog.say(_NOBODY, language),
        "since": review.handed_at,
        "campaign": shortened(review.campaign or ""),
    }


def said_task(desk: Desk, task: OwnTask, language: str) -> dict[str, Any]:
    """A task as the cards show it."""
    return {
        "title": shortened(task.title, _TITLE_SHOWN),
        "due": task.due.on,
        "provisional": task.due.provisional,
        "overdue": task.overdue,
        "state": desk.catalog.say(task_state_said(task.state), language),
        "beginning": shortened(beginning_of(task.text), _WHY_SHOWN),
    }


async def _rows(desk: Desk, member: Member, mine: Mine) -> Rows:
    """What can be done."""
    language, post_id = member.language, mine.post_id
    own = await RISKS.current(desk.db, member.person_id)
    going = own is not None and own.post_id == post_id and own.content != EMPTY
    rows: Rows = [_resume(desk, own, language)] if own is not None and going else []
    rows.append([labelled(desk, phrase("➕ Add a risk point"), language, BEGIN, "new", post_id)])
    if mine.drafts:
        rows.append([_leads(desk, mine, phrase("📨 Submit ({count})", count=mine.drafts), language, "send")])
    elif mine.to_correct:
        rows.append([_to_correct(desk, mine, language)])
    if mine.points:
        listed = phrase("📋 All points ({count})", count=len(mine.points))
        rows.append([_leads(desk, mine, listed, language, "points", 1)])
    rows.append(
        [
            _leads(desk, mine, phrase("📄 Templates"), language, "templates", "own", 1),
            labelled(desk, phrase("👤 Duties"), language, DUTY, "list", post_id),
        ]
    )
    asked = not mine.reviews or any(one.to_submit for one in mine.tasks)
    if asked and not mine.drafts and not mine.to_correct:
        rows.append([_leads(desk, mine, phrase("✔ Nothing to add"), language, "nothing")])
    rows += [
        _withdraw(desk, mine, one, language) for one in mine.reviews[:_REVIEWS_NAMED] if one.state is ReviewState.UNIT
    ]
    if len(await posts_of(desk, member)) > 1:
        rows.append([labelled(desk, phrase("« My posts"), language, FACE, "all", 0)])
    return rows


def _to_correct(desk: Desk, mine: Mine, language: str) -> Any:  # noqa: ANN401 -- a button
    """Leads to what came back: to the point, or to the list, where such stand first."""
    back_again = open_points(mine, Progress.RETURNED)
    what = phrase("↩️ Correct what came back ({count})", count=len(back_again))
    if len(back_again) > 1:
        return _leads(desk, mine, what, language, "points", 1)
    (one,) = back_again
    return labelled(desk, what, language, POINT, "show", one.point.id, one.point.version, mine.post_id)


def _leads(desk: Desk, mine: Mine, what: Phrase, language: str, *words: str | int) -> Any:  # noqa: ANN401 -- a button
    act, *more = words
    return labelled(desk, what, language, FACE, act, mine.post_id, *more)


def _resume(desk: Desk, draft: RiskDraft, language: str) -> list[Any]:
    name = draft.content.name or draft.content.node or draft.content.category
    what = phrase("✏️ Go on with: {name}", name=shortened(name))
    return [labelled(desk, what, language, VIEW, draft.id, "go", draft.step)]


def _withdraw(desk: Desk, mine: Mine, review: Review, language: str) -> list[Any]:
    what = phrase("↩️ Take back what waits")
    if review.campaign:
        what = phrase("↩️ Take back: {campaign}", campaign=shortened(review.campaign))
    return [_leads(desk, mine, what, language, "withdraw", review.id, review.version)]


async def show(
    desk: Desk, press: Press, member: Member, post_id: int, line: Phrase | None = None, fault: str = ""
) -> None:
    """The post's card where the pressed one stands."""
    await cards.turn(desk, press, await drawn(desk, member, post_id, line=line, fault=fault))


def back(desk: Desk, post_id: int, language: str) -> list[Any]:
    """The row that leads to the post's card."""
    return [labelled(desk, phrase("« My post"), language, FACE, "post", post_id)]


def open_points(mine: Mine, progress: Progress) -> list[OwnPoint]:
    """The points whose latest version has come so far."""
    return [one for one in mine.points if one.point.progress is progress]
