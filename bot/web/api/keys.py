"""Answers in JSON; and requests that bear a key of their own, which are answered the same when they come again."""

import json
import re
from typing import Final

from aiohttp import web

from bot.web.api.shapes import Shape
from messages.api_tokens import KEY_HEADER
from messages.errors import refused
from messages.store.api_tokens import KeptAnswer
from messages.text.phrase import phrase

LONGEST_KEY: Final = 200
KEY_PATTERN: Final = r"^[!-~]{1,200}$"

_KEY: Final = re.compile(KEY_PATTERN, re.ASCII)


def key_of(request: web.Request) -> str | None:
    """A request's own key, if it has one. Raises ``Refused``."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not _KEY.fullmatch(key):
        message = phrase("From 1 to {most} visible characters of ASCII are accepted.", most=LONGEST_KEY)
        raise refused(message, column=KEY_HEADER, value=key)
    return key


def answered(kept: KeptAnswer, where: str, *, again: bool = False) -> web.Response:
    """An answer that is kept with its request's key, about what is ``where``; ``again``: it was given before."""
    replayed = {"Idempotent-Replayed": "true"} if again else {}
    text = json.dumps(kept.answer, ensure_ascii=False, separators=(",", ":"))  # as what is asked for is written
    return web.json_response(text=text, status=kept.status, headers={"Location": where, **replayed})


def shaped(answer: Shape) -> web.Response:
    """An answer in JSON."""
    return web.Response(text=answer.model_dump_json(by_alias=True), content_type="application/json")
