"""Seals of the dashboard: what comes back from a browser is known to be ours.

The key is made of the office's own secrets, so that every process that serves the dashboard has the same one.
"""

import hashlib
import hmac
import secrets
from typing import Final

from bot.settings import Settings

_PART: Final = "."


def key_of(settings: Settings) -> bytes:
    """The key, the same in every process with these secrets; without any, one of this process alone."""
    secret = settings.telegram_token.get_secret_value() or settings.token_key.get_secret_value()
    seed = secret.encode() if secret else secrets.token_bytes(32)
    return hmac.digest(seed, b"the dashboard's seals", hashlib.sha256)


class Seals:
    """Signs, and knows its signatures again."""

    def __init__(self, key: bytes) -> None:
        """``key`` signs everything."""
        self._key = key

    def sealed(self, token: str) -> str:
        """A session's token as its cookie carries it."""
        return f"{token}{_PART}{self.mark('session', token)}"

    def opened(self, cookie: str) -> str | None:
        """The token in a cookie; None for one that was not sealed here."""
        token, _, mark = cookie.partition(_PART)
        return token if self.is_mark(mark, "session", token) else None

    def mark(self, *words: str) -> str:
        """A signature of these words, in the order given; the first says what it is for."""
        said = "\0".join(words)
        return hmac.new(self._key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def is_mark(self, mark: str, *words: str) -> bool:
        """Whether it is the signature of these words; how long that takes tells nothing."""
        return hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), self.mark(*words).encode())
