"""People send files over the page: what the bot is told, what the page shows, and what neither takes nor runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import NO_LIMITS, Upload
from bot.sandbox.files import HELD
from tests.sandboxed import Line, sandboxed
from tests.sent_files import PNG, animation, document, film, photo

FORGED = '../<img src=x onerror=alert(1)>\r\nX: "y".html'


async def send(
    line: Line,
    *uploads: Upload,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    chat_id: int = 5,
) -> tuple[int, Any]:
    """What the page posts."""
    form = aiohttp.FormData(fields or {}, default_to_multipart=True)
    for upload in uploads:
        form.add_field("file", upload.content, filename=upload.name, content_type=upload.mime)
    url = f"{line.sandbox.url}/sandbox/chats/{chat_id}/files"
    async with line.session.post(url, data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def shown(line: Line) -> list[dict[str, Any]]:
    _, chat = await line.get("/sandbox/chats/5")
    return list(chat["messages"])


async def test_one_file_is_one_update_with_its_caption() -> None:
    async with sandboxed() as (_, line):
        status, sent = await send(line, document(b"%PDF"), fields={"caption": " 请查收 "})
        (told,) = await line.done("getUpdates")
        message = told["message"]
        assert (status, sent) == (200, {"ids": [message["message_id"]]})
        assert message["caption"] == "请查收"
        assert message["document"]["file_name"] == "通知.pdf"
        assert (message["document"]["mime_type"], message["document"]["file_size"]) == ("application/pdf", 4)
        assert "media_group_id" not in message
        where = await line.done("getFile", file_id=message["document"]["file_id"])
        url = f"{line.sandbox.url}/file/bot{line.sandbox.token}/{where['file_path']}"
        async with line.session.get(url) as answer:
            assert await answer.read() == b"%PDF"


async def test_files_chosen_at_once_are_an_album_with_an_update_for_each() -> None:
    async with sandboxed() as (_, line):
        await send(line, photo(), film(), fields={"caption": "现场"})
        first, second = (told["message"] for told in await line.done("getUpdates"))
        assert first["media_group_id"] == second["media_group_id"]
        assert (first["caption"], "caption" in second) == ("现场", False)
        assert ("photo" in first, "video" in second) == (True, True)
        assert len({media["media"]["album"] for media in await shown(line)}) == 1


async def test_an_animation_goes_alone_and_is_told_as_a_document_too() -> None:
    async with sandboxed() as (_, line):
        await send(line, photo(), animation())
        picture, moving = (told["message"] for told in await line.done("getUpdates"))
        assert "media_group_id" not in picture | moving
        assert moving["animation"] == moving["document"]
        assert (await shown(line))[1]["media"]["kind"] == "animation"


async def test_pictures_can_be_sent_as_they_are() -> None:
    async with sandboxed() as (_, line):
        await send(line, photo(), fields={"as": "document"})
        (told,) = await line.done("getUpdates")
        assert told["message"]["document"]["file_name"] == "1.png"


@pytest.mark.parametrize(
    ("uploads", "fields", "status"),
    [
        ((), {}, 400),
        ((document(b""),), {}, 400),
        ((document(),), {"caption": "字" * 1025}, 400),
        ((document(),), {"as": "picture"}, 400),
        ([document(bytes([number])) for number in range(51)], {}, 400),
    ],
)
async def test_what_cannot_be_sent_is_refused(uploads: tuple[Upload, ...], fields: dict[str, str], status: int) -> None:
    async with sandboxed() as (sandbox, line):
        answered, body = await send(line, *uploads, fields=fields)
        assert (answered, "refused" in body) == (status, True)
        assert sandbox.messages(5) == []
        assert await line.done("getUpdates") == []


async def test_a_name_that_no_database_keeps_is_refused() -> None:
    """A NUL in it came through to the bot, and was a fault there."""
    async with sandboxed() as (_, line):
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", b"%PDF", filename="a%00.pdf")
        async with line.session.post(f"{line.sandbox.url}/sandbox/chats/5/files", data=form) as answer:
            assert answer.status == 400
        assert await line.done("getUpdates") == []


async def test_who_has_blocked_the_bot_and_a_chat_that_is_not_there_send_nothing() -> None:
    async with sandboxed() as (sandbox, line):
        assert (await send(line, document(), chat_id=99))[0] == 404
        sandbox.block(5)
        assert (await send(line, document()))[0] == 409


async def test_another_site_cannot_send_a_form_and_no_form_is_taken_elsewhere() -> None:
    async with sandboxed() as (sandbox, line):
        assert (await send(line, document(), headers={"Origin": "https://example.org"}))[0] == 403
        assert (await send(line, document(), headers={"Sec-Fetch-Site": "cross-site"}))[0] == 403
        assert (await line.post("/sandbox/chats/5/files", {"file": "x"}))[0] == 403
        form = aiohttp.FormData({"text": "x"}, default_to_multipart=True)
        async with line.session.post(f"{sandbox.url}/sandbox/chats/5/messages", data=form) as answer:
            assert answer.status == 403
        assert sandbox.messages(5) == []


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/html\x0b", "x"])
async def test_a_hostile_file_is_downloaded_never_run(mime: str) -> None:
    async with sandboxed() as (sandbox, line):
        await sandbox.send_files(5, [Upload(name=FORGED, mime=mime, content=b"<script>alert(1)</script>")])
        (message,) = await shown(line)
        assert message["media"]["name"] == FORGED  # the page writes it as text
        async with line.session.get(sandbox.url + message["media"]["url"]) as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''..%2F%3Cimg")
            assert "X" not in answer.headers


async def test_files_are_there_after_a_restart(tmp_path: Path) -> None:
    async with sandboxed(store=tmp_path / "sandbox.db", limits=NO_LIMITS) as (_, line):
        await send(line, photo(), photo(PNG + b"2"))
        before = await shown(line)
    async with sandboxed(store=tmp_path / "sandbox.db") as (sandbox, line):
        assert await shown(line) == before
        assert len(await line.done("getUpdates")) == 2
        for message, content in zip(before, (PNG, PNG + b"2"), strict=True):
            async with line.session.get(sandbox.url + message["media"]["url"]) as answer:
                assert await answer.read() == content


async def test_the_oldest_files_are_forgotten_beyond_the_bound_and_no_newer_ones() -> None:
    many = HELD // (32 * 2**20)
    async with sandboxed() as (sandbox, _):
        block = bytes(32 * 2**20)
        for number in range(many + 1):
            await sandbox.send_files(5, [Upload(name=str(number), mime="a/b", content=block)])
        assert [file.name for file in sandbox.world.files.values()] == [str(number) for number in range(1, many + 1)]
