"""Looking at a warning in order to answer it or to decide: everything about it, for its holder and those who may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages import visibility
from messages.errors import NotFound
from messages.pages import place_of
from messages.rights import Act, reach, record_refused, refuse
from messages.store import answers, rises, warning_matters
from messages.store import warnings as stored
from messages.store.answers import Answer
from messages.store.database import Connection
from messages.store.rises import Rise
from messages.store.visibility import posts_ever
from messages.store.warning_matters import Reach
from messages.store.warnings import Happened, Wording
from messages.text.phrase import phrase
from messages.visibility import What
from messages.warnings.matters import Matter, MatterKind
from messages.warnings.records import WarningRecord
from messages.warnings.views import NO_WARNING
from schedules.warnings import cards
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import (
    Rules,
    found,
    hiding,
    may_decide,
    may_judge,
    open_rise,
    released,
    unchanged,
    version_of,
    waiting_answer,
)
from schedules.warnings.steps import dates_of


@dataclass(frozen=True, kw_only=True)
class Case:
    """A warning with what its item says, its answers (the newest first), its history and what waits to be decided."""

    warning: WarningRecord
    wording: Wording
    answers: tuple[Answer, ...]
    history: tuple[Happened, ...]
    matters: tuple[Laid, ...]


MATTERS_A_PAGE: Final = 6


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A page of what waits for a person's decision: ``number`` of ``pages``, both from 1; ``total`` on all of them."""

    matters: tuple[Laid, ...]
    number: int
    pages: int
    total: int


async def look(rules: Rules, warning_id: int, person_id: int, now: datetime) -> Case:
    """All about a warning; that somebody else than its holder looked is recorded.

    Raises ``NotFound``, also for who may not see it, and ``NotEntitled`` for who neither holds the post nor decides
    about it; either is recorded. A post that has ended is no hindrance: its warnings wait to be decided all the same.
    """
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        own = await warning_matters.present_holder(conn, warning.post_id) == person_id
        may = await reach_of(conn, person_id)
    if not (own or may.judges.covers(warning.path) or may.red.covers(warning.path)):
        refused = await refuse(rules.db, person_id, Act.JUDGE, now, warning=warning_id)
        raise await hiding(rules, refused, warning, person_id)
    async with rules.db.writing() as conn:
        sight, posts = await visibility.sight_of(conn, person_id), await posts_ever(conn, [warning.post_id])
        await visibility.record_once(conn, sight, posts, What.WARNINGS, now, warning=warning_id)
    async with rules.db.reading() as conn:
        return Case(
            warning=warning,
            wording=await stored.wording(conn, warning.item_id),
            answers=tuple(await answers.of_warning(conn, warning_id)),
            history=tuple(await stored.history(conn, warning_id)),
            matters=tuple([await laid(conn, matter) for matter in await warning_matters.open_of(conn, warning_id)]),
        )


async def reach_of(conn: Connection, person_id: int) -> Reach:
    """What a person may decide."""
    judges, red = [await reach(conn, person_id, act) for act in (Act.JUDGE, Act.CONFIRM_RED)]
    return Reach(person_id=person_id, judges=judges, red=red)


async def laid(conn: Connection, matter: Matter) -> Laid:
    """A matter with everything that the decision needs."""
    return await cards.laid(conn, matter, await stored.get(conn, matter.warning_id))


async def to_judge(
    rules: Rules, warning_id: int, person_id: int, now: datetime, answer_id: int | None = None
) -> WarningRecord:
    """A warning whose answer waits for this person's judgement: the one that was seen, where its id is given.

    Raises ``NotFound``, ``NotEntitled``, and ``DecidedBefore`` saying by whom and when it was judged.
    """
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        await waiting_answer(rules, conn, warning, answer_id)
    return warning


async def to_release(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """A warning that this person may release. Raises ``NotFound``, ``NotEntitled`` and ``DecidedBefore``."""
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
    if not warning.open:
        raise released(rules, warning)
    return warning


async def to_decide(rules: Rules, rise_id: int, person_id: int, now: datetime, version: int | None = None) -> Rise:
    """A proposal that waits for this person's decision, about a warning as it was seen, where its version is given.

    Raises ``NotFound``, ``NotEntitled``, ``DecidedBefore`` and ``Outdated``.
    """
    await may_decide(rules, rise_id, person_id, now)
    async with rules.db.reading() as conn:
        rise = await open_rise(rules, conn, rise_id)
        await unchanged(conn, await found(conn, rise.warning_id), version)
        return rise


async def proposal(rules: Rules, warning_id: int, person_id: int, now: datetime) -> int:
    """The proposal that waits about a warning: there is one at most. Raises ``NotFound``."""
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        sees = await visibility.sees(conn, person_id, warning.post_id)
        rise = await rises.open_of(conn, warning_id)
    if not sees:
        await record_refused(rules.db, person_id, visibility.SEE_RECORD, now, warning=warning_id)
        raise NotFound(NO_WARNING)
    if rise is None:
        raise NotFound(phrase("Nothing is proposed about the warning {id}.", id=warning_id))
    return rise.id


async def version(rules: Rules, warning_id: int) -> int:
    """How a warning stands now, as whoever decides is shown it."""
    async with rules.db.reading() as conn:
        return await version_of(conn, await found(conn, warning_id))


async def waiting(rules: Rules, person_id: int, page: int, now: datetime) -> Waiting:
    """A page of what waits for a person, the oldest first, which is a look at each holder that it names.

    Raises ``NotEntitled`` for who decides nothing.
    """
    async with rules.db.reading() as conn:
        mine = await reach_of(conn, person_id)
    if not (mine.judges or mine.red):
        raise await refuse(rules.db, person_id, Act.JUDGE, now)
    async with rules.db.writing() as conn:
        place = place_of(page, await warning_matters.count_for(conn, mine), MATTERS_A_PAGE)
        some = await warning_matters.waiting_for(conn, mine, limit=place.size, offset=place.skipped)
        rows = tuple([await laid(conn, matter) for matter in some])
        posts = await posts_ever(conn, {one.warning.post_id for one in rows})
        await visibility.record_once(conn, await visibility.sight_of(conn, person_id), posts, What.LIST, now)
    return Waiting(matters=rows, number=place.number, pages=place.pages, total=place.total)


async def counts(rules: Rules, person_id: int) -> Mapping[MatterKind, int]:
    """How much of each kind waits for a person; nothing for who decides nothing."""
    async with rules.db.reading() as conn:
        return await warning_matters.counts_for(conn, await reach_of(conn, person_id))


async def dates(rules: Rules, warning_id: int, days: Sequence[int], now: datetime) -> list[datetime]:
    """By when a warning would have to be answered if so many working days were given now, in the order of ``days``."""
    terms = await rules.terms()
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
    since = terms.begins(warning.grade, now)
    return [dates_of(terms, warning.ladder, since, within).answer_by for within in days]
