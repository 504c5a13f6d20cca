"""What is due to be told of a matter's steps: of each that which tells most, and of its limit what broke or passed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from messages.notices import Json
from messages.store import matter_sweeps
from messages.store.matter_sweeps import Settled
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders import audiences, breaching
from schedules.tenders.audiences import Audience
from schedules.tenders.deciding import MatterEvent
from schedules.tenders.following import STEPS, outcome_of, told_before
from schedules.tenders.held import Telling, is_first_day, notices_of
from schedules.tenders.known import Known
from schedules.tenders.moving import Moved
from schedules.tenders.noting import note
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Breach, each_of, prompt_above, prompt_notice


async def tell_due(known: Known, moved: Moved) -> frozenset[Place]:
    """Tell what is due and was not told with another date; where there is nobody to tell, it waits.

    Gives the steps of which something was told.
    """
    tellings: list[Telling] = []
    of_steps: dict[Place, list[KnownPrompt]] = defaultdict(list)
    for one in sorted(known.due, key=lambda prompt: prompt.id):
        step = known.steps.get(one.place)
        if one.kind in STEPS and one.place in moved.places:
            continue
        if step is None or (outcome := _outcome(known, one, step)) is not Settled.TOLD:
            tellings.append(Telling(prompts=[one], outcome=Settled.NEEDLESS if step is None else outcome))
        elif (audience := await known.audience(step)) is None:
            await known.held.wait([one.id])
        elif one.kind in STEPS:
            of_steps[one.place].append(one)
        else:
            tellings.append(await _breach(known, one, step, audience, moved.before.get(one.place, {})))
    for place, some in of_steps.items():
        tellings += await _step(known, known.steps[place], some)
    await known.held.tell(tellings)
    return frozenset(one.place for telling in tellings if telling.notices for one in telling.prompts)


def _outcome(known: Known, prompt: KnownPrompt, step: Step) -> Settled:
    if told_before(prompt, known.prompts):
        return Settled.NEEDLESS
    return outcome_of(known.held.tools, prompt, step, known.held.now)


async def _step(known: Known, step: Step, together: Sequence[KnownPrompt]) -> list[Telling]:
    """That which tells most stands for the others; beside it comes instead what people heard of the day before."""
    held, audience = known.held, await known.audience(step)
    if audience is None:
        return []
    prompt = max(together, key=lambda one: STEPS.index(one.kind))
    plain = await is_first_day(held.conn, step, prompt.kind)
    notice = prompt_notice(held.tools, step, prompt.kind, prompt.turn, prompt.id, audience, held.now, plain=plain)
    told = each_of(notice, audience.expressions)
    if above := await known.whom.instead(audience):
        untold = await audiences.untold(held.conn, audience)
        besides = prompt_above(notice, step, prompt.kind, prompt.turn, above, untold)
        told += each_of(besides, above.expressions)
    if prompt.kind is PromptKind.DAY:
        told_of_it = [one for one in known.prompts if one.place == prompt.place and one.kind is PromptKind.MOVED]
        await held.call_off(told_of_it, but=_told_elsewhere(known, prompt.place))
    return [Telling(prompts=together, notices=told)]


async def _breach(
    known: Known, prompt: KnownPrompt, step: Step, audience: Audience, was: Mapping[str, Json]
) -> Telling:
    """To who answers for the step, and to who looks after the unit; nobody is told by both."""
    held, kind = known.held, prompt.kind
    about: dict[str, Json] = {"rule": step.rule.name, "part": step.limit.part, **step.tells}
    await note(held.conn, held.matter, MatterEvent(kind.value), None, held.now, **about)
    breach = Breach(step=step, kind=kind, turn=prompt.turn, was=was, late=await _is_late(known, prompt, step))
    told = await breaching.notices_of(held.conn, held.tools, breach, prompt.id, audience, held.now)
    return Telling(prompts=[prompt], notices=told)


async def _is_late(known: Known, prompt: KnownPrompt, step: Step) -> bool:
    """Whether it is done after somebody heard that its last day has passed."""
    if prompt.kind is not PromptKind.BROKEN or step.limit.at is None or step.limit.at > known.held.now:
        return False
    passed = [one for one in known.prompts if one.place == prompt.place and one.kind is PromptKind.OVERDUE]
    return bool(await matter_sweeps.arrived(known.held.conn, notices_of(passed)))


def _told_elsewhere(known: Known, place: Place) -> list[KnownPrompt]:
    return [one for one in known.prompts if one.place != place and one.outcome == Settled.TOLD]
