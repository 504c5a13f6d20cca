"""Official days: which festival each belongs to, and how it is called in notices and libraries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from messages.text.phrase import Phrase, phrase


class Festival(StrEnum):
    """The seven festivals with days off in China, in the order of the year, and any other public holiday."""

    NEW_YEAR = "new-year"  # 元旦
    SPRING_FESTIVAL = "spring-festival"  # 春节
    QINGMING = "qingming"  # 清明节
    LABOUR_DAY = "labour-day"  # 劳动节
    DRAGON_BOAT = "dragon-boat"  # 端午节
    MID_AUTUMN = "mid-autumn"  # 中秋节
    NATIONAL_DAY = "national-day"  # 国庆节
    OTHER = "public-holiday"


SEVEN: Final = tuple(festival for festival in Festival if festival is not Festival.OTHER)
"""The festivals that every official notice of a year names."""

# As official notices, `chinesecalendar` and `holidays` (in English) call them.
_NAMES: Final[Mapping[Festival, tuple[str, ...]]] = {
    Festival.NEW_YEAR: ("元旦", "New Year's Day"),
    Festival.SPRING_FESTIVAL: ("春节", "Spring Festival", "Chinese New Year"),
    Festival.QINGMING: ("清明", "Tomb-sweeping Day"),
    Festival.LABOUR_DAY: ("劳动节", "五一", "Labour Day", "Labor Day"),
    Festival.DRAGON_BOAT: ("端午", "Dragon Boat"),
    Festival.MID_AUTUMN: ("中秋", "Mid-autumn"),
    Festival.NATIONAL_DAY: ("国庆", "National Day"),
}
_DECEMBER: Final = 12


@lru_cache(maxsize=256)  # the days of all years have a dozen names, and each is asked again and again
def festivals_named(name: str) -> tuple[Festival, ...]:
    """The festivals that a name speaks of, in the order of the year.

    "国庆节、中秋节" speaks of two, an unknown name of none.
    """
    folded = name.casefold()
    return tuple(one for one, names in _NAMES.items() if any(known.casefold() in folded for known in names))


def festival_name(festival: Festival) -> Phrase:
    """The festival's name, to be said to people."""
    return _SAID[festival]


_SAID: Final[Mapping[Festival, Phrase]] = {
    Festival.NEW_YEAR: phrase("New Year's Day"),
    Festival.SPRING_FESTIVAL: phrase("Spring Festival"),
    Festival.QINGMING: phrase("Qingming Festival"),
    Festival.LABOUR_DAY: phrase("Labour Day"),
    Festival.DRAGON_BOAT: phrase("Dragon Boat Festival"),
    Festival.MID_AUTUMN: phrase("Mid-Autumn Festival"),
    Festival.NATIONAL_DAY: phrase("National Day"),
    Festival.OTHER: phrase("Public holiday"),
}


@dataclass(frozen=True, kw_only=True)
class OfficialDay:
    """A day that an official notice names: off, or a weekend day that is worked instead (调休上班)."""

    date: date
    name: str
    off: bool

    @property
    def festivals(self) -> tuple[Festival, ...]:
        """The festivals it belongs to; ``OTHER`` where it is none of the seven."""
        return festivals_named(self.name) or (Festival.OTHER,)

    @property
    def year(self) -> int:
        """The year whose notice names it: New Year's days may begin in the December before."""
        early = self.date.month == _DECEMBER and Festival.NEW_YEAR in self.festivals
        return self.date.year + 1 if early else self.date.year
