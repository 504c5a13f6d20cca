"""What was told of a matter and has reached nobody yet, as at night, while it tells what does not hold any more."""

from collections.abc import Iterable, Mapping, Sequence

from messages.store import matter_sweeps
from messages.store.matter_sweeps import Settled
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders.following import BREACHES, holds, no_more
from schedules.tenders.held import Held, notices_of
from schedules.tenders.steps import Place, Step


async def withdraw_unheard(held: Held, of_matter: Mapping[Place, Step], prompts: Sequence[KnownPrompt]) -> bool:
    """Call off what waits unsent and tells other dates than hold; gives whether there is any, to be planned anew.

    So nobody hears a date in the morning that was changed back in the evening. What such a message told of other steps
    is planned anew, too; of these people are reminded still by one that they have heard.
    """
    told = [one for one in prompts if one.outcome == Settled.TOLD]
    false = [one for one in told if not _holds(held, of_matter, one)]
    told_by = notices_of(false)
    heard = await matter_sweeps.arrived(held.conn, told_by)
    off = set(told_by) - heard
    true = heard.intersection(notices_of(one for one in told if one not in false))
    await matter_sweeps.call_off(held.conn, sorted(set(told_by) - true), held.now)
    unheard = [one for one in prompts if (one in false or one.notices) and off.issuperset(one.notices)]
    await held.revoke(unheard)
    still = [
        one for change in unheard if change.kind is PromptKind.MOVED for one in _known_still(change, told, prompts)
    ]
    came = await matter_sweeps.arrived(held.conn, notices_of(still))
    await matter_sweeps.rule_out(held.conn, [one.id for one in still if came.intersection(one.notices)], Settled.TOLD)
    return bool(unheard)


def _known_still(
    moved: KnownPrompt, told: Sequence[KnownPrompt], prompts: Sequence[KnownPrompt]
) -> Iterable[KnownPrompt]:
    """The breaches that a change which nobody has heard said to hold no more: people know them still, if they did."""
    mine = [one for one in prompts if one.place == moved.place and one.id < moved.id]
    since = max((one.id for one in mine if one.kind is PromptKind.MOVED and one in told), default=0)
    return (one for one in mine if one.kind in BREACHES and one.outcome == Settled.REVOKED and one.id > since)


def _holds(held: Held, of_matter: Mapping[Place, Step], prompt: KnownPrompt) -> bool:
    """Whether no date that was told has become another, or none; what tells of no step tells of no date."""
    if not prompt.rule:
        return True
    step = of_matter.get((prompt.rule, prompt.part))
    if step is None or no_more(step):
        return not any(prompt.tells.values())
    return holds(held.tools, step, prompt.tells)
