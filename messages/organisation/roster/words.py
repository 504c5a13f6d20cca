"""The words that may stand in a roster's cells: levels, yes and no, kinds of units, roles, languages.

Each reader takes what a person wrote and gives the value, or None where the word is unknown.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeVar

from messages.organisation.records import HIGHEST_LEVEL, LOWEST_LEVEL, Role, UnitKind
from messages.sheets.vocabulary import fold

_T = TypeVar("_T")

_SIGNS: Final = ("一二三四五", "".join(map(chr, range(0x2170, 0x2175))))  # 一 … 五, small Roman numerals
_LEVELS: Final = {sign: value for signs in _SIGNS for value, sign in enumerate(signs, start=HIGHEST_LEVEL)}
_LEVEL: Final = re.compile(rf"(?:第|level|l)?\s*([1-5{''.join(_SIGNS)}])(?:\.0+)?\s*(?:级|层|层级)?")

KIND_WORDS: Final[Mapping[UnitKind, str]] = {
    UnitKind.OFFICE: "推进办",
    UnitKind.COLLECTION_POINT: "采集点",
    UnitKind.STREET: "街道",
    UnitKind.DEPARTMENT: "部门",
    UnitKind.DISPATCHED: "派出机构",
}
ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.OFFICE: "推进办",
    Role.LEADER: "分管领导",
    Role.COLLECTOR: "信息采集员",
    Role.INSPECTOR: "派出机构",
    Role.DUTY: "值班人员",
}
"""The words that an export writes and a refusal names; an import takes many more."""
YES_WORD: Final = "是"
NO_WORD: Final = "否"

_KINDS: Final[Mapping[UnitKind, str]] = {
    UnitKind.OFFICE: "推进办 推进办公室 区推进办 领导小组办公室 office promotionoffice",
    UnitKind.COLLECTION_POINT: "采集点 区级采集点 信息采集点 collectionpoint collection",
    UnitKind.STREET: "街道 街道办 街道办事处 镇街 乡镇 镇 乡 乡镇街道 镇街道 street subdistrict town township",
    UnitKind.DEPARTMENT: "部门 区级部门 局 委办局 科室 直属单位 department bureau",
    UnitKind.DISPATCHED: "派出机构 派驻机构 派驻纪检监察组 纪检监察组 派驻组 dispatched dispatchedbody inspection",
}
_ROLES: Final[Mapping[Role, str]] = {
    Role.OFFICE: "管理员 系统管理员 推进办 推进办管理员 office administrator admin",
    Role.LEADER: "分管领导 领导 分管负责人 leader leaderincharge",
    Role.COLLECTOR: "信息采集员 采集员 信息员 collector",
    Role.INSPECTOR: "派出机构 监督员 派驻监督员 纪检监察员 inspector supervisor",
    Role.DUTY: "值班 值班人员 值班员 值守人员 duty onduty",
}
_LANGUAGES: Final[Mapping[str, str]] = {
    "zh_CN": "zhcn zh zhhans zhhanscn 中文 汉语 简体 简体中文 中文简体 普通话 汉文 chinese simplifiedchinese mandarin",
    "en": "en eng enus engb english 英语 英文",
}
_YES: Final = frozenset({"是", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "对", "有"})
_NO: Final = frozenset({"否", "n", "no", "false", "f", "0", "×", "x", "✗", "☐", "-", "—", "/", "无", "不是", "非"})
_BETWEEN_NODES: Final = re.compile("[;；、]")  # a name may have the other marks in it
_SEPARATORS: Final = re.compile(r"[;；,，、/|\n]+")


def _by_word(words: Mapping[_T, str]) -> Mapping[str, _T]:
    return {word: value for value, listed in words.items() for word in listed.split()}


_KIND_OF: Final = _by_word(_KINDS)
_ROLE_OF: Final = _by_word(_ROLES)
_LANGUAGE_OF: Final = _by_word(_LANGUAGES)


def accepted(known: Mapping[UnitKind, str] | Mapping[Role, str]) -> str:
    """The words with their English, for a person to read."""
    return ", ".join(f"{word} {value.value}" for value, word in known.items())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def level(text: str) -> int | None:
    """1 (highest) to 5: ``4``, ``4.0``, ``四级``, ``4级``, ``Ⅳ``; digits of any width."""
    # NFKC writes Ⅳ as "iv"; the Roman signs are therefore looked up before it.
    raw = text.strip().casefold()
    found = _LEVEL.fullmatch(raw) or _LEVEL.fullmatch(_plain(text))
    if found is None:
        return None
    digit = found.group(1)
    value = _LEVELS[digit] if digit in _LEVELS else int(digit)
    return value if HIGHEST_LEVEL <= value <= LOWEST_LEVEL else None


def risk(text: str) -> bool | None:
    """Whether the post is a risk post; blank is no."""
    word = _plain(text)
    if word.removesuffix(".0") in _YES:
        return True
    return False if not word or word.removesuffix(".0") in _NO else None


def kind(text: str) -> UnitKind | None:
    """The kind of a unit."""
    return _KIND_OF.get(fold(text))


def roles(text: str) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """The roles of a list such as ``分管领导;信息采集员``, and the words of it that are unknown."""
    words = [word for part in _SEPARATORS.split(text) if (word := part.strip())]
    known = {_ROLE_OF[fold(word)] for word in words if fold(word) in _ROLE_OF}
    return tuple(role for role in Role if role in known), tuple(word for word in words if fold(word) not in _ROLE_OF)


def nodes(text: str) -> tuple[str, ...]:
    """The risk nodes of a list such as ``开标;评标``, each once."""
    return tuple(dict.fromkeys(name for part in _BETWEEN_NODES.split(text) if (name := part.strip())))


def language(text: str) -> str | None:
    """The code of a language that we speak."""
    return _LANGUAGE_OF.get(fold(text))
