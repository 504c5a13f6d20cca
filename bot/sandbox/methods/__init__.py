"""The Bot API's methods: which there are, and how a call is checked before it is carried out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.sandbox.errors import bad_request
from bot.sandbox.methods import chatting, editing, media, profile, receiving, sending
from bot.sandbox.methods.table import TABLE
from bot.sandbox.parameters import Parameter, Upload
from bot.sandbox.world import Params, World

Handler: TypeAlias = Callable[[World, Params], object | Awaitable[object]]

_MISSING: Final = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "photo": "there is no photo in the request",
    "video": "there is no video in the request",
    "animation": "there is no animation in the request",
    "document": "there is no document in the request",
    "audio": "there is no audio in the request",
    "voice": "there is no voice in the request",
    "file_id": "file_id not specified",
}

_HANDLERS: Final[Mapping[str, Handler]] = {
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "getMe": profile.get_me,
    "logOut": profile.done,
    "close": profile.done,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.setter("name"),
    "getMyName": profile.getter("name"),
    "setMyDescription": profile.setter("description"),
    "getMyDescription": profile.getter("description"),
    "setMyShortDescription": profile.setter("short_description"),
    "getMyShortDescription": profile.getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    "sendMessage": sending.send_message,
    "sendPhoto": media.send_photo,
    "sendVideo": media.send_video,
    "sendAnimation": media.send_animation,
    "sendDocument": media.send_document,
    "sendAudio": media.send_audio,
    "sendVoice": media.send_voice,
    "sendMediaGroup": media.send_media_group,
    "sendPoll": sending.send_poll,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "stopPoll": editing.stop_poll,
    "setMessageReaction": editing.set_message_reaction,
    "answerCallbackQuery": receiving.answer_callback_query,
    "getChat": chatting.get_chat,
    "getChatMember": chatting.get_chat_member,
    "getChatMemberCount": chatting.get_chat_member_count,
    "getChatAdministrators": chatting.get_chat_administrators,
    "leaveChat": chatting.leave_chat,
    "pinChatMessage": chatting.pin_chat_message,
    "unpinChatMessage": chatting.pin_chat_message,
    "unpinAllChatMessages": chatting.pin_chat_message,
    "getFile": media.get_file,
}


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: its name as the reference writes it, its parameters, those that must be, and what carries it out."""

    name: str
    parameters: Mapping[str, Parameter]
    required: tuple[str, ...]
    handler: Handler

    def read(self, given: Params) -> tuple[Params, tuple[str, ...]]:
        """The parameters in their types, and the names that the method does not know; raises the API's refusal."""
        known = self.parameters
        read: Params = {}
        unknown: tuple[str, ...] = ()
        for name, value in given.items():
            parameter = known.get(name)
            if parameter is not None:
                read[name] = parameter.read(value)
            elif isinstance(value, Upload):  # an attached file: named by the caller
                read[name] = value
            else:
                unknown += (name,)
        for name in self.required:
            if name not in read:
                raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
        return read, unknown


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        name.lower(): Method(
            name=name,
            parameters=parameters,
            required=tuple(one.name for one in parameters.values() if one.required),
            handler=_HANDLERS[name],
        )
        for name, parameters in TABLE.items()
    }
)
"""Every method by its name in lower case: the Bot API does not mind the case."""
