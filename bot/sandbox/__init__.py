"""An embedded Bot API server with a page to chat in: for the demo, the tests and the benchmark."""

from bot.sandbox.chats import Standing
from bot.sandbox.faults import FaultSwitches, Switch
from bot.sandbox.limits import NO_LIMITS, Limits
from bot.sandbox.panel import MoveRefused, NextNotice, Panel, PanelState, SendingProgress, Step
from bot.sandbox.parameters import Upload
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Call, Toast

__all__ = [
    "NO_LIMITS",
    "Call",
    "FaultSwitches",
    "Limits",
    "MoveRefused",
    "NextNotice",
    "Panel",
    "PanelState",
    "Sandbox",
    "SendingProgress",
    "Standing",
    "Step",
    "Switch",
    "Toast",
    "Upload",
]
