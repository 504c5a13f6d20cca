"""The sandbox's method table agrees with python-telegram-bot about what goes over the wire."""

import inspect
import re

import pytest
from telegram import Bot

from bot.sandbox.methods import METHODS
from bot.sandbox.methods.table import TABLE

# What the library takes to shape a call, and does not send under that name.
CLIENT_ONLY = {"self", "api_kwargs", "rate_limit_args", "filename"}
CLIENT_ONLY_OF = {"sendMediaGroup": {"caption", "parse_mode", "caption_entities"}}


@pytest.mark.parametrize("name", TABLE)
def test_a_method_has_the_parameters_that_the_library_sends(name: str) -> None:
    function = getattr(Bot, re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name))
    sent = {parameter for parameter in inspect.signature(function).parameters if not parameter.endswith("_timeout")}
    assert sent - CLIENT_ONLY - CLIENT_ONLY_OF.get(name, set()) == set(TABLE[name])


def test_every_method_of_the_table_is_carried_out() -> None:
    assert {method.name for method in METHODS.values()} == set(TABLE)
