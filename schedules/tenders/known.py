"""What is known of a matter that is held: its steps, what people were told of them, and who answers for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders.audiences import Audience, Audiences
from schedules.tenders.held import Held
from schedules.tenders.steps import Place, Step


@dataclass(frozen=True, kw_only=True)
class Known:
    """A matter that runs and has a unit, as a pass finds it; what the pass tells is not among the ``prompts``."""

    held: Held
    steps: Mapping[Place, Step]
    prompts: Sequence[KnownPrompt]
    whom: Audiences

    @property
    def due(self) -> list[KnownPrompt]:
        """What is to be told by now; that a date is another one is found by itself."""
        return [one for one in self.prompts if self.held.is_due(one) and one.kind is not PromptKind.MOVED]

    async def audience(self, step: Step) -> Audience | None:
        """Who is told of a step; None where nobody is there to be told."""
        return await self.whom.of(step.limit.milestone, step.rule.node)
