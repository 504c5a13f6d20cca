"""Who came to answer for a step when others had been told of it hears of it too, once, while it is open.

They are found by state, in working time: whoever holds a post that answers for the step now, and was sent nothing that
told it. So it does not matter whether a post was named, taken over or was vacant before, nor when.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from messages.notices import NewNotice
from messages.store import matter_newcomers
from messages.store.database import Connection
from messages.store.matter_answering import Holder
from messages.store.matter_sweeps import Settled
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders.audiences import Audience, any_of
from schedules.tenders.following import BREACHES, needless, no_more, outcome_of, told_of
from schedules.tenders.held import Telling, notices_of
from schedules.tenders.keys import hashed, key_of
from schedules.tenders.known import Known
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Breach, breach_notice, prompt_notice
from schedules.tools import Tools


class Lookout:
    """Which matters are to be looked at for newcomers: found at first, on each working day, and after posts were taken.

    Those that were not looked at yet are kept from pass to pass; a process that begins finds them again.
    """

    def __init__(self) -> None:
        """Nobody was looked for yet."""
        self._seen: tuple[int, date] | None = None
        self._left: dict[int, None] = {}

    async def found(self, conn: Connection, tools: Tools, now: datetime) -> Sequence[int]:
        """The matters to look at now; out of working time none."""
        if not is_at_work(tools, now):
            return ()
        seen = await matter_newcomers.newest(conn), tools.today(now)
        if seen != self._seen:
            self._left |= dict.fromkeys(await matter_newcomers.found(conn, now))
            self._seen = seen
        return tuple(self._left)

    def wants(self, matter_id: int) -> bool:
        """Whether a matter is one of them."""
        return matter_id in self._left

    def looked(self, matter_id: int, *, again: bool) -> None:
        """A matter was looked at; ``again``: it is not known yet to whom something goes that was told of it."""
        self._left.pop(matter_id, None)
        if again:
            self._left[matter_id] = None


def is_at_work(tools: Tools, now: datetime) -> bool:
    """Whether it is working time, in which people may be told what could wait."""
    local = now.astimezone(tools.zone)
    begins, ends = tools.policy.tenders.prompt_time, tools.policy.working_hours.end
    return tools.calendars.latest.is_workday(local.date()) and begins <= local.time() < ends


async def tell_newcomers(known: Known, told: Collection[Place]) -> bool:
    """Tell who has not heard of an open step; what was ``told`` a moment ago reaches them anyway.

    Gives whether to look again, as it is not known yet who hears of a step by what was told of it before.
    """
    places = {place: some for place, some in told_of(known.prompts).items() if place not in told}
    still = {place: one for place, some in places.items() if (one := _open(known, place, some)) is not None}
    ids = notices_of(one for place in still for one in places[place])
    if not ids:
        return False
    waiting = await matter_newcomers.unplanned(known.held.conn, ids, known.held.now)
    heard = await matter_newcomers.heard(known.held.conn, ids)
    again = False
    tellings: list[Telling] = []
    for place, prompt in still.items():
        told_by, audience = notices_of(places[place]), await known.audience(known.steps[place])
        people = {person_id for one in told_by for person_id in heard.get(one, ())}
        new = [one for one in (audience.holders if audience else ()) if one.person_id not in people]
        again |= bool(new) and not waiting.isdisjoint(told_by)
        if audience and new and waiting.isdisjoint(told_by):
            tellings.append(Telling(prompts=[prompt], notices=_notices(known, prompt, audience, new)))
    await known.held.tell_besides(tellings)
    return again


def _open(known: Known, place: Place, told: Sequence[KnownPrompt]) -> KnownPrompt | None:
    """That by which a step was told last, if it is of use still: a breach that holds, or what is to be done."""
    step, held = known.steps.get(place), known.held
    if step is None or no_more(step) or (step.limit.at is not None and step.limit.at <= held.now):
        return None
    breaches = [one for one in told if one.kind in BREACHES and not needless(one.kind, step, held.now)]
    last = [*(one for one in told if one.kind not in BREACHES), *breaches][-1:]
    return next((one for one in last if outcome_of(held.tools, one, step, held.now) is Settled.TOLD), None)


def _notices(known: Known, prompt: KnownPrompt, audience: Audience, new: Sequence[Holder]) -> list[NewNotice]:
    step, tools, now = known.steps[prompt.place], known.held.tools, known.held.now
    if (whom := any_of(one.post_code for one in new)) is None:
        return []
    if prompt.kind in BREACHES:
        breach = Breach(step=step, kind=prompt.kind, turn=prompt.turn)
        notice = breach_notice(tools, breach, prompt.id, audience, now)
    else:
        notice = prompt_notice(tools, step, _kind(prompt, step), prompt.turn, prompt.id, audience, now)
    who = hashed(" ".join(str(one.assignment_id) for one in new))
    key = key_of(
        step.matter.ref, step.rule.name, prompt.kind, part=step.limit.part, turn=prompt.turn, to=f"taken-{who}"
    )
    return [replace(notice, key=key, audience=whom)]


def _kind(prompt: KnownPrompt, step: Step) -> PromptKind:
    """The step is theirs now; on its day that is what they hear."""
    today = prompt.kind is PromptKind.DAY and prompt.tells.get("at") == step.tells["at"]
    return PromptKind.DAY if today else PromptKind.CURRENT
