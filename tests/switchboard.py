"""One Bot API for several bots, as the public one is: each call goes on to the sandbox of its token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.sandbox import Sandbox


@asynccontextmanager
async def switchboard(*sandboxes: Sandbox) -> AsyncIterator[str]:
    """The address of a Bot API that leads to these sandboxes, which run already."""
    by_token = {sandbox.token: sandbox for sandbox in sandboxes}
    async with aiohttp.ClientSession() as session:

        async def forward(request: web.Request) -> web.Response:
            sandbox = by_token.get(request.match_info["token"])
            if sandbox is None:
                refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
                return web.json_response(refusal, status=401)
            url, body = f"{sandbox.url}{request.path}", await request.read()
            async with session.post(url, data=body, headers={"Content-Type": request.content_type}) as answer:
                return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

        app = web.Application()
        app.router.add_post("/bot{token:[^/]+}/{method}", forward)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
