"""The transport: what was surely not sent, what may have been, and the token that shows nowhere."""

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.transport import AiohttpRequest, AnswerLost, NotSent, StatusFault
from tests.telegram_standin import MESSAGE, TOKEN, Pace, StandIn, answer, raw_server, refusal, stand_in

CUT_SHORT = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"ok":true,'


@asynccontextmanager
async def open_bot(root: str, *, connections: int = 64, read_timeout: float = 5) -> AsyncIterator[ExtBot[str]]:
    bot = build_bot(TOKEN, root, AnswerMeter(Pace()), connections=connections, read_timeout=read_timeout)
    await bot.request.initialize()
    try:
        yield bot
    finally:
        await bot.request.shutdown()


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


async def failure(bot: ExtBot[str]) -> TelegramError:
    with pytest.raises(TelegramError) as raised:
        await bot.send_message(5, "x")
    return raised.value


def shows(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    """Everything that a log or a traceback could show of a failure, suppressed contexts too."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen:
        chain += [repr(seen), *traceback.format_exception(seen)]
        seen = seen.__cause__ or seen.__context__
    frames = traceback.walk_tb(error.__traceback__)
    ours = [frame.f_locals for frame, _ in frames if "tests" not in frame.f_code.co_filename]
    values = [repr(value) for names in ours for value in names.values()]
    return "\n".join([*chain, *values, caplog.text])


async def test_a_message_is_sent_as_a_form_with_the_token_in_the_url(server: StandIn) -> None:
    async with open_bot(server.url) as bot:
        sent = await bot.send_message(5, "廉讯 & <b>=%+;😀\n", parse_mode="HTML", protect_content=True)
    assert sent.message_id == MESSAGE["message_id"]
    assert server.paths == [f"/bot{TOKEN}/sendMessage"]
    assert server.calls[0][1]["text"] == "廉讯 & <b>=%+;😀\n"
    assert server.calls[0][1]["protect_content"] == "true"


async def test_files_are_uploaded(server: StandIn) -> None:
    async with open_bot(server.url) as bot:
        await bot.send_document(5, InputFile(io.BytesIO(b"\x00\xff" * 1000), filename="名单.bin"), caption="附件")
    method, params = server.calls[0]
    assert method == "sendDocument"
    assert params["document"] == b"\x00\xff" * 1000
    assert params["caption"] == "附件"


async def test_opening_and_closing_twice_is_harmless(server: StandIn) -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.initialize()
    assert (await request.do_request(f"{server.url}/bot1:a/getMe", "POST"))[0] == 200
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NotSent):
        await request.do_request(f"{server.url}/bot1:a/getMe", "POST")
    async with request:
        assert (await request.do_request(f"{server.url}/bot1:a/getMe", "POST"))[0] == 200


async def test_a_connection_is_kept_for_the_next_request(server: StandIn) -> None:
    async with open_bot(server.url) as bot:
        for _ in range(5):
            await bot.send_message(5, "x")
    assert len(server.clients) == 1


@pytest.mark.parametrize(
    "root",
    ["http://nowhere.invalid", "http://127.0.0.1:1", "http:///", "nonsense"],
    ids=["no name", "refused", "no host", "no scheme"],
)
async def test_nothing_was_sent_where_there_is_no_connection(root: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_bot(root) as bot:
        error = await failure(bot)
        assert TOKEN not in repr(bot)
    assert isinstance(error, NotSent)
    assert TOKEN not in shows(error, caplog)


async def test_nothing_was_sent_where_tls_fails(server: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_bot(server.url.replace("http:", "https:")) as bot:
        error = await failure(bot)
    assert isinstance(error, NotSent)
    assert TOKEN not in shows(error, caplog)


async def test_nothing_was_sent_where_no_connection_was_free(server: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    busy, release = asyncio.Event(), asyncio.Event()

    async def respond(_method: str, _params: object) -> object:
        busy.set()
        await release.wait()
        return answer(200, {"ok": True, "result": MESSAGE})

    server.respond = respond  # type: ignore[assignment]
    async with open_bot(server.url, connections=1) as bot:
        first = asyncio.create_task(bot.send_message(5, "first"))
        await busy.wait()
        with pytest.raises(NotSent) as raised:
            await bot.send_message(5, "second", connect_timeout=0.02, pool_timeout=0.02)
        release.set()
        await first
    assert TOKEN not in shows(raised.value, caplog)


@pytest.mark.parametrize(
    "said", [None, b"", b"nonsense\r\n\r\n", CUT_SHORT], ids=["silent", "closed", "not HTTP", "cut short"]
)
async def test_the_answer_is_lost_where_the_request_may_have_arrived(
    said: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(said) as root, open_bot(root, read_timeout=0.1 if said is None else 5) as bot:
        error = await failure(bot)
    assert isinstance(error, AnswerLost)
    assert TOKEN not in shows(error, caplog)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", b'{"ok":true}', b'{"ok":true', b"", b'{"ok":true,"result":', b"\xff"],
)
async def test_the_answer_is_lost_where_it_cannot_be_read(
    server: StandIn, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script((200, body))
    async with open_bot(server.url) as bot:
        error = await failure(bot)
    assert isinstance(error, AnswerLost)
    assert TOKEN not in shows(error, caplog)


async def test_a_page_that_repeats_the_url_does_not_show_the_token(
    server: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script((502, f"<p>http://api/bot{TOKEN}/sendMessage: bad gateway</p>".encode()))
    async with open_bot(server.url) as bot:
        error = await failure(bot)
    assert isinstance(error, StatusFault)
    assert error.status == 502
    assert TOKEN not in shows(error, caplog)


async def test_a_refused_token_is_not_told(server: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(refusal(401, "Unauthorized"))
    bot = build_bot(TOKEN, server.url, AnswerMeter(Pace()))
    with pytest.raises(TelegramError) as raised:
        await bot.initialize()
    await bot.shutdown()
    await bot.request.shutdown()
    assert TOKEN not in shows(raised.value, caplog)


async def test_a_redirect_is_not_followed(server: StandIn) -> None:
    server.script((302, {"ok": True, "result": True}))
    async with open_bot(server.url) as bot:
        error = await failure(bot)
    assert isinstance(error, StatusFault)
    assert len(server.calls) == 1


async def test_a_refusal_under_a_status_of_success_is_still_a_refusal(server: StandIn) -> None:
    server.script((200, refusal(400, "Bad Request: chat not found")[1]))
    async with open_bot(server.url) as bot:
        error = await failure(bot)
    assert isinstance(error, BadRequest)


async def test_a_proxy_of_the_environment_is_used(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "inside.invalid")
    async with open_bot("http://outside.invalid") as bot:
        await bot.send_message(5, "x")
    async with open_bot("http://inside.invalid") as bot:
        assert isinstance(await failure(bot), NotSent)
    assert server.paths == [f"http://outside.invalid/bot{TOKEN}/sendMessage"]


async def test_a_proxy_that_refuses_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        async with open_bot("https://outside.invalid") as bot:
            error = await failure(bot)
    assert isinstance(error, NotSent)
    assert TOKEN not in shows(error, caplog)


async def test_a_file_is_fetched_with_the_token(server: StandIn) -> None:
    server.script((200, b"bytes"), (404, b"<html>"))
    async with open_bot(server.url) as bot:
        assert await bot.request.retrieve(f"{server.url}/bothidden-token/file") == b"bytes"
        with pytest.raises(NetworkError):
            await bot.request.retrieve(f"{server.url}/bothidden-token/file")
    assert server.paths[0] == f"/bot{TOKEN}/file"
