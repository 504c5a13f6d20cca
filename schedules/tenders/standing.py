"""What people hear of a matter itself: that it came to its end, that it goes on, that it is another unit's now."""

from collections.abc import Sequence

from messages.store.matter_sweeps import Settled
from messages.tenders.records import MatterState, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders.announcing import placed_notice, resumed_notice, stopped_notice
from schedules.tenders.held import Held, notices_of
from schedules.tenders.steps import Place

_LEFT = frozenset({PromptKind.STOPPED, PromptKind.PLACED})
"""Who was told this has nothing more to do with the matter."""


async def end(held: Held, prompts: Sequence[KnownPrompt]) -> None:
    """Nobody is prompted any more; of one that came to nothing who was prompted hears so, once."""
    await held.settle([one.id for one in prompts if one.settled_at is None], Settled.WITHDRAWN)
    told = _told(prompts)
    await held.revoke(told)
    state = held.matter.state
    if told and state is not MatterState.COMPLETE:
        tells = {"state": state.value}
        await held.announce(PromptKind.STOPPED, tells, told, stopped_notice)


def to_hear_of_end(prompts: Sequence[KnownPrompt]) -> list[int]:
    """The notices whose readers hear that a matter comes to nothing."""
    return notices_of(_told(prompts))


async def resume(held: Held, prompts: Sequence[KnownPrompt]) -> None:
    """It goes on: who was told that it does not hears that; what is open of it is planned again by then."""
    stopped = [one for one in prompts if one.kind is PromptKind.STOPPED and one.outcome == Settled.TOLD]
    if stopped:
        await held.revoke(stopped)
        tells = {"state": held.matter.state.value}
        await held.announce(PromptKind.RESUMED, tells, stopped, resumed_notice)


async def leave(held: Held, prompts: Sequence[KnownPrompt]) -> bool:
    """It is another unit's now: who was told of it for the one before hears that; gives whether there is anybody."""
    elsewhere = [one for one in _told(prompts) if one.unit_id not in {None, held.matter.unit_id}]
    if elsewhere:
        await held.revoke(elsewhere)
        tells = {"unit": held.matter.unit}
        await held.announce(PromptKind.PLACED, tells, elsewhere, placed_notice)
    return bool(elsewhere)


async def change_kind(held: Held, prompts: Sequence[KnownPrompt], places: Sequence[Place]) -> bool:
    """What was told by the rules of another kind is called off; gives whether there is any.

    Of what has no step among these ``places`` any more people hear otherwise.
    """
    otherwise = [
        one
        for one in _told(prompts)
        if one.matter_kind not in {None, held.matter.kind} and one.rule and (one.rule, one.part) in places
    ]
    await held.revoke(otherwise)
    return bool(otherwise)


def _told(prompts: Sequence[KnownPrompt]) -> list[KnownPrompt]:
    return [one for one in prompts if one.outcome == Settled.TOLD and one.kind not in _LEFT]
