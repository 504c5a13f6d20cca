"""Sends notices to chats: the notifier's port, on Telegram."""

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.calls import call_of, upload_of
from bot.telegram.errors import outcome_of
from bot.telegram.files import BotFiles, FileUnavailable
from bot.telegram.parcels import Carrier, Params, Parcel, UploadUnderWay, parcels, text_call
from messages.deliveries import (
    Delivered,
    NotYet,
    Outcome,
    PartSent,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    Unconfirmed,
)
from messages.store.database import is_away
from schedules.notifier import Notifier, Outgoing


class TelegramNotifier(Notifier):
    """One parcel, one request; the dispatcher has paced it already.

    It asks through the library's request, below the library's ``send_message``: of the answer only the message's id is
    wanted, and making the library's Message of it, with its hundred fields, took half of the time that a send costs.
    """

    def __init__(self, bot: ExtBot[str], files: BotFiles) -> None:
        """Send as ``bot``, which knows ``files``."""
        self._request = bot.request
        self._root = bot.base_url
        self._url = f"{bot.base_url}/sendMessage"
        self._carrier = Carrier(files, self._post, alone=True)

    async def send(self, message: Outgoing) -> Outcome:
        """Send once. What the wire and the Bot API do comes back as an outcome; only a bug of ours is raised."""
        if message.attachments:
            return await self._send_parcel(message, parcels(message)[0])
        try:
            sent: object = await self._request.post(self._url, call_of(text_call(message)))
        except TelegramError as error:
            return outcome_of(error)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return Delivered(number) if isinstance(number, int) else Unconfirmed()

    async def _send_parcel(self, message: Outgoing, parcel: Parcel) -> Outcome:
        try:
            arrived = await self._carrier.carry(message, parcel)
        except TelegramError as error:
            outcome = outcome_of(error)
            return Unconfirmed(part=not parcel.text) if isinstance(outcome, Unconfirmed) else outcome
        except UploadUnderWay:
            return NotYet()
        except FileUnavailable:
            return PermanentFailure(Reason.FILE_UNKNOWN)
        except Exception as error:
            if not is_away(error):
                raise
            return TemporaryFailure(Reason.SERVER)  # the files could not be looked up, so nothing was sent
        if not arrived:
            return Unconfirmed(part=not parcel.text)
        return Delivered(arrived[-1]) if parcel.text else PartSent(arrived)

    async def _post(self, method: str, params: Params) -> object:
        return await self._request.post(f"{self._root}/{method}", upload_of(params))
