"""Nobody is reminded of what holds no more, of what is done, or of what was told again since."""

from messages.store.matter_sweeps import Settled
from messages.tenders.views import KnownPrompt
from schedules.tenders.following import done, no_longer, told_of
from schedules.tenders.known import Known


async def end_reminders(known: Known) -> None:
    """Revoke what holds no more, and call off what needs no reminder; what tells others, too, goes on for these."""
    held, told = known.held, [one for some in told_of(known.prompts).values() for one in some]
    gone = [one for one in told if no_longer(one, known.steps.get(one.place))]
    ended = [one for one in told if one not in gone and _ended(known, one)]
    stay = [one for one in known.prompts if one.outcome == Settled.TOLD and one not in gone and one not in ended]
    await held.revoke(gone, but=stay)
    await held.call_off(ended, but=stay)


def _ended(known: Known, prompt: KnownPrompt) -> bool:
    step = known.steps.get(prompt.place)
    return step is not None and done(known.held.tools, prompt, step, known.prompts, known.held.now)
