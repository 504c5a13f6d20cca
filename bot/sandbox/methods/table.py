"""The method table: each method of the Bot API that the sandbox answers, and its parameters.

A line says ``name:kind``, with ``!`` for a required one and ``<n`` for the most characters (or items). Source: the Bot
API's reference, "Available methods" and "Updating messages". Deprecated parameters still in use are listed too.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.sandbox.parameters import KINDS, Parameter

_LINE: Final = re.compile(r"(\w+):(\w+)(!?)(?:<(\d+))?")

_COPIED: Final = """
    chat_id:chat! message_thread_id:int disable_notification:bool protect_content:bool allow_paid_broadcast:bool
    message_effect_id:str reply_parameters:object reply_to_message_id:int allow_sending_without_reply:bool
"""
_PLAIN: Final = f"business_connection_id:str {_COPIED}"
_TOPICAL: Final = "direct_messages_topic_id:int suggested_post_parameters:object"
_SENT: Final = f"{_PLAIN} {_TOPICAL} reply_markup:object"
_MARKED: Final = "parse_mode:str entities:array link_preview_options:object disable_web_page_preview:bool"
_CAPTION: Final = "caption:str parse_mode:str caption_entities:array"
_ABOVE: Final = "show_caption_above_media:bool"
_EDITED: Final = "business_connection_id:str chat_id:chat message_id:int inline_message_id:str reply_markup:object"
_FILM: Final = "duration:int width:int height:int thumbnail:file has_spoiler:bool"
_LANGUAGE: Final = "language_code:str"
_MEMBER: Final = "chat_id:chat! user_id:int!"
_MESSAGE: Final = "chat_id:chat! message_id:int!"

_METHODS: Final = {
    # receiving
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:array",
    "setWebhook": """url:str! certificate:file ip_address:str max_connections:int allowed_updates:array
                     drop_pending_updates:bool secret_token:str<256""",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    # the bot itself
    "getMe": "",
    "logOut": "",
    "close": "",
    "setMyCommands": f"commands:array! scope:object {_LANGUAGE}",
    "getMyCommands": f"scope:object {_LANGUAGE}",
    "deleteMyCommands": f"scope:object {_LANGUAGE}",
    "setMyName": f"name:str<64 {_LANGUAGE}",
    "getMyName": _LANGUAGE,
    "setMyDescription": f"description:str<512 {_LANGUAGE}",
    "getMyDescription": _LANGUAGE,
    "setMyShortDescription": f"short_description:str<120 {_LANGUAGE}",
    "getMyShortDescription": _LANGUAGE,
    "setChatMenuButton": "chat_id:int menu_button:object",
    "getChatMenuButton": "chat_id:int",
    # sending
    "sendMessage": f"text:str! {_MARKED} {_SENT}",
    "sendPhoto": f"photo:file! has_spoiler:bool {_ABOVE} {_CAPTION} {_SENT}",
    "sendVideo": f"""video:file! cover:file start_timestamp:int supports_streaming:bool
        {_FILM} {_ABOVE} {_CAPTION} {_SENT}""",
    "sendAnimation": f"animation:file! {_FILM} {_ABOVE} {_CAPTION} {_SENT}",
    "sendDocument": f"document:file! thumbnail:file disable_content_type_detection:bool {_CAPTION} {_SENT}",
    "sendAudio": f"audio:file! duration:int performer:str title:str thumbnail:file {_CAPTION} {_SENT}",
    "sendVoice": f"voice:file! duration:int {_CAPTION} {_SENT}",
    "sendMediaGroup": f"media:array!<10 {_PLAIN} direct_messages_topic_id:int",
    "sendPoll": f"""question:str!<300 question_parse_mode:str question_entities:array options:array! is_anonymous:bool
        type:str allows_multiple_answers:bool allows_revoting:bool shuffle_options:bool allow_adding_options:bool
        hide_results_until_closes:bool members_only:bool country_codes:array correct_option_id:int
        correct_option_ids:array explanation:str<200 explanation_parse_mode:str explanation_entities:array
        explanation_media:object description:str description_parse_mode:str description_entities:array media:object
        open_period:int close_date:int is_closed:bool reply_markup:object {_PLAIN}""",
    "copyMessage": f"""from_chat_id:chat! message_id:int! video_start_timestamp:int reply_markup:object {_ABOVE}
        {_CAPTION} {_COPIED} {_TOPICAL}""",
    "forwardMessage": """chat_id:chat! message_thread_id:int direct_messages_topic_id:int from_chat_id:chat!
                         message_id:int! video_start_timestamp:int disable_notification:bool protect_content:bool
                         suggested_post_parameters:object message_effect_id:str""",
    "sendChatAction": "chat_id:chat! action:str! business_connection_id:str message_thread_id:int",
    # changing what was sent
    "editMessageText": f"text:str! {_MARKED} {_EDITED}",
    "editMessageCaption": f"{_ABOVE} {_CAPTION} {_EDITED}",
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": _MESSAGE,
    "deleteMessages": "chat_id:chat! message_ids:array!<100",
    "stopPoll": f"{_MESSAGE} business_connection_id:str reply_markup:object",
    "setMessageReaction": f"{_MESSAGE} reaction:array is_big:bool",
    # answering, chats, files
    "answerCallbackQuery": "callback_query_id:str! text:str show_alert:bool url:str cache_time:int",
    "getChat": "chat_id:chat!",
    "getChatMember": _MEMBER,
    "getChatMemberCount": "chat_id:chat!",
    "getChatAdministrators": "chat_id:chat! return_bots:bool",
    "leaveChat": "chat_id:chat!",
    "pinChatMessage": f"{_MESSAGE} business_connection_id:str disable_notification:bool",
    "unpinChatMessage": "chat_id:chat! business_connection_id:str message_id:int",
    "unpinAllChatMessages": "chat_id:chat!",
    "getFile": "file_id:str!",
}


def _parameter(line: str) -> Parameter:
    match = _LINE.fullmatch(line)
    if match is None or match[2] not in KINDS:
        message = f"the method table has a line that cannot be read: {line}"
        raise ValueError(message)
    return Parameter(name=match[1], kind=match[2], required=bool(match[3]), longest=int(match[4]) if match[4] else None)


TABLE: Final[Mapping[str, Mapping[str, Parameter]]] = MappingProxyType(
    {name: {(read := _parameter(line)).name: read for line in lines.split()} for name, lines in _METHODS.items()}
)
"""Method name → parameter name → parameter."""
