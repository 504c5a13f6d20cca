"""``lianxun demo``: everything in one process, to try it."""

import asyncio
import signal
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import uvloop
from rich.console import Console

from bot.cli.frame import REFUSED, settings_or_exit, tell
from bot.cli.serve import alone
from bot.logs import configure
from bot.settings import CLOCK_YEARS
from messages.errors import LianxunError
from messages.text.catalog import Catalog
from messages.text.phrase import phrase

if TYPE_CHECKING:
    from bot.demo import Demo, Place

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The page's port; 0 takes any free one.")]
Data = Annotated[Path, typer.Option("--data", file_okay=False, help="The folder that keeps the demo's data.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget what an earlier demo left in the folder.")]
At = Annotated[
    str | None, typer.Option("--clock", metavar="TIME", help="Where a new demo's clock starts; now if not given.")
]


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("demo")(demo)


def demo(port: Port = 8080, data: Data = Path("demo-data"), fresh: Fresh = False, clock: At = None) -> None:
    """Everything embedded: no token, no server; 64 units with 2,448 posts and 26,638 risk points.

    Open the printed address: it is a chat in your browser, with a panel that moves the clock to the next notice.
    """
    from bot.demo import Place
    from bot.web.server import refuse_taken

    place = Place(data=data, port=port, start=_instant(clock) if clock else None)
    settings = settings_or_exit()
    configure(settings.log_format)
    try:
        refuse_taken(place.host, place.port)
        data.mkdir(parents=True, exist_ok=True)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_demo(place, settings.locale, fresh=fresh))
    except LianxunError as error:
        tell(error, Catalog.load(), settings.locale, as_json=False)
        raise typer.Exit(REFUSED) from None


def _instant(given: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter("--clock accepts an ISO instant such as 2026-09-21T09:00+08:00") from None  # noqa: EM101, TRY003
    if at.year not in CLOCK_YEARS:
        raise typer.BadParameter(f"--clock accepts the years {CLOCK_YEARS[0]} to {CLOCK_YEARS[-1]}")  # noqa: EM102, TRY003
    return at if at.tzinfo else at.replace(tzinfo=settings_or_exit().zone)


async def _demo(place: "Place", language: str, *, fresh: bool) -> None:
    from bot.demo import DATABASE, Demo, clear

    with alone(str(place.data / DATABASE)):
        if fresh:
            clear(place.data)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        demo = Demo(place)
        await demo.start()
        _welcome(demo, language)
        await demo.run(stop)


def _welcome(demo: "Demo", language: str) -> None:
    say = partial(Catalog.load().say, language=language)
    console = Console(highlight=False, emoji=False)
    console.print(f"\n  廉讯 lianxun\n\n  [bold cyan]{demo.sandbox.url}/[/bold cyan]\n")
    console.print("  " + say(phrase("Open this page, choose a person, and move the clock to the next notice.")))
    console.print("  " + say(phrase("Dashboard and interface: {url}", url=demo.service.web.url)))
    if demo.lived is not None:
        at = f"{demo.service.clock.now():%Y-%m-%d %H:%M}"
        console.print("  " + say(phrase("It goes on from {at}, where it was left; --fresh begins anew.", at=at)))
    console.print("  " + say(phrase("Ctrl-C ends the demo; its data stays.")) + "\n")
