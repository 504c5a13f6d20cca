"""Cards: what is laid before whoever is to decide a matter about a warning, with everything that the decision needs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages.files import Attachment
from messages.items.records import grade_said
from messages.notices import Json, Lane, NewNotice
from messages.store import answers, rises
from messages.store.database import Connection
from messages.text.phrase import kept
from messages.warnings.answers import files_of
from messages.warnings.matters import Matter, MatterKind
from messages.warnings.records import Verdict, WarningRecord, asked_said, cause_said, warning_state_said
from schedules.desks import DeskKind, DeskOf
from schedules.laying import many_key, one_key
from schedules.reporting import report
from schedules.warnings.deciding import version_of
from schedules.warnings.outcomes import about
from schedules.warnings.wording import LANES, iso

WAITING: Final = "matters"
"""What keys of notices about several matters that wait begin with."""
_LIST: Final = "warnings_waiting"


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A matter as it is laid before somebody: a template with all its values, files, and what the buttons lead to."""

    matter: Matter
    warning: WarningRecord
    template: str
    params: Mapping[str, Json]
    desk: DeskOf
    attachments: tuple[Attachment, ...] = ()


async def laid(conn: Connection, matter: Matter, warning: WarningRecord) -> Laid:
    """A matter with everything that the decision needs."""
    match matter.kind:
        case MatterKind.ANSWER:
            return await _answer(conn, matter, warning)
        case MatterKind.RELEASE:
            return _release(matter, warning)
        case MatterKind.RISE:
            return await _rise(conn, matter, warning)


async def _answer(conn: Connection, matter: Matter, warning: WarningRecord) -> Laid:
    given = await answers.of_warning(conn, warning.id)
    answer = next(one for one in given if one.id == matter.id)
    parts: list[Json] = [
        {"asked": kept(asked_said(asked)), "text": part.text, "files": len(part.files)}
        for asked, part in answer.parts.items()
    ]
    params: dict[str, Json] = {
        **_named(warning),
        "by": answer.person,
        "at": answer.at.isoformat(),
        "timely": answer.timely,
        "parts": parts,
        "returned": sum(one.verdict is Verdict.RETURNED for one in given),
    }
    return Laid(
        matter=matter,
        warning=warning,
        template="warning_answered",
        params=params,
        desk=DeskOf(kind=DeskKind.ANSWER, id=warning.id, version=answer.id),
        attachments=files_of(answer.parts),
    )


def _release(matter: Matter, warning: WarningRecord) -> Laid:
    return Laid(
        matter=matter,
        warning=warning,
        template="warning_release_asked",
        params={**_named(warning), "at": matter.at.isoformat(), "accepted_at": iso(warning.accepted_at)},
        desk=DeskOf(kind=DeskKind.RELEASE, id=warning.id, version=warning.turn),
    )


async def _rise(conn: Connection, matter: Matter, warning: WarningRecord) -> Laid:
    rise = await rises.find(conn, matter.id)
    assert rise is not None  # noqa: S101 -- it is a matter that waits, and proposals are never deleted
    params: dict[str, Json] = {
        **_named(warning),
        "to": kept(grade_said(rise.grade)) if rise.grade else None,
        "cause": kept(cause_said(rise.cause)),
        "proposer": rise.proposer,
        "why": rise.proposed_why,
        "at": rise.at.isoformat(),
        "state": kept(warning_state_said(warning.state)),
    }
    kind = DeskKind.DECISION if rise.grade is None else DeskKind.RISE
    return Laid(
        matter=matter,
        warning=warning,
        template="warning_rise",
        params=params,
        desk=DeskOf(kind=kind, id=rise.id, version=await version_of(conn, warning)),
    )


def _named(warning: WarningRecord) -> dict[str, Json]:
    return {**about(warning), "deputy": False}


def card(one: Laid, code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """A card of its own: of a rise to red, or beyond, at once, at night too."""
    urgent = one.matter.urgent
    return report(
        f"{one_key(one.matter.key, deputy=deputy)}:{code}",
        one.template,
        {**one.params, "deputy": deputy},
        code,
        now,
        lane=Lane.RED if urgent else max(LANES[one.warning.grade], Lane.ORANGE),
        grade=one.warning.grade,
        provisional=one.warning.provisional,
        anytime=urgent,
        attachments=one.attachments,
        desk=str(one.desk),
    )


def summary(several: Sequence[Laid], code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """One message for several matters, which opens the list of them."""
    kinds = Counter(one.matter.kind for one in several)
    params: dict[str, Json] = {kind.value: kinds[kind] for kind in MatterKind}
    return report(
        f"{many_key(WAITING, now, deputy=deputy)}:{code}",
        _LIST,
        {**params, "count": len(several), "deputy": deputy},
        code,
        now,
        lane=Lane.ORANGE,
        desk=str(DeskOf(kind=DeskKind.WARNINGS)),
    )
