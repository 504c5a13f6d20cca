"""People and chats as the page reads them."""

from collections.abc import Mapping
from typing import Any, Final

from bot.sandbox.chats import Chat, Chats, Message, Standing
from bot.sandbox.world import World
from messages.text.marked import Entity, Marked, to_html

_PREVIEW: Final = 120
_ENTITY_KEYS: Final = ("type", "offset", "length", "url", "language", "custom_emoji_id")


def people(chats: Chats, query: str, offset: int, limit: int) -> dict[str, Any]:
    """Those whose name or detail has every word of ``query``; whose newest message is newest comes first."""
    words = query.casefold().split()
    found = [chat for chat in chats if chat.migrated_to is None and _has(chat, words)]
    found.sort(key=_newest_id, reverse=True)
    return {"total": len(found), "people": [_person(chat) for chat in found[offset : offset + limit]]}


def _has(chat: Chat, words: list[str]) -> bool:
    text = f"{chat.name} {chat.detail}".casefold()
    return all(word in text for word in words)


def _newest_id(chat: Chat) -> int:
    newest = chat.newest
    return newest.message_id if newest else 0


def _person(chat: Chat) -> dict[str, Any]:
    newest = chat.newest
    last = newest and {"text": _preview(newest), "kind": _kind(newest), "at": newest.sent_at.isoformat()}
    return {**_who(chat), "unread": chat.unread, "last": last}


def _who(chat: Chat) -> dict[str, Any]:
    return {
        "chat_id": chat.chat_id,
        "name": chat.name,
        "detail": chat.detail,
        "language": chat.language,
        "blocked": chat.standing is not Standing.OPEN,
    }


def _preview(message: Message) -> str:
    carried = media(message)
    text = message.text or (carried["name"] if carried else "")
    return " ".join(text[: 2 * _PREVIEW].split())[:_PREVIEW]


def _kind(message: Message) -> str | None:
    return next(iter(message.media)) if message.media else None


def chat(shown: Chat, commands: list[dict[str, str]]) -> dict[str, Any]:
    """One chat with its messages, oldest first, and the person's command menu."""
    return {**_who(shown), "commands": commands, "messages": [_message(message) for message in shown.messages.values()]}


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "html": html(message),
        "buttons": [[_button(button) for button in row] for row in _keyboard(message)],
        "at": message.sent_at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "protected": message.protect,
        "media": media(message),
    }


def html(message: Message) -> str:
    """The text with Telegram's tags only, everything else escaped."""
    entities = [
        Entity(**{name: entity[name] for name in _ENTITY_KEYS if name in entity}) for entity in message.entities
    ]
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    return to_html(Marked(text=message.text, entities=tuple(entities)))


def _keyboard(message: Message) -> list[list[Mapping[str, Any]]]:
    markup = message.reply_markup or {}
    rows: list[list[Mapping[str, Any]]] = markup.get("inline_keyboard", [])
    return rows


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    if "url" in button:
        return {"text": button["text"], "url": button["url"]}
    return {"text": button["text"], "data": button.get("callback_data", "")}


def callback_data(message: Message) -> set[str]:
    """The data of every button that a message has."""
    return {button["callback_data"] for row in _keyboard(message) for button in row if "callback_data" in button}


def media(message: Message) -> dict[str, Any] | None:
    """What a message carries: kind, name, type, size in bytes, where the page gets it, and of which album it is."""
    if not message.media:
        return None
    kind, body = next(iter(message.media.items()))
    if kind == "poll":
        return {"kind": kind, "name": body["question"], "mime": "", "size": None, "url": None, "album": None}
    file = body[-1] if isinstance(body, list) else body
    return {
        "kind": kind,
        "name": file.get("file_name", ""),
        "mime": file.get("mime_type", ""),
        "size": file.get("file_size"),
        "url": f"/sandbox/files/{file['file_id']}",
        "album": message.media.get("media_group_id"),
    }


def tally(world: World) -> dict[str, Any]:
    """How many calls each method had by status, how often each limit refused, and what broke the method table."""
    calls: dict[str, dict[str, int]] = {}
    for (method, status), count in world.tally.items():
        calls.setdefault(method, {})[str(status)] = count
    return {"calls": calls, "floods": dict(world.gate.floods), "violations": list(world.violations)}


def calls(world: World, method: str | None, limit: int) -> list[dict[str, Any]]:
    """The last calls (of one method, if named), oldest first; ``at`` is in seconds of the machine's steady clock."""
    found = [call for call in world.calls if method is None or call.method == method][-limit:] if limit else []
    return [
        {"method": call.method, "chat_id": call.params.get("chat_id"), "status": call.status, "at": call.at}
        for call in found
    ]
