"""``lianxun register show|search|bases|progress``: the register as somebody may see it. Looks are recorded."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.acting import A_PAGE, As, PageNumber, person_id, tell_pages
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.register_shown import RegisterShown, basis_shown, figures_shown
from messages.errors import refused
from messages.pages import Page
from messages.register import point_views, progress, views
from messages.register.bases import Bases, Cited
from messages.register.records import PointState, RiskLevel
from messages.register.views import PointSeen
from messages.store.register_lists import Filters, Sort
from messages.text.phrase import phrase
from schedules.policy import load as load_policy

_OUTDATED = "superseded"

Unit = Annotated[str, typer.Option("--unit", metavar="NAME", help="Units called so, and all below them.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("search")(search)
    app.command("bases")(bases)
    app.command("progress")(show_progress)


def show(
    post: Annotated[str, typer.Argument(metavar="POST", help="The post's code.")],
    page: PageNumber = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """One post in the register: its duties, its risk nodes and its points. That somebody looked is recorded."""
    run(lambda session: _show(session, post, page, speaker, as_json=as_json), as_json=as_json)


def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="What the points say.")] = None,
    unit: Unit = "",
    node: Annotated[str, typer.Option("--node", metavar="NAME", help="Of this risk node.")] = "",
    level: Annotated[RiskLevel | None, typer.Option("--level", help="Of this level.")] = None,
    category: Annotated[str, typer.Option("--category", metavar="NAME", help="Of this category.")] = "",
    basis: Annotated[
        str, typer.Option("--basis", metavar="CODE", help="Citing a law, an article of it, or what is «superseded».")
    ] = "",
    state: Annotated[PointState | None, typer.Option("--state", help="In this state; else all that stand.")] = None,
    page: PageNumber = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """Points of all posts that are open to a person, the gravest first. That somebody looked is recorded."""

    async def work(session: Session) -> None:
        laws, now = _laws(session), session.clock.now()
        cites = _cites(laws, basis, now)
        filters = Filters(
            words=" ".join(words or ()), unit=unit, node=node, level=level, category=category, cites=cites, state=state
        )
        await _search(session, filters, page, speaker, now, as_json=as_json)

    run(work, as_json=as_json)


def bases(as_json: AsJson = False) -> None:
    """The laws and rules that points may cite, what took the place of each, and how many points cite it."""
    run(lambda session: _bases(session, as_json=as_json), as_json=as_json)


def show_progress(unit: Unit = "", page: PageNumber = 1, speaker: As = None, as_json: AsJson = False) -> None:
    """How far units have come: posts with points, points by level, what waits and what was returned."""
    run(lambda session: _progress(session, unit, page, speaker, as_json=as_json), as_json=as_json)


async def _show(session: Session, code: str, number: int, speaker: str | None, *, as_json: bool) -> None:
    viewer, now = await person_id(session, speaker), session.clock.now()
    post = await point_views.let_see(session.db, viewer, code, now)
    told = await point_views.of_post(session.db, viewer, post, number, now, bases=_laws(session), size=A_PAGE)
    shown = RegisterShown(session)
    if as_json:
        about = {"post": post.code, "title": post.title, "unit": post.unit, "level": post.level, "holder": post.holder}
        emit_json({**about, "duties": [*told.duties], "nodes": [*told.nodes], **_page(shown, told.page)})
        return
    typer.echo(f"{post.unit} · {post.title} ({post.code}) · {post.holder or '–'}")
    for head, said in ((phrase("Duties"), told.duties), (phrase("Risk nodes"), told.nodes)):
        if said:
            listed = session.say(phrase("; ")).join(said)
            typer.echo(session.say(phrase("{label}: {value}", label=head, value=listed)))
    _print(session, shown, told.page)


async def _search(
    session: Session, filters: Filters, number: int, speaker: str | None, now: datetime, *, as_json: bool
) -> None:
    viewer = await person_id(session, speaker)
    laws = _laws(session)
    found = await views.points_of(session.db, viewer, filters, Sort.LEVEL, number, now, bases=laws, size=A_PAGE)
    shown = RegisterShown(session)
    if as_json:
        levels = {level.value: count for level, count in found.by_level.items()}
        emit_json({**_page(shown, found.page), "by_level": levels})
        return
    _print(session, shown, found.page)
    typer.echo(session.say(phrase("{count} risk points.", count=found.page.total)))


def _page(shown: RegisterShown, page: Page[PointSeen]) -> dict[str, object]:
    counts = {"page": page.number, "pages": page.pages, "total": page.total}
    return {"points": [shown.point(one) for one in page.rows], **counts}


def _print(session: Session, shown: RegisterShown, page: Page[PointSeen]) -> None:
    Console(highlight=False, emoji=False).print(shown.points(page))
    tell_pages(session, page.number, page.pages)


async def _bases(session: Session, *, as_json: bool) -> None:
    now, laws = session.clock.now(), _laws(session)
    cited = await views.count_by_law(session.db)
    outdated = laws.superseded(now.date())
    marked = await views.count_outdated(session.db, None, now, bases=laws)
    if as_json:
        told = [
            basis_shown(law, outdated, cited.get(law.code, 0), in_force=law.in_force(now.date()))
            for law in laws.all.values()
        ]
        emit_json({"bases": told, "superseded_points": marked})
        return
    Console(highlight=False, emoji=False).print(RegisterShown(session).bases([*laws.all.values()], outdated, cited))
    typer.echo(session.say(phrase("Points that cite a law out of date: {count}.", count=marked)))


async def _progress(session: Session, unit: str, number: int, speaker: str | None, *, as_json: bool) -> None:
    viewer, now = await person_id(session, speaker), session.clock.now()
    outdated = [*_laws(session).superseded(now.date())]
    found = await progress.progress_of(session.db, viewer, unit, number, now, outdated=outdated, size=A_PAGE)
    if as_json:
        units = [{"unit": one.name, **figures_shown(one.figures)} for one in found.page.rows]
        counts = {"page": found.page.number, "pages": found.page.pages, "total": found.page.total}
        emit_json({"units": units, "together": figures_shown(found.total), **counts})
        return
    Console(highlight=False, emoji=False).print(RegisterShown(session).units(found.total, found.page))
    tell_pages(session, found.page.number, found.page.pages)


def _laws(session: Session) -> Bases:
    return load_policy(session.settings.policy).legal_bases


def _cites(laws: Bases, given: str, now: datetime) -> tuple[Cited, ...] | None:
    """What ``--basis`` means. Raises ``Refused`` for a law that is not known, and an article beyond it."""
    if given == _OUTDATED:
        return views.outdated_of(laws, now)
    cited = Cited.of(given) if given else None
    if given and (cited is None or not laws.holds(cited)):
        raise refused(laws.accepted(), column="--basis", value=given)
    return None if cited is None else (cited,)
