"""The words that stand in a sheet of matters: kinds, methods, states; the first of each is what a refusal names."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from messages.sheets.vocabulary import fold
from messages.tenders.milestones import MatterKind
from messages.tenders.records import MatterState, Method

KINDS: Final[Mapping[MatterKind, str]] = {
    MatterKind.TENDER: (
        "工程招标 工程 招标 建设工程 施工 勘察 设计 监理 工程施工 工程建设 工程项目 工程类 招投标 施工招标 works"
    ),
    MatterKind.PROCUREMENT: "政府采购 采购 货物 服务 货物类 服务类 货物采购 服务采购 goods services",
    MatterKind.RECRUITMENT: "公开招聘 招聘 人员招聘 人员招录 招录 事业单位招聘",
}
METHODS: Final[Mapping[Method, str]] = {
    Method.OPEN: "公开招标 公开",
    Method.INVITED: "邀请招标 邀请",
    Method.NEGOTIATION: "竞争性谈判 谈判",
    Method.CONSULTATION: "竞争性磋商 磋商",
    Method.INQUIRY: "询价 询价采购",
    Method.SINGLE_SOURCE: "单一来源 单一来源采购",
    Method.FRAMEWORK: "框架协议 框架协议采购",
}
STATES: Final[Mapping[MatterState, str]] = {
    MatterState.PLANNED: "筹备 筹备中 计划 计划中 未开始 准备 准备中",
    MatterState.ACTIVE: (
        "进行中 招标中 采购中 招聘中 公告中 报名中 评标中 评审中 公示中 已开标 已公告 已发布 正在进行 实施中"
    ),
    MatterState.AWARDED: "已定标 定标 已中标 中标 已成交 成交 已签合同 已签订合同 合同已签订 履约中",
    MatterState.UNSUCCESSFUL: "流标 废标 失败 招标失败 采购失败",
    MatterState.CANCELLED: "终止 取消 已终止 已取消 撤销",
    MatterState.COMPLETE: "完成 已完成 完结 已完结 办结 已办结 结束 已结束 已验收 履约完成",
}
_W = TypeVar("_W", bound=StrEnum)


def accepted(words: Mapping[_W, str]) -> str:
    """The words with their English, for a person to read."""
    return ", ".join(f"{chinese.split()[0]} {value.value}" for value, chinese in words.items())


def _by_word(words: Mapping[_W, str]) -> Mapping[str, _W]:
    return {fold(word): value for value, chinese in words.items() for word in (value.value, *chinese.split())}


_KIND_OF: Final = _by_word(KINDS)
_METHOD_OF: Final = _by_word(METHODS)
_STATE_OF: Final = _by_word(STATES)


def kind(text: str) -> MatterKind | None:
    """What a matter is; None for another word."""
    return _KIND_OF.get(fold(text))


def method(text: str) -> Method:
    """How suppliers are chosen."""
    return _METHOD_OF.get(fold(text), Method.OTHER)


def state(text: str) -> MatterState | None:
    """How a matter stands; None for another word."""
    return _STATE_OF.get(fold(text))
