"""Whatever is sent to the sandbox, it answers as the Bot API would, and its limits hold in every window."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import NO_LIMITS, Limits, Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import FloodGate
from bot.sandbox.methods import METHODS
from bot.sandbox.methods.table import TABLE

AWAITED = {"getUpdates", "setWebhook"}  # tested over HTTP
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
KEYS = st.sampled_from(["type", "text", "callback_data", "url", "media", "message_id", "chat_id", "offset", "length"])
JSON = st.recursive(
    SCALARS | st.sampled_from(["http://[", "attach://x", "HTML", "<b", 5]),
    lambda inner: (
        st.builds(
            lambda kind, media, more: [{"type": kind, "media": media} | more] * 2,
            st.sampled_from(["photo", "document"]),
            inner,
            st.dictionaries(st.sampled_from(["caption", "parse_mode", "caption_entities"]), inner),
        )
        | st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.just("inline_keyboard"), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method, and any values under its parameters' names."""
    name = draw(st.sampled_from(sorted(TABLE.keys() - AWAITED)))
    known = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(TABLE[name], JSON)))
    if "chat_id" in TABLE[name] and draw(st.booleans()):
        known["chat_id"] = 5
    return name, known


@given(calls())
def test_any_call_is_carried_out_or_refused(call: tuple[str, dict[str, Any]]) -> None:
    name, given_values = call
    sandbox = Sandbox(token="1:property", limits=NO_LIMITS)
    sandbox.add_person(5, "王秀英")
    method = METHODS[name.lower()]
    try:
        read, _ = method.read(given_values)
        answer: dict[str, Any] = {"ok": True, "result": method.handler(sandbox.world, read)}
    except ApiError as refusal:
        answer = refusal.answer()
    assert json.dumps(answer)
    assert answer["ok"] or 400 <= answer["error_code"] < 500


@given(st.lists(st.tuples(st.integers(-2, 3), st.integers(0, 9)), max_size=120))
def test_no_window_ever_holds_more_than_its_limit(steps: list[tuple[int, int]]) -> None:
    limits = Limits(overall=5, per_chat=1, group_per_minute=3)
    gate, at, taken = FloodGate(limits), 0.0, list[tuple[int, float]]()
    for chat_id, pause in steps:
        at += pause / 8
        wait = gate.admit(chat_id, at)
        if wait == 0:
            taken.append((chat_id, at))
        else:
            assert wait >= 1
    for chat_id, end in taken:
        second = [chat for chat, when in taken if end - 1 < when <= end]
        assert len(second) <= limits.overall
        assert second.count(chat_id) <= limits.per_chat
        minute = [chat for chat, when in taken if chat < 0 and chat == chat_id and end - 60 < when <= end]
        assert len(minute) <= limits.group_per_minute
