"""However a value is encoded, it is the text that RFC 8785 says: hashes are made of it."""

from typing import Any

import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messages.canonical import canonical

TEXTS = st.text() | st.sampled_from(['\x00\x1f\x7f"\\/\b\n', "\u2028", "€", "姓名", "😀", "\ufffd", "a"])
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SINGLE = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(SINGLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@settings(max_examples=60)
@example({"\ufb33": 1, "😀": 2, "b": [1.0, -0.0, 1e21], "a": {}})
def test_a_value_is_written_as_the_standard_says(value: dict[str, Any]) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)


def test_what_is_no_text_is_refused() -> None:
    values: list[Any] = [{"half": "\ud83d"}, {"\ud83d": 1}]
    for value in values:
        try:
            said = canonical(value)
        except (rfc8785.CanonicalizationError, UnicodeEncodeError):
            continue
        raise AssertionError(said)
