"""What the card of a declaration asks: a face for each question, and what is taken as its answer."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.chat import stepping
from bot.chat.acts import Said
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import Writing
from messages.drafting import Change
from messages.errors import Refused
from messages.store.accounts import Member
from messages.tenders.declaration_drafts import DECLARATIONS, DeclarationDraft, DeclarationStep
from messages.tenders.declarations import Declaration, what_of, who_of
from messages.tenders.milestones import Milestone, milestone_said
from messages.text.phrase import Phrase, phrase

VIEW: Final = "dv1"
"""Buttons that show another face of the card: draft, and which one."""
ANSWER: Final = "da1"
"""The buttons that answer whether there is an interest: draft, and the answer."""
SEND: Final = "ds1"
"""The button that sends: draft, and the content that was shown."""
LIST: Final = "dl1"
"""Buttons of the list: a page of it, a matter in it, or what was begun."""
NONE: Final = "none"
SOME: Final = "some"

_QUESTIONS: Final[Mapping[DeclarationStep, Phrase]] = MappingProxyType(
    {
        DeclarationStep.INTEREST: phrase("Have you, or has a near relative, an interest in this matter?"),
        DeclarationStep.WHO: phrase("With whom? Please write the person or the firm, and how you are related."),
        DeclarationStep.WHAT: phrase("What is the interest? Please write it in one message."),
        DeclarationStep.CHECK: phrase("Please look it over, then send it."),
    }
)
_GO_ON: Final = phrase("Something is still missing: please go on.")
_LABELS: Final[Mapping[DeclarationStep, Phrase]] = MappingProxyType(
    {
        DeclarationStep.INTEREST: phrase("Interests: none or some"),
        DeclarationStep.WHO: phrase("With whom"),
        DeclarationStep.WHAT: phrase("What the interest is"),
    }
)


async def face(desk: Desk, draft: DeclarationDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    language = member.language
    text = await text_of(desk, draft, member.language, fault=fault)
    match draft.step:
        case DeclarationStep.CHECK:
            rows = _checking(desk, draft, language)
        case DeclarationStep.INTEREST:
            rows = [*_choices(desk, draft, language), *_feet(desk, draft, language)]
        case _:
            rows = _feet(desk, draft, language)
    return Drawn(text=text, rows=rows)


async def text_of(desk: Desk, draft: DeclarationDraft, language: str, *, fault: str = "") -> str:
    """What the card says."""
    content = draft.content
    missing = draft.step is DeclarationStep.CHECK and content.missing
    return desk.renderer.render(
        "declaration_draft",
        language,
        title=content.asked.title,
        step=step_said(desk, content.asked.milestone, language),
        before=await _before(desk, draft),
        content=content,
        checking=draft.step is DeclarationStep.CHECK and not missing,
        fault=fault,
        place=draft.place if content.interest else None,
        question=desk.catalog.say(_GO_ON if missing else _QUESTIONS[draft.step], language),
    )


def step_said(desk: Desk, milestone: Milestone | None, language: str) -> str:
    """A step in words; empty for none."""
    return desk.catalog.say(milestone_said(milestone), language) if milestone else ""


async def _before(desk: Desk, draft: DeclarationDraft) -> Declaration | None:
    """What the same person has declared about the matter before."""
    before = await desk.tenders.declared(draft.person_id)
    return next((one for one in before if one.matter_id == draft.content.asked.matter_id), None)


def _choices(desk: Desk, draft: DeclarationDraft, language: str) -> Rows:
    none, some = phrase("✅ None"), phrase("✍️ I have one")
    return [
        [labelled(desk, none, language, ANSWER, draft.id, NONE)],
        [labelled(desk, some, language, ANSWER, draft.id, SOME)],
    ]


def _feet(desk: Desk, draft: DeclarationDraft, language: str) -> Rows:
    if draft.content == draft.content.emptied:
        return []
    return stepping.feet(desk, draft, language, VIEW, skipped=())


def _checking(desk: Desk, draft: DeclarationDraft, language: str) -> Rows:
    """Everything together: each answer has the button that corrects it."""
    send = labelled(desk, phrase("📨 Send the declaration"), language, SEND, draft.id, draft.digest)
    rows = stepping.checking(desk, draft, language, VIEW, _LABELS.__getitem__, ends=[[send]])
    return [*rows, stepping.to_discard(desk, draft, language, VIEW)]


async def _wanted(_desk: Desk, said: Said, _member: Member, draft: DeclarationDraft) -> Change[DeclarationDraft]:
    """What was said makes this of the draft, for the question that it stands at."""
    if said.media is not None:
        raise Refused(phrase("Only words are taken here: please write it."))
    match draft.step:
        case DeclarationStep.WHO:
            return _answer(draft, said, who=who_of(said.text))
        case DeclarationStep.WHAT:
            return _answer(draft, said, what=what_of(said.text))
        case DeclarationStep.CHECK:
            raise Refused(
                phrase("Words are not taken here. The buttons send it, lead to an answer (✏️), or discard it (🗑).")
            )
        case DeclarationStep.INTEREST:
            raise Refused(phrase("This was not taken: please choose one of the buttons."))


def _answer(draft: DeclarationDraft, said: Said, **answer: str) -> Change[DeclarationDraft]:
    """The answer to the question at hand; then comes the next one."""
    step = draft.step

    def answered(present: DeclarationDraft) -> DeclarationDraft:
        return replace(present, step=step).taking(said.message_id, **answer).onward()

    return answered


WRITING: Final[Writing[DeclarationDraft]] = Writing(
    drafts=DECLARATIONS, act=None, wanted=_wanted, face=face, protect=True
)
"""How a declaration is made."""
