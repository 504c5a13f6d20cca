"""The sandbox answers calls as the Bot API does."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import NO_LIMITS, Upload
from tests.sandboxed import TOKEN, Time, sandboxed

BUTTON = {"text": "✅ 已知悉", "callback_data": "a1:1"}
KEYBOARD = {"inline_keyboard": [[BUTTON]]}


async def test_a_message_comes_back_as_the_bot_api_shows_it() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done(
            "sendMessage", chat_id=5, text="<b>国庆</b> &amp; 🎉 <i>节</i>", parse_mode="HTML", protect_content=True,
            reply_markup=KEYBOARD,
        )  # fmt: skip
        assert sent["text"] == "国庆 & 🎉 节"
        assert sent["entities"] == [
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "italic", "offset": 8, "length": 1},
        ]
        assert sent["chat"] == {"id": 5, "type": "private", "first_name": "王秀英"}
        assert sent["from"]["is_bot"]
        assert sent["reply_markup"] == KEYBOARD
        (message,) = sandbox.messages(5)
        assert (message.message_id, message.protect, message.edited_at) == (sent["message_id"], True, None)


async def test_a_wrong_token_and_an_unknown_method_are_refused() -> None:
    async with sandboxed() as (sandbox, line):
        async with line.session.post(f"{sandbox.url}/bot999:wrong/getMe") as answer:
            assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        assert await line.call("sendMassage") == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found: method not found",
        }
        assert list(sandbox.violations) == ["sendMassage: there is no such method"]


@pytest.mark.parametrize("form", ["json", "form", "multipart", "query"])
async def test_parameters_are_read_in_every_form_that_the_api_takes(form: str) -> None:
    text = {"chat_id": "5", "text": "你好 &", "disable_notification": "true", "reply_markup": json.dumps(KEYBOARD)}
    async with sandboxed() as (sandbox, line):
        url = f"{sandbox.url}/bot{TOKEN}/sendMessage"
        given: dict[str, Any] = {"json": {"json": text}, "form": {"data": text}, "query": {"params": text}}.get(
            form, {}
        )
        if form == "multipart":
            body = aiohttp.FormData(default_to_multipart=True)
            for name, value in text.items():
                body.add_field(name, value)
            given = {"data": body}
        async with line.session.post(url, **given) as answer:
            assert answer.status == 200, await answer.text()
        assert sandbox.messages(5)[0].reply_markup == KEYBOARD
        assert sandbox.calls("sendMessage")[0].params["chat_id"] == 5
        assert not sandbox.violations


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": 6, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": 5}, "message text is empty"),
        ({"chat_id": 5, "text": " \n "}, "message text is empty"),
        ({"chat_id": 5, "text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"chat_id": 5, "text": "字" * 4097}, "message is too long"),
        ({"chat_id": 5, "text": "🎉" * 2049}, "message is too long"),
        (
            {"chat_id": 5, "text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"chat_id": 5, "text": "x", "parse_mode": "Marked"}, "unsupported parse_mode"),
        (
            {
                "chat_id": 5,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "字" * 22}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "javascript:1"}]]}},
            "inline keyboard button URL 'javascript:1' is invalid: Wrong HTTP URL",
        ),
        ({"chat_id": 5, "text": "x", "reply_to_message_id": 77}, "message to be replied not found"),
        (
            {"chat_id": 5, "text": "x", "message_thread_id": "one"},
            'can\'t parse parameter "message_thread_id": it must be of type Integer',
        ),
    ],
)
async def test_a_bad_message_is_refused_in_the_words_of_the_api(params: dict[str, Any], said: str) -> None:
    async with sandboxed() as (sandbox, line):
        assert await line.refusal("sendMessage", **params) == f"Bad Request: {said}"
        assert sandbox.messages(5) == []


async def test_the_longest_text_is_counted_after_its_tags_are_read() -> None:
    async with sandboxed() as (_, line):
        assert await line.done("sendMessage", chat_id=5, text=f"<b>{'字' * 4096}</b>", parse_mode="HTML")


async def test_an_unknown_parameter_is_ignored_and_recorded() -> None:
    async with sandboxed() as (sandbox, line):
        await line.done("sendMessage", chat_id=5, text="x", parsemode="HTML")
        assert list(sandbox.violations) == ["sendMessage: there is no parameter parsemode"]


async def test_an_edit_changes_the_message_and_takes_the_button_away() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done("sendMessage", chat_id=5, text="x", reply_markup=KEYBOARD)
        await line.done("editMessageText", chat_id=5, message_id=sent["message_id"], text="<b>y</b>", parse_mode="HTML")
        (message,) = sandbox.messages(5)
        assert (message.text, message.reply_markup) == ("y", None)
        assert message.edited_at is not None


async def test_an_edit_that_changes_nothing_is_refused() -> None:
    async with sandboxed() as (_, line):
        sent = await line.done("sendMessage", chat_id=5, text="x", reply_markup=KEYBOARD)
        same = {"chat_id": 5, "message_id": sent["message_id"]}
        said = await line.refusal("editMessageText", **same, text="x", reply_markup=KEYBOARD)
        assert said.startswith("Bad Request: message is not modified: specified new message content")
        said = await line.refusal("editMessageReplyMarkup", **same, reply_markup=KEYBOARD)
        assert said.startswith("Bad Request: message is not modified")
        await line.done("editMessageReplyMarkup", **same)


async def test_only_a_message_of_the_bot_can_be_edited() -> None:
    async with sandboxed() as (sandbox, line):
        written = await sandbox.send_text(5, "hello")
        said = await line.refusal("editMessageText", chat_id=5, message_id=written.message_id, text="x")
        assert said == "Bad Request: message can't be edited"
        said = await line.refusal("editMessageText", chat_id=5, message_id=99, text="x")
        assert said == "Bad Request: message to edit not found"
        said = await line.refusal("editMessageText", chat_id=5, text="x")
        assert said == "Bad Request: message identifier is not specified"


async def test_a_deleted_message_is_gone() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done("sendMessage", chat_id=5, text="x")
        assert await line.done("deleteMessage", chat_id=5, message_id=sent["message_id"])
        assert sandbox.messages(5) == []
        said = await line.refusal("deleteMessage", chat_id=5, message_id=sent["message_id"])
        assert said == "Bad Request: message to delete not found"


async def test_several_messages_are_deleted_at_once_and_those_that_are_gone_passed_over() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        numbers = [(await line.done("sendMessage", chat_id=5, text=text))["message_id"] for text in "abc"]
        assert await line.done("deleteMessages", chat_id=5, message_ids=[*numbers[:2], 999])
        assert [message.message_id for message in sandbox.messages(5)] == numbers[2:]
        said = await line.refusal("deleteMessages", chat_id=5, message_ids=[])
        assert said == "Bad Request: message identifiers are not specified"


async def test_a_message_is_deleted_for_everyone_within_48_hours() -> None:
    time = Time()
    async with sandboxed(steady=time.steady, now=time.now) as (sandbox, line):
        old = (await line.done("sendMessage", chat_id=5, text="old"))["message_id"]
        time.seconds += 1
        new = (await line.done("sendMessage", chat_id=5, text="new"))["message_id"]
        time.seconds += 48 * 3600
        too_old = "Bad Request: message can't be deleted for everyone"
        assert await line.refusal("deleteMessage", chat_id=5, message_id=old) == too_old
        assert await line.refusal("deleteMessages", chat_id=5, message_ids=[new, old]) == too_old
        assert await line.done("deleteMessage", chat_id=5, message_id=new)
        assert [message.message_id for message in sandbox.messages(5)] == [old]


async def test_nothing_is_deleted_where_the_bot_may_not_write() -> None:
    async with sandboxed() as (sandbox, line):
        number = (await line.done("sendMessage", chat_id=5, text="x"))["message_id"]
        sandbox.block(5)
        said = await line.refusal("deleteMessage", chat_id=5, message_id=number)
        assert said == "Forbidden: bot was blocked by the user"


async def test_commands_are_kept_by_scope_and_language_and_the_narrowest_is_shown() -> None:
    async with sandboxed() as (sandbox, line):
        person = sandbox.chats.get(5)
        help_, inbox = ({"command": name, "description": name} for name in ("help", "inbox"))
        await line.done("setMyCommands", commands=[help_])
        assert sandbox.world.commands_for(person) == [help_]
        await line.done("setMyCommands", commands=[inbox], scope={"type": "all_private_chats"}, language_code="zh")
        assert sandbox.world.commands_for(person) == [inbox]
        await line.done("setMyCommands", commands=[inbox, help_], scope={"type": "chat", "chat_id": 5})
        assert sandbox.world.commands_for(person) == [inbox, help_]
        assert await line.done("getMyCommands", scope={"type": "chat", "chat_id": 5}) == [inbox, help_]
        await line.done("deleteMyCommands", scope={"type": "chat", "chat_id": 5})
        assert sandbox.world.commands_for(person) == [inbox]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"command": "Help", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "help", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "help"}, 'can\'t parse BotCommand: fields "command" and "description" are required'),
    ],
)
async def test_a_bad_command_is_refused(command: dict[str, str], said: str) -> None:
    async with sandboxed() as (_, line):
        assert await line.refusal("setMyCommands", commands=[command]) == f"Bad Request: {said}"


async def test_an_uploaded_document_can_be_fetched_again_and_sent_by_its_id() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        body = aiohttp.FormData({"chat_id": "5", "caption": "<b>附件</b>", "parse_mode": "HTML"})
        body.add_field("document", b"%PDF", filename="说明.pdf", content_type="application/pdf")
        async with line.session.post(f"{sandbox.url}/bot{TOKEN}/sendDocument", data=body) as answer:
            sent = (await answer.json())["result"]
        assert (sent["caption"], sent["document"]["file_name"]) == ("附件", "说明.pdf")
        file = await line.done("getFile", file_id=sent["document"]["file_id"])
        async with line.session.get(f"{sandbox.url}/file/bot{TOKEN}/{file['file_path']}") as answer:
            assert await answer.read() == b"%PDF"
        again = await line.done("sendDocument", chat_id=5, document=sent["document"]["file_id"])
        assert again["document"]["file_name"] == "说明.pdf"


async def test_a_photo_needs_a_file_and_a_short_caption() -> None:
    async with sandboxed() as (_, line):
        assert await line.refusal("sendPhoto", chat_id=5) == "Bad Request: there is no photo in the request"
        said = await line.refusal("sendPhoto", chat_id=5, photo="nothing")
        assert said == "Bad Request: wrong file identifier/HTTP URL specified"
        said = await line.refusal("sendPhoto", chat_id=5, photo="https://example.org/a.png", caption="字" * 1025)
        assert said == "Bad Request: message caption is too long"


async def test_an_album_is_one_call_and_several_messages() -> None:
    async with sandboxed() as (sandbox, line):
        body = aiohttp.FormData({"chat_id": "5"})
        body.add_field(
            "media",
            json.dumps([{"type": "photo", "media": "attach://one"}, {"type": "video", "media": "attach://two"}]),
        )
        body.add_field("one", b"png", filename="1.png", content_type="image/png")
        body.add_field("two", b"mp4", filename="2.mp4", content_type="video/mp4")
        async with line.session.post(f"{sandbox.url}/bot{TOKEN}/sendMediaGroup", data=body) as answer:
            sent = (await answer.json())["result"]
        assert len(sent) == len(sandbox.messages(5)) == 2
        assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
        assert not sandbox.violations


async def test_what_cannot_be_in_an_album_together_is_refused_as_a_whole() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        (photo,) = await sandbox.send_files(5, [Upload(name="1.png", mime="image/png", content=b"png")])
        (pdf,) = await sandbox.send_files(5, [Upload(name="2.pdf", mime="application/pdf", content=b"pdf")])
        assert photo.media
        assert pdf.media
        one = {"type": "photo", "media": photo.media["photo"][-1]["file_id"]}
        other = {"type": "document", "media": pdf.media["document"]["file_id"]}
        said = await line.refusal("sendMediaGroup", chat_id=5, media=[one, other])
        assert said == "Bad Request: document can't be mixed with other media types"
        said = await line.refusal("sendMediaGroup", chat_id=5, media=[one, one | {"type": "animation"}])
        assert "type must be one of photo, video, document, audio" in said
        assert len(sandbox.messages(5)) == 2


async def test_a_file_that_is_larger_than_a_bot_may_fetch_is_not_handed_out() -> None:
    async with sandboxed() as (sandbox, line):
        content = b"x" * (20 * 2**20 + 1)
        (sent,) = await sandbox.send_files(5, [Upload(name="1.zip", mime="application/zip", content=content)])
        assert sent.media
        said = await line.refusal("getFile", file_id=sent.media["document"]["file_id"])
        assert said == "Bad Request: file is too big"


async def test_a_vote_is_sent_and_closed() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done("sendPoll", chat_id=5, question="同意？", options=[{"text": "是"}, {"text": "否"}])
        assert [option["text"] for option in sent["poll"]["options"]] == ["是", "否"]
        closed = await line.done("stopPoll", chat_id=5, message_id=sent["message_id"])
        assert closed["is_closed"]
        assert sandbox.messages(5)[0].media == {"poll": closed}


async def test_copies_and_forwards_of_a_protected_message_are_refused() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        sandbox.add_person(6, "李伟")
        shown = await line.done("sendMessage", chat_id=5, text="x")
        kept = await line.done("sendMessage", chat_id=5, text="y", protect_content=True)
        for method in ("copyMessage", "forwardMessage"):
            assert await line.done(method, chat_id=6, from_chat_id=5, message_id=shown["message_id"])
            said = await line.refusal(method, chat_id=6, from_chat_id=5, message_id=kept["message_id"])
            assert said.startswith("Bad Request: message can't be copied or forwarded")
        assert [message.text for message in sandbox.messages(6)] == ["x", "x"]


async def test_the_rest_of_what_a_service_may_call_is_answered() -> None:
    async with sandboxed() as (_, line):
        sent = await line.done("sendMessage", chat_id=5, text="x")
        place = {"chat_id": 5, "message_id": sent["message_id"]}
        assert await line.done("sendChatAction", chat_id=5, action="typing")
        assert (await line.done("getChat", chat_id=5))["first_name"] == "王秀英"
        assert (await line.done("getChatMember", chat_id=-7, user_id=5))["status"] == "member"
        assert await line.done("pinChatMessage", **place)
        assert await line.done("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
        assert await line.done("setMyDescription", description="通知", language_code="zh")
        assert await line.done("getMyDescription", language_code="zh") == {"description": "通知"}
        assert await line.done("setChatMenuButton", menu_button={"type": "commands"})
        assert await line.done("getChatMenuButton", chat_id=5) == {"type": "commands"}
