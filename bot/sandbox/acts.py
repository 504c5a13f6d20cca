"""What a person does: write, send files, press a button, block the bot."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.chats import Chat, Message, Standing, as_api, command_entities
from bot.sandbox.files import albums, described, keep, kind_of
from bot.sandbox.parameters import Upload
from bot.sandbox.world import Query, Toast, World


def write(
    world: World,
    chat_id: int,
    text: str,
    *,
    sender_id: int | None = None,
    entities: Sequence[Mapping[str, Any]] = (),
) -> Message:
    """A person writes a text or a command into a chat (own chat, or ``sender_id`` in a group), with formatting."""
    return _say(world, chat_id, text, sender_id, entities=(*command_entities(text), *entities))


def send_files(
    world: World,
    chat_id: int,
    uploads: Sequence[Upload],
    *,
    caption: str = "",
    entities: Sequence[Mapping[str, Any]] = (),
    as_documents: bool = False,
    sender_id: int | None = None,
) -> list[Message]:
    """A person sends files that were chosen at once: as albums, as clients do, with one update for each file.

    The caption goes to the first. Pictures and films are sent to be seen, unless ``as_documents``.
    """
    kinds = ["document" if as_documents else kind_of(upload) for upload in uploads]
    carried = [described(kind, keep(world, kind, upload)) for kind, upload in zip(kinds, uploads, strict=True)]
    for places in albums(kinds):
        if len(places) > 1:
            group = {"media_group_id": str(world.chats.last_message_id + 1 + places.start)}
            carried[places.start : places.stop] = [carried[place] | group for place in places]
    captions = [(caption, tuple(entities)), *[("", ())] * len(uploads)]
    return [
        _say(world, chat_id, text, sender_id, entities=marks, media=media)
        for (text, marks), media in zip(captions, carried, strict=False)
    ]


def _say(world: World, chat_id: int, text: str, sender_id: int | None, **content: Any) -> Message:  # noqa: ANN401 -- Message's fields
    chat = world.chats.get(chat_id)
    message = Message(
        message_id=world.chats.next_message_id(),
        chat_id=chat_id,
        from_bot=False,
        sender_id=sender_id,
        text=text,
        sent_at=world.now(),
        **content,
    )
    world.chats.put(chat, message)
    body = as_api(chat, message, world.bot) | {"from": _user(world, chat, sender_id)}
    world.updates.push("message", body)
    return message


def _user(world: World, chat: Chat, user_id: int | None) -> dict[str, Any]:
    return (chat if user_id is None else world.chats.get(user_id)).as_user()


def tap(world: World, chat_id: int, message_id: int, data: str, *, user_id: int | None = None) -> Query:
    """A press on a button, also of a message that is gone or with data that no button has: the bot must see through it.

    ``user_id`` is who presses, where it is not the chat's own person.
    """
    chat = world.chats.get(chat_id)
    message = chat.messages.get(message_id)
    query = world.ask()
    body = {
        "id": query.id,
        "from": _user(world, chat, user_id),
        "chat_instance": str(chat_id),
        "message": {"message_id": message_id, "chat": chat.as_chat(), "date": 0}
        if message is None
        else as_api(chat, message, world.bot),
        "data": data,
    }
    if world.updates.push("callback_query", body) is None:
        query.answer.cancel()
    return query


async def answered(query: Query, seconds: float) -> Toast | None:
    """The bot's answer to a press; None when there was none within ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(query.answer)
    except TimeoutError:
        return None
    except asyncio.CancelledError:
        if query.answer.cancelled():
            return None
        raise


def block(world: World, chat_id: int, *, blocked: bool) -> None:
    """A person blocks the bot or takes it back; the bot is told by ``my_chat_member``."""
    before = world.chats.get(chat_id).standing
    after = Standing.BLOCKED if blocked else Standing.OPEN
    if before is after:
        return
    chat = world.chats.set_standing(chat_id, after)
    world.updates.push(
        "my_chat_member",
        {
            "chat": chat.as_chat(),
            "from": chat.as_user(),
            "date": int(world.now().timestamp()),
            "old_chat_member": _bot_as_member(world, before),
            "new_chat_member": _bot_as_member(world, after),
        },
    )


def _bot_as_member(world: World, standing: Standing) -> dict[str, Any]:
    if standing is Standing.OPEN:
        return {"user": world.bot, "status": "member"}
    return {"user": world.bot, "status": "kicked", "until_date": 0}
