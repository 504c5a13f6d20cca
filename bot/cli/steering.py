"""``lianxun notice pause|resume|cancel|recall``: a notice is stopped, goes on, is taken back."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Final

import typer

from bot.cli.acting import As, person_id, tell_pages
from bot.cli.frame import AsJson, Session, emit_json, run
from messages.deliveries import reason_said
from messages.pages import Page
from messages.store.recalls import Missed, Recalled
from messages.text.phrase import Phrase, phrase
from schedules import notice_acts
from schedules.calendars import Calendars
from schedules.notice_acts import Steered, Steering
from schedules.recall_lists import still_there

_NAMED: Final = 50
"""How many people are named on a page."""

Id = Annotated[int, typer.Argument(metavar="ID", help="The notice's number, as «notice list» shows it.")]


@dataclass(frozen=True, kw_only=True)
class _Act:
    """An act and how it is told: the keys of its instant and of its number, and what is said."""

    what: Steering
    at: str
    moved: str
    done: Callable[[Steered], Phrase]
    before: Callable[[str], Phrase]


_PAUSE: Final = _Act(
    what=Steering.PAUSE,
    at="paused_at",
    moved="stopped",
    done=lambda done: phrase(
        "Paused; {planned} wait, {delivered} delivered before.",
        planned=done.counts.planned,
        delivered=done.counts.delivered,
    ),
    before=lambda when: phrase("It was paused before, at {when}.", when=when),
)
_RESUME: Final = _Act(
    what=Steering.RESUME,
    at="resumed_at",
    moved="resumed",
    done=lambda done: phrase(
        "Resumed; {planned} wait, {delivered} delivered before.",
        planned=done.counts.planned,
        delivered=done.counts.delivered,
    ),
    before=lambda _: phrase("It is not paused."),
)
_CANCEL: Final = _Act(
    what=Steering.CANCEL,
    at="cancelled_at",
    moved="stopped",
    done=lambda done: phrase(
        "Cancelled; {stopped} not sent, {delivered} delivered before.",
        stopped=done.moved,
        delivered=done.counts.delivered,
    ),
    before=lambda when: phrase("It was cancelled before, at {when}.", when=when),
)
_RECALL: Final = _Act(
    what=Steering.RECALL,
    at="recalled_at",
    moved="stopped",
    done=lambda done: phrase(
        "Recalled; {stopped} not sent, {delivered} delivered before, whose messages are being deleted.",
        stopped=done.moved,
        delivered=done.counts.delivered,
    ),
    before=lambda when: phrase("It was recalled before, at {when}.", when=when),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (("pause", pause), ("resume", resume), ("cancel", cancel), ("recall", recall)):
        app.command(name)(command)


def pause(notice_id: Id, speaker: As = None, as_json: AsJson = False) -> None:
    """Send nothing more of it until it is resumed."""
    run(lambda session: _steer(session, _PAUSE, notice_id, speaker, as_json=as_json), as_json=as_json)


def resume(notice_id: Id, speaker: As = None, as_json: AsJson = False) -> None:
    """Go on with what is paused."""
    run(lambda session: _steer(session, _RESUME, notice_id, speaker, as_json=as_json), as_json=as_json)


def cancel(notice_id: Id, speaker: As = None, as_json: AsJson = False) -> None:
    """Stop what has not been sent yet; what was delivered stays."""
    run(lambda session: _steer(session, _CANCEL, notice_id, speaker, as_json=as_json), as_json=as_json)


def recall(
    notice_id: Id,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of those who still have it.")] = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """Cancel it, and delete its messages where the Bot API allows that. Once more: how far that is, and who has it."""
    run(lambda session: _recall(session, notice_id, page, speaker, as_json=as_json), as_json=as_json)


async def _steer(session: Session, act: _Act, notice_id: int, speaker: str | None, *, as_json: bool) -> None:
    done = await _do(session, act, notice_id, speaker)
    if as_json:
        emit_json(_document(session, act, notice_id, done))
    else:
        typer.echo(_told(session, act, done))
        if done.days:
            typer.echo(session.say(notice_acts.resumed_said(done)))
        if act is _CANCEL and done.counts.delivered:
            who = phrase("Who has received it: lianxun notice people {id} --which delivered --unit UNIT", id=notice_id)
            typer.echo(session.say(who))


async def _recall(session: Session, notice_id: int, page: int, speaker: str | None, *, as_json: bool) -> None:
    done = await _do(session, _RECALL, notice_id, speaker)
    viewer = await person_id(session, speaker)
    seen = await still_there(session.db, viewer, notice_id, page, session.clock.now(), size=_NAMED)
    if as_json:
        standing = replace(seen.recalled, missed=seen.page.rows)
        emit_json({**_document(session, _RECALL, notice_id, done), "recall": asdict(standing)})
        return
    typer.echo(_told(session, _RECALL, done))
    for line in _lines(session, seen.recalled, seen.page):
        typer.echo(line)
    tell_pages(session, seen.page.number, seen.page.pages)


async def _do(session: Session, act: _Act, notice_id: int, speaker: str | None) -> Steered:
    acts = notice_acts.acts(await Calendars(session.db, session.settings.country).current())
    return await acts[act.what](session.db, notice_id, await person_id(session, speaker), session.clock.now())


def _document(session: Session, act: _Act, notice_id: int, done: Steered) -> dict[str, Any]:
    at = done.at.astimezone(session.settings.zone).isoformat()
    return {"id": notice_id, act.moved: done.moved, **asdict(done.counts), act.at: at, "before": done.before}


def _told(session: Session, act: _Act, done: Steered) -> str:
    when = done.at.astimezone(session.settings.zone)
    return session.say(act.before(f"{when:%Y-%m-%d %H:%M}") if done.before else act.done(done))


def _lines(session: Session, standing: Recalled, page: Page[Missed]) -> list[str]:
    said = phrase(
        "Messages deleted for {done} people; still to be deleted for {wanted}; not possible for {failed}.",
        done=standing.done,
        wanted=standing.wanted,
        failed=standing.failed,
    )
    lines = [session.say(said)]
    lines += [
        f"  {one.unit} · {one.name} ({one.person_code}): {session.say(reason_said(one.reason))}" for one in page.rows
    ]
    return lines
