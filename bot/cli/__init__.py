"""The command line: one module a subject."""

import typer

from bot.cli import (
    absences,
    bots,
    broadcast,
    calendar,
    campaigns,
    demo,
    forecast,
    invites,
    items,
    ledger,
    migrate,
    mydata,
    notice,
    passing,
    register,
    roles,
    roster,
    scores,
    serve,
    statistics,
    tenders,
    tokens,
    version,
    warnings,
)

cli = typer.Typer(
    name="lianxun",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (version, demo, serve, migrate, broadcast, forecast, mydata):
    module.register(cli)
passing.register(notice.app)
for module in (
    roster,
    roles,
    invites,
    bots,
    tokens,
    notice,
    items,
    warnings,
    register,
    campaigns,
    tenders,
    absences,
    calendar,
    ledger,
    scores,
    statistics,
):
    cli.add_typer(module.app)
