"""The tokens of bots at rest: encrypted (Fernet) with keys that stand in the settings, never in the database.

``keys`` is one key, or several with commas between them: the first encrypts, all decrypt, so that a key can be changed
without a moment in which a token cannot be read.
"""

import re
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from messages.errors import LianxunError, refused
from messages.text.phrase import phrase

_TOKEN: Final = re.compile(r"([1-9][0-9]{4,15}):[A-Za-z0-9_-]{30,64}", re.ASCII)


class TokenUnreadable(LianxunError):
    """The token of a bot cannot be decrypted with the keys at hand."""


def new_key() -> str:
    """A fresh key, 44 characters of base64."""
    return Fernet.generate_key().decode()


def are_keys(keys: str) -> bool:
    """Whether it is a key, or several with commas between them."""
    try:
        _ring(keys)
    except ValueError:
        return False
    return True


def telegram_id(token: str) -> int:
    """The public part of a bot's token: the bot's own id. Raises ``Refused``, without showing it, for what is none."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise refused(phrase("A bot's token as @BotFather gives it is accepted: digits, a colon, 35 characters."))
    return int(found[1])


def seal(token: str, keys: str) -> str:
    """A token as it is kept. Raises ``Refused`` where there is no key."""
    if not keys:
        raise refused(
            phrase("LIANXUN_TOKEN_KEY is missing: tokens are kept encrypted. «lianxun bots key» makes a key.")
        )
    return _ring(keys).encrypt(token.encode()).decode()


def unseal(sealed: str, keys: str, *, bot: str) -> str:
    """The token that is kept as ``sealed``. Raises ``TokenUnreadable``, which names ``bot``."""
    if not keys:
        raise TokenUnreadable(
            phrase("The token of the bot «{bot}» cannot be read: LIANXUN_TOKEN_KEY is missing.", bot=bot)
        )
    try:
        return _ring(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        message = phrase(
            "The token of the bot «{bot}» cannot be read: LIANXUN_TOKEN_KEY does not hold the key of its encryption.",
            bot=bot,
        )
        raise TokenUnreadable(message) from None


def _ring(keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
