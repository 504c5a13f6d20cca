"""The tokens of bots are encrypted at rest, and keys can be changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.bots import NewBot
from messages.errors import Refused
from messages.organisation.tokens import TokenUnreadable, are_keys, new_key, seal, telegram_id, unseal

OLD, NEW = new_key(), new_key()
SECRET = "x" * 35
SEALED = seal(f"12345:{SECRET}", OLD)
TOKENS = st.from_regex(r"[1-9][0-9]{4,15}:[A-Za-z0-9_-]{30,64}", fullmatch=True)


@given(token=TOKENS)
def test_what_is_sealed_with_a_key_is_read_with_it_and_the_token_does_not_show(token: str) -> None:
    sealed = seal(token, NEW)
    assert unseal(sealed, NEW, bot="b") == token
    assert token not in sealed
    assert token.partition(":")[2] not in sealed


@given(token=TOKENS)
def test_the_first_key_seals_and_every_key_opens(token: str) -> None:
    before = seal(token, OLD)
    both = f"{NEW}, {OLD}"
    assert unseal(before, both, bot="b") == token
    after = seal(unseal(before, both, bot="b"), both)
    assert unseal(after, NEW, bot="b") == token
    with pytest.raises(TokenUnreadable):
        unseal(after, OLD, bot="b")


@pytest.mark.parametrize("keys", ["", NEW], ids=["no key", "another key"])
@pytest.mark.parametrize("sealed", [SEALED, "", "中文", "no ciphertext"], ids=["sealed", "empty", "Chinese", "words"])
def test_what_cannot_be_read_names_the_bot_and_shows_neither_token_nor_key(sealed: str, keys: str) -> None:
    with pytest.raises(TokenUnreadable, match="«the fifth»") as raised:
        unseal(sealed, keys, bot="the fifth")
    said = str(raised.value)
    assert "LIANXUN_TOKEN_KEY" in said
    assert not keys or keys not in said


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Refused):
        seal("12345:" + "x" * 35, "")


@pytest.mark.parametrize("keys", ["", "secret", "x" * 44, f"{NEW},", f"{NEW},{NEW[:-2]}", "中" * 44], ids=range(6))
def test_what_is_no_key_is_known(keys: str) -> None:
    assert not are_keys(keys)
    assert are_keys(NEW)
    assert are_keys(f"{NEW} , {OLD}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "12345:short",
        "x:" + "a" * 35,
        "0123456:" + "a" * 35,
        "12345:" + "a" * 34 + "é",
        "１２３４５:" + "a" * 35,
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(Refused) as raised:
        telegram_id(text)
    assert not any(fault.value for fault in raised.value.faults)


def test_a_token_begins_with_its_bots_id() -> None:
    assert telegram_id("700001:" + "a" * 35) == 700001


def test_a_new_bot_does_not_show_its_token() -> None:
    assert SECRET not in repr(NewBot(token=f"12345:{SECRET}", username="a_bot"))
