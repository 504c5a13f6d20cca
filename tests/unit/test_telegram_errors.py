"""What the Bot API answers becomes an outcome: one table, code by code, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram.error import ChatMigrated, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.eraser import TelegramEraser
from bot.telegram.errors import outcome_of
from bot.telegram.files import BotFiles
from bot.telegram.notifier import TelegramNotifier
from bot.telegram.transport import AnswerLost, NotSent
from messages.deliveries import (
    Erased,
    Erasure,
    Flooded,
    Migrated,
    Outcome,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.notifier import Outgoing
from tests.telegram_standin import TOKEN, Pace, StandIn, refusal, stand_in


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


@pytest.fixture
def composer(renderer: Renderer, catalog: Catalog) -> Composer:
    return Composer(renderer, catalog)


@pytest.fixture
async def bot(server: StandIn) -> AsyncIterator[ExtBot[str]]:
    built = build_bot(TOKEN, server.url, AnswerMeter(Pace()))
    await built.request.initialize()
    yield built
    await built.request.shutdown()


REJECTED = PermanentFailure(Reason.REJECTED)
NOT_FOUND = PermanentFailure(Reason.CHAT_NOT_FOUND)
BLOCKED = PermanentFailure(Reason.BLOCKED)
DEACTIVATED = PermanentFailure(Reason.DEACTIVATED)
SERVER = TemporaryFailure(Reason.SERVER)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (refusal(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'), REJECTED),
        (refusal(400, "Bad Request: message is too long"), REJECTED),
        (refusal(400, "Bad Request: message text is empty"), REJECTED),
        (refusal(400, "Bad Request: BUTTON_DATA_INVALID"), REJECTED),
        (refusal(400, "Bad Request: chat not found"), NOT_FOUND),
        (refusal(400, "Bad Request: PEER_ID_INVALID"), NOT_FOUND),
        (refusal(400, "Bad Request: user not found"), NOT_FOUND),
        (refusal(400, "Bad Request: chat_id is empty"), NOT_FOUND),
        (refusal(400, "Bad Request: INPUT_USER_DEACTIVATED"), DEACTIVATED),
        (refusal(400, "Bad Request: USER_IS_BLOCKED"), BLOCKED),
        (refusal(400, "Bad Request: not enough rights to send text messages to the chat"), BLOCKED),
        (
            refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009),
            Migrated(-1009),
        ),
        (refusal(401, "Unauthorized"), TokenRefused()),
        (refusal(404, "Not Found"), TokenRefused()),
        (refusal(403, "Forbidden: bot was blocked by the user"), BLOCKED),
        (refusal(403, "Forbidden: user is deactivated"), DEACTIVATED),
        (refusal(403, "Forbidden: bot was kicked from the supergroup chat"), BLOCKED),
        (refusal(403, "Forbidden: bot is not a member of the channel chat"), BLOCKED),
        (refusal(403, "Forbidden: the group chat was deleted"), NOT_FOUND),
        (refusal(403, "Forbidden: bot can't initiate conversation with a user"), NOT_FOUND),
        (refusal(403, "Forbidden: bot can't send messages to bots"), NOT_FOUND),
        (refusal(403, "Forbidden: something new"), BLOCKED),
        (refusal(409, "Conflict: terminated by other getUpdates request"), SERVER),
        (refusal(413, "Request Entity Too Large"), REJECTED),
        ((413, b"<html>nginx</html>"), REJECTED),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), Flooded(timedelta(seconds=3))),
        (refusal(429, "Too Many Requests: retry after 0", retry_after=0), Flooded(timedelta(seconds=1))),
        ((429, b"slow down"), Flooded(timedelta(seconds=1))),
        (refusal(500, "Internal Server Error"), SERVER),
        (refusal(502, "Bad Gateway"), SERVER),
        ((502, b"<html>nginx</html>"), SERVER),
        ((503, b""), SERVER),
        (refusal(504, "Gateway Timeout"), SERVER),
        ((403, b"<html>the firewall forbids it</html>"), SERVER),
        ((404, b"<html>nothing here</html>"), SERVER),
        ((400, b"{}"), SERVER),
        ((401, b""), TokenRefused()),
        ((200, b"not JSON"), Unconfirmed()),
        ((200, b'{"ok":true}'), Unconfirmed()),
    ],
)
async def test_each_answer_has_its_outcome(
    server: StandIn, bot: ExtBot[str], said: tuple[int, object], outcome: Outcome
) -> None:
    server.script(said)
    notice = Outgoing(delivery_id=1, chat_id=5, text="x", acknowledge=None, protect=False)
    assert await TelegramNotifier(bot, BotFiles(MAIN_BOT, Database("sqlite:///:memory:"))).send(notice) == outcome


@pytest.mark.parametrize(
    ("said", "erasure"),
    [
        (refusal(400, "Bad Request: message to delete not found"), Erased()),
        (refusal(400, "Bad Request: message can't be deleted for everyone"), PermanentFailure(Reason.UNDELETABLE)),
        (refusal(400, "Bad Request: message can't be deleted"), PermanentFailure(Reason.UNDELETABLE)),
        (refusal(400, "Bad Request: chat not found"), NOT_FOUND),
        (refusal(403, "Forbidden: bot was blocked by the user"), PermanentFailure(Reason.BLOCKED)),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), Flooded(timedelta(seconds=3))),
        (refusal(500, "Internal Server Error"), SERVER),
        (refusal(401, "Unauthorized"), TokenRefused()),
        ((200, b'{"ok":true,"result":true}'), Erased()),
    ],
)
@pytest.mark.parametrize("numbers", [(7,), (7, 8)])
async def test_each_answer_to_a_deletion_has_its_outcome(
    server: StandIn,
    bot: ExtBot[str],
    composer: Composer,
    clock: Clock,
    said: tuple[int, object],
    erasure: Erasure,
    numbers: tuple[int, ...],
) -> None:
    server.script(said)
    db = Database("sqlite:///:memory:")
    assert await TelegramEraser(bot, db, composer, clock).erase(5, numbers) == erasure


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotSent("x"), TemporaryFailure(Reason.NETWORK)),
        (AnswerLost("x"), Unconfirmed()),
        (TimedOut(), Unconfirmed()),
        (NetworkError("x"), Unconfirmed()),
        (TelegramError("x"), Unconfirmed()),
        (ChatMigrated(-5), Migrated(-5)),
    ],
)
def test_each_failure_of_the_wire_has_its_outcome(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize("as_timedelta", ["true", "false"])
def test_a_flood_error_is_read_in_either_form(monkeypatch: pytest.MonkeyPatch, as_timedelta: str) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    assert outcome_of(RetryAfter(timedelta(seconds=7))) == Flooded(timedelta(seconds=7))
