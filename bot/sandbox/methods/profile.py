"""What the bot says about itself: name, descriptions, commands by scope and language, the menu button."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.sandbox.errors import bad_request
from bot.sandbox.world import Params, World

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2})?")
_MOST_COMMANDS: Final = 100
_DESCRIPTION_LONGEST: Final = 256
_WIDE_SCOPES: Final = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


def get_me(world: World, _params: Params) -> dict[str, Any]:
    """The bot as a user."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def done(_world: World, _params: Params) -> bool:
    """A call that changes nothing here."""
    return True


def _language(params: Params) -> str:
    code: str = params.get("language_code", "")
    if _LANGUAGE.fullmatch(code) is None:
        what = "LANG_CODE_INVALID"
        raise bad_request(what)
    return code


def _scope(world: World, params: Params) -> str:
    scope: Mapping[str, Any] = params.get("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind in _WIDE_SCOPES:
        return kind
    if kind not in {"chat", "chat_administrators", "chat_member"}:
        what = "can't parse BotCommandScope: Unsupported type specified"
        raise bad_request(what)
    chat = world.chats.get(scope.get("chat_id"))
    member = f":{scope.get('user_id')}" if kind == "chat_member" else ""
    return f"{kind}:{chat.chat_id}{member}"


def set_my_commands(world: World, params: Params) -> bool:
    """The command menu of a scope and language."""
    if len(params["commands"]) > _MOST_COMMANDS:
        what = "BOT_COMMANDS_TOO_MUCH"
        raise bad_request(what)
    commands = [_command(command) for command in params["commands"]]
    world.profile.commands[_scope(world, params), _language(params)] = commands
    world.profile_changed()
    return True


def _command(given: object) -> dict[str, str]:
    command = given if isinstance(given, dict) else {}
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not isinstance(description, str):
        what = 'can\'t parse BotCommand: fields "command" and "description" are required'
        raise bad_request(what)
    name = name.removeprefix("/")
    if _COMMAND.fullmatch(name) is None:
        what = "BOT_COMMAND_INVALID"
        raise bad_request(what)
    if not 1 <= len(description) <= _DESCRIPTION_LONGEST:
        what = "BOT_COMMAND_DESCRIPTION_INVALID"
        raise bad_request(what)
    return {"command": name, "description": description}


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    """The command menu of exactly that scope and language."""
    return world.profile.commands.get((_scope(world, params), _language(params)), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """Drop the command menu of a scope and language: wider ones show again."""
    world.profile.commands.pop((_scope(world, params), _language(params)), None)
    world.profile_changed()
    return True


def setter(field: str) -> Callable[[World, Params], bool]:
    """A method that sets one of the bot's texts."""

    def set_text(world: World, params: Params) -> bool:
        world.profile.texts[field, _language(params)] = params.get(field, "")
        world.profile_changed()
        return True

    return set_text


def getter(field: str) -> Callable[[World, Params], dict[str, str]]:
    """A method that gives one of the bot's texts, in that language or in any."""

    def get_text(world: World, params: Params) -> dict[str, str]:
        texts = world.profile.texts
        return {field: texts.get((field, _language(params))) or texts.get((field, ""), "")}

    return get_text


def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the writing line."""
    world.profile.menu_buttons[params.get("chat_id", 0)] = params.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, params: Params) -> dict[str, Any]:
    """The button beside the writing line of one chat, or of all."""
    buttons = world.profile.menu_buttons
    return dict(buttons.get(params.get("chat_id", 0)) or buttons.get(0) or {"type": "default"})
