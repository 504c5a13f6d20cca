"""What people are told of a decision about a warning: its holder, and whoever was told of it before.

To others than the holder nothing is said of what the warning is about but its title: why it was decided so is told to
the holder, and to who proposed it.
"""

from collections.abc import Mapping
from datetime import datetime

from messages.audience import quoted, sayable
from messages.items.records import grade_said
from messages.notices import Category, Grade, Json, Lane, NewNotice
from messages.store import notices, passing, releases, rises, warning_steps
from messages.store.database import Connection
from messages.store.rises import Rise
from messages.text.phrase import kept
from messages.warnings.records import RiseCause, RiseDecision, WarningRecord, cause_said
from schedules.desks import DeskKind, DeskOf
from schedules.reporting import report
from schedules.warnings.wording import LANES, answering, iso, names


def about(warning: WarningRecord) -> dict[str, Json]:
    """What every message about a decision names."""
    return {**names(warning), "holder": warning.holder}


def returned_notices(warning: WarningRecord, by: str, why: str, now: datetime) -> list[NewNotice]:
    """To the holder: the answer is returned, with a reason and by when to answer anew."""
    params: dict[str, Json] = {"by": by, "why": why}
    key = f"warning:{warning.id}:{warning.turn}:returned"
    return _to_holder(key, "warning_returned", warning, params, answering(warning), now)


async def tell_day(conn: Connection, warning: WarningRecord, notice: NewNotice, now: datetime) -> None:
    """Tell the holder of a new day: it counts against nobody whom this does not reach."""
    notice_id = await notices.add(conn, notice)
    if notice_id is not None and warning.holder_id is not None:
        await warning_steps.told_day(conn, warning.id, warning.turn, warning.holder_id, notice_id, now)


def accepted_notices(warning: WarningRecord, by: str, now: datetime) -> list[NewNotice]:
    """To the holder: the answer is accepted, and the release may be asked for."""
    key = f"warning:{warning.id}:{warning.turn}:accepted"
    desk = DeskOf(kind=DeskKind.ACCEPTED, id=warning.id, version=warning.turn)
    return _to_holder(key, "warning_accepted", warning, {"by": by}, str(desk), now)


def refused_notices(release_id: int, warning: WarningRecord, by: str, why: str, now: datetime) -> list[NewNotice]:
    """To the holder: the warning is not released yet, with a reason; the release may be asked for again."""
    key = f"warning:{warning.id}:release:{release_id}:refused"
    desk = DeskOf(kind=DeskKind.ACCEPTED, id=warning.id, version=warning.turn)
    return _to_holder(key, "warning_kept", warning, {"by": by, "why": why}, str(desk), now)


async def tell_released(conn: Connection, warning: WarningRecord, why: str | None, by: str, now: datetime) -> None:
    """Tell everyone who was told of a warning before, and its present holder: it is released."""
    for one in await releases.told_before(conn, warning.id):
        if not sayable(one.code):
            continue
        own = one.person_id == warning.holder_id
        params: dict[str, Json] = {"by": by, "own": own, "why": why if own else None}
        key = f"warning:{warning.id}:released:{one.code}"
        notice_id = await notices.add(conn, _to_person(key, "warning_released", warning, params, one.code, now))
        if notice_id is not None and not one.held:
            await passing.tell(conn, notice_id, one.person_id, now)  # an audience has only those who hold a post


async def decided_notices(
    conn: Connection, before: WarningRecord, warning: WarningRecord, rise: Rise, decider: int, now: datetime
) -> list[NewNotice]:
    """To whoever proposed to raise a warning, or was told that it is overdue: what was decided.

    The holder is told of a decision beyond red, and that what was proposed for the holder's silence is declined: the
    last message said that it was proposed. Of a raise the warning's new first step tells the holder and others: they
    are not told twice.
    """
    steps = [step.name for step in before.ladder.steps if step.proposes or step.decides]
    told = dict(await rises.told_of(conn, rise, steps))
    knows = {
        decider,
        warning.holder_id,
        *(await rises.told_in(conn, warning.id, warning.turn) if _raised(rise) else []),
    }
    params = _decision(rise, warning.answer_by if warning.turn != before.turn else None)
    found = [
        _to_person(
            f"rise:{rise.id}:decided:{code}",
            "warning_rise_decided",
            warning,
            params if person == rise.proposed_by else params | {"why": None},
            code,
            now,
        )
        for person, code in told.items()
        if person not in knows and sayable(code)
    ]
    if warning.holder_id is not None and (rise.decision is RiseDecision.DECIDED or _heard_of(rise)):
        desk = None if warning.answered_at else answering(warning)
        found += _to_holder(f"rise:{rise.id}:decided", "warning_rise_decided", warning, params, desk, now)
    return found


def _decision(rise: Rise, answer_by: datetime | None) -> dict[str, Json]:
    """What was decided, and by when it is to be answered now where that has changed."""
    return {
        "by": rise.decider,
        "why": rise.why,
        "decision": rise.decision,
        "to": kept(grade_said(rise.grade)) if rise.grade else None,
        "cause": kept(cause_said(rise.cause)),
        "answer_by": iso(answer_by),
    }


def _heard_of(rise: Rise) -> bool:
    """Whether the holder was told that it was proposed, and is to be told that it is declined."""
    silence = RiseCause.UNACKNOWLEDGED, RiseCause.UNANSWERED
    return rise.decision is RiseDecision.DECLINED and rise.cause in silence


def _raised(rise: Rise) -> bool:
    return rise.decision is RiseDecision.RAISED


def _to_holder(
    key: str, template: str, warning: WarningRecord, params: Mapping[str, Json], desk: str | None, now: datetime
) -> list[NewNotice]:
    """What the holder of a post is told: of a red warning at once, at night too, since its days run.

    Nothing where no audience can name the post.
    """
    if not sayable(warning.post_code):
        return []
    notice = NewNotice(
        key=key,
        category=Category.REMINDER,
        grade=warning.grade,
        lane=LANES[warning.grade],
        template=template,
        params={**about(warning), **params},
        audience=f"post:{quoted(warning.post_code)}",
        send_at=now,
        created_at=now,
        provisional=warning.provisional,
        anytime=warning.grade is Grade.RED,
        desk=desk,
    )
    return [notice]


def _to_person(
    key: str, template: str, warning: WarningRecord, params: Mapping[str, Json], code: str, now: datetime
) -> NewNotice:
    """What one person is told; none of it cannot wait for the morning."""
    return report(
        key,
        template,
        {**about(warning), **params},
        code,
        now,
        lane=max(LANES[warning.grade], Lane.ORANGE),
        grade=warning.grade,
    )
