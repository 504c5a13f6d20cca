"""Amounts as offices write them: in 元 or 万元, by the column's name or in the cell; given in 元."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from messages.sheets.cells import Unreadable
from messages.text.phrase import phrase

CURRENCIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "人民币": "CNY",
        "元": "CNY",
        "RMB": "CNY",
        "美元": "USD",
        "欧元": "EUR",
        "港元": "HKD",
        "港币": "HKD",
        "日元": "JPY",
    }
)
"""Currencies by the names that offices write."""

_WRITTEN: Final = re.compile(
    r"(?:约|人民币|RMB|CNY|[¥￥])*\s*(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,6})?\s*(万|亿)?元?(?:人民币|整)?"
)
_TIMES: Final = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_ACCEPTED: Final = phrase("An amount is accepted, such as 1200000, 1,200,000.00 or 120万元.")


def amount(text: str, heading: str) -> str:
    """A decimal number of 元; ``heading`` is the column's name, which may say 万元. Raises ``Unreadable``."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise Unreadable(_ACCEPTED, text)
    whole, parts, large = found.groups()
    by_heading = next((one for one in ("万", "亿") if f"{one}元" in heading), None)
    written_out = "元" in text and large is None
    value = Decimal(whole.replace(",", "") + (parts or "")) * _TIMES[large or (None if written_out else by_heading)]
    return f"{value.quantize(Decimal('0.01')) if value % 1 else value.quantize(Decimal(1))}"
