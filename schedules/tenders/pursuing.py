"""Pursuing one matter that is held: what has changed of it and what is due is told, and noted together with that.

Each step of that stands by itself: that the matter ends, goes on, or is another unit's (``standing.py``), what nobody
has heard yet (``waiting.py``), other dates (``moving.py``), reminders that end (``calming.py``), what is due
(``prompting.py``), and who has come to answer for a step since it was told (``newcomers.py``).
"""

from collections.abc import Mapping, Sequence

from messages.store import matter_prompts, matter_sweeps, matters
from messages.store.matter_sweeps import Settled
from messages.tenders.records import OVER
from messages.tenders.views import KnownPrompt
from schedules.tenders import standing, steps
from schedules.tenders.audiences import Audiences
from schedules.tenders.calming import end_reminders
from schedules.tenders.following import no_more
from schedules.tenders.held import Held
from schedules.tenders.known import Known
from schedules.tenders.moving import tell_moved
from schedules.tenders.newcomers import is_at_work, tell_newcomers
from schedules.tenders.prompting import tell_due
from schedules.tenders.reckoning import reckon_all
from schedules.tenders.steps import Place, Step
from schedules.tenders.waiting import withdraw_unheard
from schedules.tenders.writing import reckoned_of


async def pursue(held: Held, followed: int, *, newcomers: bool = False) -> bool:
    """First what has changed, then what is due; ``followed`` is the version of the matter that was followed last.

    Who came to answer for a step is looked for in working time, where something has changed, or at any rate
    (``newcomers``). Gives whether that is to be done once more.
    """
    again = False
    prompts = await _prompts(held)
    if held.matter.state in OVER:
        await standing.end(held, prompts)
    else:
        await standing.resume(held, prompts)
        if held.matter.unit_id is None:
            await held.settle([one.id for one in prompts if held.is_due(one)], Settled.UNPLACED)
        else:
            known = await _known(held, prompts)
            told = await _follow(known)
            changed = held.matter.version != followed
            if (newcomers or changed) and is_at_work(held.tools, held.now):
                again = await tell_newcomers(known, told)
    if held.matter.version != followed:
        await matter_sweeps.followed(held.conn, held.matter.id, held.matter.version)
    return again


async def _prompts(held: Held) -> Sequence[KnownPrompt]:
    return (await matter_prompts.of(held.conn, [held.matter.id])).get(held.matter.id, [])


async def _known(held: Held, prompts: Sequence[KnownPrompt]) -> Known:
    """The matter by its present steps; what holds no more and nobody has heard is planned anew before."""
    of_matter = (await steps.of(held.conn, held.tools, [held.matter])).get(held.matter.id, {})
    anew = await _plan_anew(held, of_matter, prompts)
    if await withdraw_unheard(held, of_matter, prompts) or anew:
        kept = await matters.hold_one(held.conn, held.matter.id)
        if kept is not None:
            await reckon_all(held.conn, held.tools, [reckoned_of(kept.id, kept)], held.now)
        prompts = await _prompts(held)
    whom = Audiences(held.conn, held.matter, {step.rule.node for step in of_matter.values()})
    return Known(held=held, steps=of_matter, prompts=prompts, whom=whom)


async def _plan_anew(held: Held, of_matter: Mapping[Place, Step], prompts: Sequence[KnownPrompt]) -> bool:
    """Whether the present unit's posts are to be told by the present rules what was not told them yet."""
    waited = [one.id for one in prompts if one.outcome == Settled.UNPLACED]
    await matter_sweeps.rule_out(held.conn, waited, Settled.WITHDRAWN)
    left = await standing.leave(held, prompts)
    counted = [place for place, step in of_matter.items() if not no_more(step)]
    return bool(waited) | left | await standing.change_kind(held, prompts, counted)


async def _follow(known: Known) -> frozenset[Place]:
    moved = await tell_moved(known)
    await end_reminders(known)
    return moved.places | await tell_due(known, moved)
