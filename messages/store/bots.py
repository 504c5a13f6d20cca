"""Queries of bots: each has a token of its own and serves a part of the organisation."""

from typing import Final

MAIN_BOT: Final = 1
"""The bot whose token stands in the settings; it is there from the first migration on."""
