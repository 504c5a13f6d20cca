"""A campaign's task of the own post: what is asked, by when, how it stands, and what can be done about it."""

from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from bot.chat.risk import post
from bot.chat.risk.kinds import TASK
from messages.errors import NotFound
from messages.register.campaigns import OwnTask
from messages.store.accounts import Member
from messages.text.lengths import cut
from messages.text.phrase import phrase

_WHY_SHOWN: Final = 500


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button that leads to a task, perhaps from a notice, which stays as it is."""
    match wish.words:
        case ["open", number, _version]:
            post_id = 0
        case ["open", number, _version, word]:
            post_id = number_of(word)
        case _:
            raise Forged
    tasks = await _tasks(desk, member, number_of(number), post_id)
    await cards.attend(desk, press)
    drawn = await _drawn(desk, member, tasks[0]) if len(tasks) == 1 else _choose(desk, member, tasks)
    await cards.send(desk, member.chat_id, drawn)


async def _tasks(desk: Desk, member: Member, campaign_id: int, post_id: int) -> list[OwnTask]:
    """The tasks that this campaign has for the own posts, or for this one of them."""
    every = await desk.campaigns.tasks_of(member.person_id, desk.clock.now())
    mine = [one for one in every if one.campaign_id == campaign_id and post_id in {0, one.post_id}]
    if not mine:
        raise NotFound(phrase("Nothing is asked of your posts any more for this: it is accepted, or closed."))
    return mine


def _choose(desk: Desk, member: Member, tasks: list[OwnTask]) -> Drawn:
    rows = [[button(f"{one.unit} · {one.post}", TASK, "open", one.campaign_id, 0, one.post_id)] for one in tasks]
    return cards.plain(desk, phrase("📌 For which of your posts?"), member.language, *rows)


async def _drawn(desk: Desk, member: Member, task: OwnTask) -> Drawn:
    """What is asked in full, and beneath it the post's buttons."""
    card = await post.drawn(desk, member, task.post_id)
    mine = await desk.register.mine(task.post_id, member.person_id, desk.clock.now())
    text = desk.renderer.render(
        "risk_task",
        member.language,
        post=f"{task.unit} · {task.post}",
        text=task.text,
        submitted_at=task.submitted_at,
        why=cut(next((one.why for one in mine.refused if one.task_id == task.id), None) or "", _WHY_SHOWN),
        to_correct=mine.to_correct if task.to_submit else 0,
        **post.said_task(desk, task, member.language),
    )
    return Drawn(text=text, rows=card.rows)
