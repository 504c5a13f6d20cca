"""The Bot API over HTTP: a request in, the API's answer out, every call logged."""

import json
from collections.abc import Mapping
from inspect import isawaitable
from typing import Final

from aiohttp import web

from bot.sandbox.errors import ApiError, LineDropped
from bot.sandbox.faults import FaultSwitches
from bot.sandbox.methods import METHODS, Method
from bot.sandbox.parameters import read_request
from bot.sandbox.world import Call, Params, World

_OK: Final = 200
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BotApi:
    """Answers ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

    def __init__(self, world: World, faults: FaultSwitches, *, token: str, strict: bool) -> None:
        """With ``strict``, parameters that a method does not know are written into ``world.violations``."""
        self._world = world
        self._faults = faults
        self._token = token
        self._strict = strict

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One call."""
        token, _, name = request.path[len("/bot") :].partition("/")
        if token != self._token:
            return _response(ApiError(401, "Unauthorized").answer(), 401)
        method = METHODS.get(name.lower())
        if method is None:
            if self._strict:
                self._world.violations.append(f"{name}: there is no such method")
            return _response(ApiError(404, "Not Found: method not found").answer(), 404)
        try:
            return await self._call(request, method)
        except LineDropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)  # nobody reads it: the line is cut

    async def _call(self, request: web.BaseRequest, method: Method) -> web.Response:
        params: Params = {}
        status = 0
        try:
            params = await read_request(request)
            result = await self._carry_out(method, params)
            status = _OK
            return _response({"ok": True, "result": result}, _OK)
        except ApiError as error:
            status = error.code
            return _response(error.answer(), error.code)
        finally:
            self._world.log(Call(method=method.name, params=params, status=status, at=self._world.steady()))

    async def _carry_out(self, method: Method, params: Params) -> object:
        faults = self._faults
        chat_id = _chat_of(params) if faults.on else None
        if faults.on:
            await faults.strike(method.name, chat_id, after=False)
        read, unknown = method.read(params)
        params.update(read)
        if unknown and self._strict:
            self._world.violations.extend(f"{method.name}: there is no parameter {name}" for name in unknown)
        result = method.handler(self._world, read)
        if isawaitable(result):
            result = await result
        if faults.on:
            await faults.strike(method.name, chat_id, after=True)
        return result

    def file(self, request: web.BaseRequest) -> web.Response:
        """A file's content."""
        token, _, path = request.path[len("/file/bot") :].partition("/")
        if token != self._token:
            return _response(ApiError(401, "Unauthorized").answer(), 401)
        found = next((file for file in self._world.files.values() if file.path == path), None)
        if found is None:
            return _response(ApiError(404, "Not Found").answer(), 404)
        return web.Response(body=found.content, content_type="application/octet-stream")


def _chat_of(params: Params) -> int | None:
    try:
        return int(params["chat_id"])
    except (KeyError, ValueError, TypeError):
        return None


def _response(body: Mapping[str, object], status: int) -> web.Response:
    return web.Response(
        body=_dump(body).encode("utf-8", "surrogatepass"), status=status, content_type="application/json"
    )
