"""The risk desk's words: its questions, what an answer is called, and how points, levels and days are said."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from bot.chat.buttons import Forged, shortened
from bot.chat.desk import Desk
from messages.drafting import digest_of
from messages.errors import CHANGED, Outdated
from messages.register.bases import Cited, cited_said, superseded_said
from messages.register.drafts import Step
from messages.register.own import Mine, OwnPoint
from messages.register.records import LEVEL_MARKS, Progress, RiskLevel, level_said
from messages.text.phrase import Phrase, phrase

T = TypeVar("T")

QUESTIONS: Final[Mapping[Step, Phrase]] = MappingProxyType(
    {
        Step.NODE: phrase("At which risk node? Choose it, or write a part of its name to search."),
        Step.CATEGORY: phrase("Which category? Choose it, or write it."),
        Step.NAME: phrase("What is the risk called? Please write it: one line."),
        Step.DESCRIPTION: phrase("How does it show? Please describe it, without any case."),
        Step.LEVEL: phrase("How grave is it?"),
        Step.CONTROLS: phrase("What prevents it? Please write the controls."),
        Step.INDICATORS: phrase("By which signs is it noticed early? Please write the indicators, or skip this."),
        Step.DUTY: phrase("To which duty of the post does it belong? Choose it, or write it."),
        Step.BASES: phrase("Which law or rule does it rest on? Several can be chosen."),
        Step.CHECK: phrase("Please look it over, then submit it or keep it."),
    }
)
"""What the card asks at each step."""

LABELS: Final[Mapping[Step, Phrase]] = MappingProxyType(
    {
        Step.NODE: phrase("Risk node"),
        Step.CATEGORY: phrase("Category"),
        Step.NAME: phrase("Name"),
        Step.DESCRIPTION: phrase("Description"),
        Step.LEVEL: phrase("Risk level"),
        Step.CONTROLS: phrase("Controls"),
        Step.INDICATORS: phrase("Indicators"),
        Step.DUTY: phrase("Duty"),
        Step.BASES: phrase("Legal basis"),
    }
)
"""What an answer is called on the button that corrects it, and where it is missing."""

_MARKS: Final[Mapping[Progress, str]] = MappingProxyType(
    {Progress.DRAFT: "✏️", Progress.RETURNED: "↩️", Progress.SUBMITTED: "⏳"}
)
_ORDER: Final = (Progress.RETURNED, Progress.DRAFT, Progress.SUBMITTED, Progress.ACCEPTED, Progress.DROPPED)


def said_level(desk: Desk, level: RiskLevel, language: str) -> str:
    """A level with its mark."""
    return f"{LEVEL_MARKS[level]} {desk.catalog.say(level_said(level), language)}"


def said_bases(desk: Desk, cited: Iterable[Cited], language: str) -> list[dict[str, Any]]:
    """What is cited, each with what is to be said of a law that is out of date, or nothing."""
    bases, outdated = desk.policy.legal_bases, desk.policy.legal_bases.superseded(desk.today)
    return [
        {
            "said": desk.catalog.say(cited_said(one, bases), language),
            "flag": desk.catalog.say(superseded_said(outdated[one.law]), language) if one.law in outdated else "",
        }
        for one in cited
    ]


def outdated(desk: Desk, one: OwnPoint) -> bool:
    """Whether what stands of a point cites a law that is out of date."""
    laws = desk.policy.legal_bases.superseded(desk.today)
    return one.point.standing is not None and any(cited.law in laws for cited in one.point.content.bases)


def mark_of(one: OwnPoint) -> str:
    """What stands before a point: that it is open or submitted, else its level."""
    return _MARKS.get(one.point.progress) or LEVEL_MARKS[one.point.content.level]


def in_order(points: Iterable[OwnPoint]) -> list[OwnPoint]:
    """What is open first, then what is submitted, then what stands, the gravest first."""
    levels = [*RiskLevel]
    return sorted(
        points,
        key=lambda one: (_ORDER.index(one.point.progress), levels.index(one.latest.level), one.point.id),
    )


def called(mine: Mine, most: int = 80) -> str:
    """A post by its unit and title."""
    return shortened(f"{mine.unit} · {mine.post}", most)


def key_of(value: str) -> str:
    """What a button carries that stands for a text, which it has no room for."""
    return digest_of({"text": value})


def chosen_by(key: str, among: Iterable[str]) -> str:
    """The text that a button stands for. Raises ``Outdated`` where it is not among them any more."""
    return meant(key, {key_of(one): one for one in among})


def meant(key: str, among: Mapping[str, T]) -> T:
    """What a button stands for; the same."""
    if not key.isalnum():
        raise Forged
    if key not in among:
        raise Outdated(CHANGED)
    return among[key]


def seen_of(points: Sequence[OwnPoint]) -> str:
    """Names what would be submitted: these points as they are, so that nothing unseen goes with them."""
    return digest_of({"points": [[one.point.id, one.point.version, one.latest.as_json()] for one in points]})
