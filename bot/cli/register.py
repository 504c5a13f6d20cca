"""``lianxun register``: the risk register read from the offices' spreadsheets, and written as one."""

import typer

app = typer.Typer(name="register", help="The risk register: duties, nodes and risk points.", no_args_is_help=True)
