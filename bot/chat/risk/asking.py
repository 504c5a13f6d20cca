"""What the card of a risk point asks: a face for each question, and what is taken from what is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import stepping
from bot.chat.acts import Said
from bot.chat.buttons import button
from bot.chat.cards import Drawn, Rows, labelled, marked
from bot.chat.desk import Desk
from bot.chat.drafting import Writing
from bot.chat.listing import LONGEST_SEARCH, found, turns
from bot.chat.risk.card import feet, text_of
from bot.chat.risk.holding import came_to, mine_of
from bot.chat.risk.kinds import DUTIES, KEEP, NODES, SET, VIEW
from bot.chat.risk.words import LABELS, key_of, said_level, seen_of
from messages.drafting import Change
from messages.errors import Refused, refused
from messages.pages import part_of
from messages.register.bases import Basis, Cited, articles_accepted, cited_said
from messages.register.checking import MOST_BASES, faults_of, tidied
from messages.register.citing import article_numbers
from messages.register.drafts import RISKS, RiskContent, RiskDraft, Step
from messages.register.own import Mine, OwnPoint
from messages.register.records import Content, Progress, RiskLevel
from messages.register.templates import Suggestion
from messages.scopes import EVERYWHERE
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

_OWN_SHOWN: Final = 12
_SUGGESTED: Final = 8
_DUTIES: Final = 10


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question at hand: the draft, its post, and in which language it is asked."""

    desk: Desk
    draft: RiskDraft
    mine: Mine
    language: str

    def leads(self, what: Phrase, *to: str) -> InlineKeyboardButton:
        """A button that shows another face."""
        return labelled(self.desk, what, self.language, VIEW, self.draft.id, *to)

    def choice(self, label: str, step: Step, value: str, *, chosen: bool = False) -> list[InlineKeyboardButton]:
        """A button that answers a question."""
        return [button(marked(chosen=True, what=label) if chosen else label, SET, self.draft.id, step, value)]

    def text(self, fault: str = "", **shown: Any) -> str:  # noqa: ANN401 -- what a face shows besides
        """What the card says."""
        return text_of(self.desk, self.draft, self.mine, self.language, fault=fault, **shown)

    @property
    def others(self) -> list[OwnPoint]:
        """The drafts that would be submitted with this point."""
        points = self.mine.points
        return [one for one in points if one.point.progress is Progress.DRAFT and one.point.id != self.draft.point_id]


async def face(desk: Desk, draft: RiskDraft, member: Member, *, fault: str = "") -> Drawn:
    """The card at the question that its draft stands at; with what was wrong."""
    asked = Asked(desk=desk, draft=draft, mine=await mine_of(desk, member, draft), language=member.language)
    if draft.step is Step.CHECK:
        return _check(asked, fault)
    if draft.step is Step.NODE and draft.search:
        return await nodes(asked, 1, fault)
    some = await suggested(desk, draft) if draft.step is Step.NAME else ()
    rows = _BUTTONS.get(draft.step, _none)(asked)
    rows += [
        asked.choice(f"{place} · {one.content.name}", Step.NAME, key_of_suggestion(one))
        for place, one in enumerate(some, 1)
    ]
    return Drawn(text=asked.text(fault, suggestions=some), rows=[*rows, *feet(desk, draft, member.language)])


async def suggested(desk: Desk, draft: RiskDraft) -> tuple[Suggestion, ...]:
    """What may be taken over at a draft's node and category, as long as nothing would be lost by that."""
    content = draft.content
    if draft.point_id is not None or content.description or content.controls or not (content.node or content.category):
        return ()
    about = {"node": content.node, "category": content.category}
    some = await desk.register.suggestions(draft.post_id, draft.person_id, **about, now=desk.clock.now())
    return some[:_SUGGESTED]


def key_of_suggestion(one: Suggestion) -> str:
    """Names a suggestion on its button."""
    return key_of(f"{one.template_id} {one.content.as_json()}")


# The buttons of each question


def _none(_asked: Asked) -> Rows:
    return []


def _own_nodes(asked: Asked) -> Rows:
    chosen = asked.draft.content.node
    names = list(dict.fromkeys([*([chosen] if chosen else []), *asked.mine.nodes]))[:_OWN_SHOWN]
    rows = [asked.choice(name, Step.NODE, key_of(name), chosen=name == chosen) for name in names]
    every = labelled(asked.desk, phrase("🔎 All risk nodes"), asked.language, NODES, asked.draft.id, 1)
    return [*rows, [every]]


async def nodes(asked: Asked, page: int, fault: str = "") -> Drawn:
    """A page of the risk nodes that the search has found; what is not there can be new."""
    desk, draft, search = asked.desk, asked.draft, asked.draft.search
    shown = await found(desk, "node", EVERYWHERE, search, page, chosen=[draft.content.node], language=asked.language)
    rows = [
        [button(marked(chosen=True, what=one.label) if one.chosen else one.label, SET, draft.id, "found", one.id)]
        for one in shown.lines
    ]
    rows += turns(shown.page, shown.pages, (NODES, draft.id))
    text = asked.text(fault)
    if search:
        said = desk.renderer.render("search", asked.language, search=search, total=shown.total)
        text = f"{text}\n\n{said}"
        if search not in {one.label for one in shown.lines}:
            new = phrase("➕ A new node: “{name}”", name=search)
            rows.append([labelled(desk, new, asked.language, SET, draft.id, "new", key_of(search))])
        rows.append([asked.leads(phrase("Show all again"), "go", Step.NODE)])
    return Drawn(text=text, rows=[*rows, *feet(desk, draft, asked.language)])


def _categories(asked: Asked) -> Rows:
    chosen, offered = asked.draft.content.category, asked.desk.policy.risks.categories
    return [asked.choice(one, Step.CATEGORY, key_of(one), chosen=one == chosen) for one in offered]


def _levels(asked: Asked) -> Rows:
    chosen = asked.draft.content.level
    return [
        asked.choice(said_level(asked.desk, one, asked.language), Step.LEVEL, one, chosen=one is chosen)
        for one in RiskLevel
    ]


def _duties(asked: Asked, number: int = 1) -> Rows:
    chosen, page = asked.draft.content.duty, part_of(asked.mine.duties, number, _DUTIES)
    rows = [asked.choice(one.text, Step.DUTY, str(one.id), chosen=one.text == chosen) for one in page.rows]
    return [*rows, *turns(page.number, page.pages, (DUTIES, asked.draft.id))]


async def duties(asked: Asked, number: int) -> Drawn:
    """A page of the post's duties."""
    rows = [*_duties(asked, number), *feet(asked.desk, asked.draft, asked.language)]
    return Drawn(text=asked.text(), rows=rows)


def laws(desk: Desk) -> list[Basis]:
    """The laws that a new point may rest on: those in force; one that is mainly superseded stands last."""
    bases, today = desk.policy.legal_bases, desk.today
    outdated = bases.superseded(today)
    return sorted((one for one in bases.all.values() if one.in_force(today)), key=lambda one: one.code in outdated)


def _laws(asked: Asked) -> Rows:
    desk, draft = asked.desk, asked.draft
    if draft.law is not None:
        return [
            asked.choice(desk.catalog.say(phrase("The whole of it"), asked.language), Step.BASES, f"{draft.law}.0"),
        ]
    bases = desk.policy.legal_bases

    def named(cited: Cited) -> str:
        return desk.catalog.say(cited_said(cited, bases), asked.language)

    chosen = [
        [button(f"✖️ {named(one)}", VIEW, draft.id, "unbase", f"{one.law}.{one.article}")] for one in draft.content.bases
    ]
    offered = [asked.choice(named(Cited(law=one.code)), Step.BASES, one.code) for one in laws(desk)]
    return [*chosen, *offered]


_BUTTONS: Final[Mapping[Step, Callable[[Asked], Rows]]] = MappingProxyType(
    {
        Step.NODE: _own_nodes,
        Step.CATEGORY: _categories,
        Step.LEVEL: _levels,
        Step.DUTY: _duties,
        Step.BASES: _laws,
    }
)


def _check(asked: Asked, fault: str) -> Drawn:
    """Everything together: each answer has the button that corrects it."""
    desk, draft, language, others = asked.desk, asked.draft, asked.language, asked.others
    text = asked.text(fault, others=[] if draft.content.missing else others)
    ends = [
        [labelled(desk, what, language, KEEP, draft.id, act, draft.digest, seen_of(others))]
        for what, act in ((phrase("📨 Submit now"), "send"), (phrase("💾 Keep as a draft"), "keep"))
    ]
    rows = stepping.checking(desk, draft, language, VIEW, LABELS.__getitem__, ends=ends)
    return Drawn(text=text, rows=[*rows, stepping.to_discard(desk, draft, language, VIEW)])


# What is written


async def _wanted(desk: Desk, said: Said, member: Member, draft: RiskDraft) -> Change[RiskDraft]:
    """What was said makes this of the draft, for the question that it stands at."""
    await mine_of(desk, member, draft)
    if said.media is not None:
        raise Refused(phrase("This was not taken: a risk point has no files. Please write it."))
    words = said.text.replace("\0", "").strip()
    if draft.step is Step.NODE:
        search = " ".join(words.split())[:LONGEST_SEARCH]
        return lambda present: replace(present.at(Step.NODE).taking(said.message_id), search=search)
    if draft.step is Step.BASES:
        return _articles(desk, draft, said, words)
    if draft.step in _WRITTEN:
        return _answer(desk, draft, said, words)
    if draft.step is Step.CHECK:
        raise Refused(phrase("This was not taken: please press first what you would like to change."))
    raise Refused(phrase("This was not taken: please choose one of the buttons."))


_WRITTEN: Final = (Step.CATEGORY, Step.NAME, Step.DESCRIPTION, Step.CONTROLS, Step.INDICATORS, Step.DUTY)
"""Questions whose answer may be written."""
_LINES: Final = (Step.DESCRIPTION, Step.CONTROLS, Step.INDICATORS)
"""Answers that may have several lines."""


def _answer(desk: Desk, draft: RiskDraft, said: Said, words: str) -> Change[RiskDraft]:
    """The answer to the question at hand, checked; then comes the next one."""
    step = draft.step
    written = words if step in _LINES else " ".join(words.split())
    answered: dict[str, Any] = {step.value: written}
    refuse_wrong(desk, replace(draft.content, **answered), step)
    return lambda present: replace(present, step=step).taking(said.message_id, **answered).onward()


def refuse_wrong(desk: Desk, content: RiskContent, step: Step) -> None:
    """Refuse an answer that could never be kept, as soon as it is given."""
    if not content.answered(step):
        raise refused(phrase("a text that is not empty is accepted"), column=step.value)
    point = Content(**{**vars(content), "level": content.level or RiskLevel.LOW})
    faults = [one for one in faults_of(tidied(point), desk.policy.legal_bases) if one.column == step.value]
    if faults:
        raise Refused(phrase("The input was refused."), faults)


def _articles(desk: Desk, draft: RiskDraft, said: Said, words: str) -> Change[RiskDraft]:
    """Articles of the law that was chosen, by their numbers."""
    if draft.law is None or (law := desk.policy.legal_bases.all.get(draft.law)) is None:
        raise Refused(phrase("This was not taken: please choose one of the buttons."))
    numbers = article_numbers(words)
    if not numbers or not all(1 <= one <= law.articles for one in numbers):
        raise refused(articles_accepted(law), column="bases")
    cited = [Cited(law=law.code, article=number) for number in numbers]
    return lambda present: citing(present.taking(said.message_id), *cited)


def citing(draft: RiskDraft, *cited: Cited) -> RiskDraft:
    """The draft with these cited too: others may follow. Raises ``Refused`` for too many."""
    bases = tuple(dict.fromkeys([*draft.content.bases, *cited]))
    if len(bases) > MOST_BASES:
        raise refused(phrase("At most {most} articles are accepted.", most=MOST_BASES), column="bases")
    return draft.at(Step.BASES).with_content(bases=bases)


WRITING: Final[Writing[RiskDraft]] = Writing(drafts=RISKS, act=None, wanted=_wanted, face=face, came_to=came_to)
"""How a risk point is written."""
