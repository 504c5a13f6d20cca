"""The policy's tables of the risk register: what is offered, campaigns, and legal bases."""

import re
from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from messages.register.bases import CODE
from messages.register.records import LONGEST_SHORT
from messages.text.phrase import phrase
from schedules.policy.faults import NotAccepted
from schedules.policy.table import SendTime, Table, Workdays


class Risks(Table):
    """What is offered to who writes a risk point down: categories, and so many points of other posts.

    One post has at most ``longest_post`` points.
    """

    categories: tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_SHORT)], ...]
    suggestions: int = Field(ge=0, le=20)
    longest_post: int = Field(ge=1, le=5000)


class Campaigns(Table):
    """Within how many working days a task is acknowledged, and on which before its last day it is called to mind."""

    acknowledge_within: Workdays
    remind_before: tuple[Annotated[int, Field(ge=0, le=60)], ...]
    overdue_time: SendTime


class BasisTerms(Table):
    """A law or rule in one version, as ``messages.register.bases.Basis``."""

    title: str = Field(min_length=1, max_length=100)
    version: str = Field(min_length=1, max_length=40)
    articles: int = Field(ge=1, le=9999)
    effective_from: date
    effective_to: date | None = None
    superseded_by: str | None = None
    names: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "BasisTerms":
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise NotAccepted(phrase("the last day is not before the first one"))
        return self


def successive(terms: dict[str, BasisTerms]) -> dict[str, BasisTerms]:
    """The bases, each under a code that can be cited, with a successor that is one of them and came later."""
    for code, basis in terms.items():
        if not re.fullmatch(CODE, code):
            raise NotAccepted(
                phrase("{code}: capital letters and digits are accepted as a code, such as ZWCF2020", code=code)
            )
        if basis.superseded_by is not None:
            successor = terms.get(basis.superseded_by)
            if successor is None or successor.effective_from <= basis.effective_from:
                raise NotAccepted(
                    phrase("{code}: the code of a later one of these is accepted as its successor", code=code)
                )
    return terms
