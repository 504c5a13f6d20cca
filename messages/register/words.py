"""The words that may stand in a register's cells: levels, states, workflows, and what says that there is nothing.

Each reader takes what a person wrote and gives the value, or None where the word is unknown.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeVar

from messages.register.records import PointState, RiskLevel, Workflow
from messages.sheets.vocabulary import fold

LEVEL_WORDS: Final[Mapping[RiskLevel, str]] = {RiskLevel.HIGH: "高", RiskLevel.MIDDLE: "中", RiskLevel.LOW: "低"}
STATE_WORDS: Final[Mapping[PointState, str]] = {
    PointState.DRAFT: "草稿",
    PointState.SUBMITTED: "已提交",
    PointState.RETURNED: "已退回",
    PointState.ACCEPTED: "已入库",
    PointState.REVISED: "修订中",
}
"""The words that an export writes and a refusal names; an import takes more."""

_LEVELS: Final[Mapping[RiskLevel, str]] = {
    RiskLevel.HIGH: "高 一 壹 1 i a h high severe 高度 较高 最高",
    RiskLevel.MIDDLE: "中 二 贰 2 ii b m middle medium mid moderate 中等 中度",
    RiskLevel.LOW: "低 三 叁 3 iii c l low minor 低度 较低 最低",
}
_AROUND_LEVEL: Final = re.compile(r"^(?:廉政|廉洁)?(?:风险)?(?:等级|级别|level)?(.+?)(?:\.0+)?$")
_AFTER_LEVEL: Final = re.compile(r"(?:廉政|廉洁)?(?:等级|级|级别|类|等|档|risks?|level|风险点?|风险等级)+$")
_SHOWN: Final = re.compile(r"(?:高|中|低)(?:风险|级|等级)*|high|middle|medium|low")
_DOUBTFUL: Final = re.compile(
    r"[?\uff1f]|[\u2160-\u217f]\W*[\u2160-\u217f]|\b[Ii]+\b\W+\b[Ii]+\b|(?<![A-Za-z])[l\uff4c](?![A-Za-z])"
)
"""What says two levels, or perhaps one: two Roman numerals, a small L that may be the numeral one, a question mark."""
_STATES: Final[Mapping[PointState, str]] = {
    PointState.DRAFT: "起草中 未提交 待提交",
    PointState.SUBMITTED: "已提交本单位 提交 待审核 待审定 审核中 已上报",
    PointState.RETURNED: "退回 已退回待修改 退回修改 待修改",
    PointState.ACCEPTED: "已审定 已通过 通过 审定 入库 已审核 审核通过 有效 在册 正常 valid active approved",
    PointState.REVISED: "修改中 变更中",
}
_WORKFLOWS: Final[Mapping[Workflow, str]] = {
    Workflow.TENDER: "招标 招投标 投标 评标 tender bid",
    Workflow.PROCUREMENT: "采购 procurement purchas",
    Workflow.APPROVAL: "审批 许可 审核 approval permit licen",
    Workflow.FUNDS: "资金 财务 经费 拨付 预算 报销 fund finance budget payment",
    Workflow.PERSONNEL: "人事 干部 选任 招聘 录用 选拔 用人 personnel recruit staff",
    Workflow.ENFORCEMENT: "执法 处罚 司法 检查 enforcement",
    Workflow.PROJECT: "项目 工程 建设 project construction",
}
"""What the name of a kind of work holds, the most telling kind first."""
_NOTHING: Final = frozenset({"无", "/", "\\", "-", "--", "—", "——", "空", "none", "n/a"})
_LONGEST_NOTHING: Final = 10
_UNTICKED: Final = _NOTHING | {"否", "×", "\u2717", "☐", "□", "0", "0.0", "no"}

_T = TypeVar("_T")


def _by_word(words: Mapping[_T, str]) -> Mapping[str, _T]:
    return {word: value for value, listed in words.items() for word in listed.split()}


_LEVEL_OF: Final = _by_word(_LEVELS)
_STATE_OF: Final[Mapping[str, PointState]] = {
    **_by_word(_STATES),
    **{word: state for state, written in STATE_WORDS.items() for word in (written, state.value)},
}


def accepted(known: Mapping[RiskLevel, str] | Mapping[PointState, str]) -> str:
    """The words with their English, for a person to read."""
    return ", ".join(f"{word} {value.value}" for value, word in known.items())


def level(text: str) -> RiskLevel | None:
    """``高``, ``高风险``, ``一级``, ``1``, ``Ⅰ``, ``A级``, ``high`` and their like; None where there is a doubt."""
    word = fold(text.strip().removesuffix(".0"))
    if _DOUBTFUL.search(text):
        return None
    if word in _LEVEL_OF:
        return _LEVEL_OF[word]
    found = _AROUND_LEVEL.match(_AFTER_LEVEL.sub("", word))
    return _LEVEL_OF.get(found[1]) if found else None


def heads_a_level(name: str) -> bool:
    """Whether a column's name says one level, so that its cells are ticked."""
    return _SHOWN.fullmatch(fold(name)) is not None


def ticked(text: str) -> bool:
    """Whether a cell below a level's name says that it is this one."""
    return bool(text.strip()) and _plain(text) not in _UNTICKED


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing, such as ``无`` and ``/``."""
    return len(text) <= _LONGEST_NOTHING and _plain(text) in _NOTHING


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def state(text: str) -> PointState | None:
    """How a point stands."""
    return _STATE_OF.get(fold(text))


def workflow(text: str) -> Workflow:
    """The kind of work that a name speaks of; other work where none is known."""
    name = fold(text)
    kinds = (kind for kind, parts in _WORKFLOWS.items() if name == kind.value or any(map(name.count, parts.split())))
    return next(kinds, Workflow.OTHER)
