"""What the policy's tables are made of."""

from datetime import time
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from messages.text.phrase import phrase
from schedules.policy.faults import NotAccepted

_SHARP_MINUTES: Final = (0, 30)


def _not_sharp(at: time) -> time:
    # At the full and the half hour every other service sends too.
    if at.minute in _SHARP_MINUTES:
        raise NotAccepted(phrase("a time that is not at :00 or :30 is accepted, such as 09:10"))
    return at


SendTime = Annotated[time, AfterValidator(_not_sharp)]
Workdays = Annotated[int, Field(ge=0, le=60)]


class Table(BaseModel):
    """A table of the file: frozen, and refusing what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
