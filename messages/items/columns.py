"""The columns of a file of items, and the words that may stand in them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from messages.items.kinds import KINDS, ItemKind
from messages.notices import Category, Grade
from messages.sheets.vocabulary import Vocabulary, fold


class Column(StrEnum):
    """A column; its value is the English header, and the name of the field in JSON."""

    REF = "ref"
    CATEGORY = "category"
    KIND = "kind"
    TITLE = "title"
    TEXT = "text"
    DATE = "date"
    GRADE = "grade"
    POSTS = "posts"
    AUDIENCE = "audience"
    ATTACHMENTS = "attachments"


VOCABULARY: Final = Vocabulary(
    {
        Column.REF: "编号",
        Column.CATEGORY: "信息类别",
        Column.KIND: "信息类型",
        Column.TITLE: "标题",
        Column.TEXT: "内容",
        Column.DATE: "确定日期",
        Column.GRADE: "等级",
        Column.POSTS: "岗位编号",
        Column.AUDIENCE: "受众",
        Column.ATTACHMENTS: "附件",
    },
    {
        Column.REF: "信息编号 外部编号 文号 reference id itemref externalid",
        Column.CATEGORY: "类别 信息分类 分类 itemcategory",
        Column.KIND: "种类 类型 信息种类 信息小类 itemkind type itemtype",
        Column.TITLE: "信息标题 题目 名称 subject heading",
        Column.TEXT: "信息内容 正文 内容摘要 文本 content body",
        Column.DATE: (
            "批准日期 决定日期 结论日期 通过日期 事项确定日期 结论确定日期 领导批准日期 日期 decisivedate decisiveon "
            "decisiondate approvaldate dateofconclusion dateofapproval"
        ),
        Column.GRADE: "预警等级 提醒等级 建议等级 预警级别 级别 warninggrade colour color",
        Column.POSTS: "岗位编码 岗位代码 岗位 涉及岗位 涉及岗位编号 post postcode postcodes",
        Column.AUDIENCE: "受众范围 发送范围 发送对象 对象 recipients to",
        Column.ATTACHMENTS: "附件文件 附件路径 附件名称 attachment file files",
    },
    required=(Column.KIND, Column.TITLE, Column.TEXT),
)
"""The names by which a file of items is understood."""

CATEGORY_WORDS: Final[Mapping[Category, str]] = {
    Category.CAUTION: "警示类",
    Category.REMINDER: "提醒类",
    Category.PROMPT: "提示类",
    Category.STUDY: "学习类",
}
KIND_WORDS: Final[Mapping[ItemKind, str]] = {
    ItemKind.AUDIT: "经济责任审计",
    ItemKind.INSPECTION: "目标督查",
    ItemKind.ACCOUNTABILITY: "效能问责",
    ItemKind.CASE: "案件查处",
    ItemKind.EVALUATION: "年度考评",
    ItemKind.FREQUENT_PROBLEMS: "同类问题频发",
    ItemKind.COMPLAINTS: "群众投诉举报相对集中",
    ItemKind.LOW_SATISFACTION: "测评满意率低",
    ItemKind.LIMIT: "法定时限未落实",
    ItemKind.TENDER: "项目招标",
    ItemKind.PROCUREMENT: "政府采购",
    ItemKind.RECRUITMENT: "人员招聘",
    ItemKind.HOLIDAY: "重大节假日廉洁自律",
    ItemKind.RULES: "反腐倡廉法规制度",
    ItemKind.DOCUMENTS: "重要文件",
    ItemKind.EXPERIENCE: "各地工作经验",
    ItemKind.ART: "廉政书画作品",
    ItemKind.SAYINGS: "格言警句",
}
GRADE_WORDS: Final[Mapping[Grade, str]] = {Grade.BLUE: "蓝", Grade.ORANGE: "橙", Grade.RED: "红"}
"""The words that a refusal names; many more are taken."""

_CATEGORIES: Final[Mapping[Category, str]] = {
    Category.CAUTION: "警示 警示信息",
    Category.REMINDER: "提醒 提醒信息 分级提醒 预警",
    Category.PROMPT: "提示 提示信息",
    Category.STUDY: "学习 学习信息 教育",
}
_KINDS: Final[Mapping[ItemKind, str]] = {
    ItemKind.AUDIT: "审计 审计结果 经责审计",
    ItemKind.INSPECTION: "督查 目标督查通报",
    ItemKind.ACCOUNTABILITY: "问责",
    ItemKind.CASE: "案件 查处案件 案例",
    ItemKind.EVALUATION: "考评 年度考核",
    ItemKind.FREQUENT_PROBLEMS: "问题频发 同类问题",
    ItemKind.COMPLAINTS: "投诉举报 群众投诉 投诉举报相对集中 群众投诉举报集中 投诉集中",
    ItemKind.LOW_SATISFACTION: "满意率低 满意度低 测评满意度低",
    ItemKind.LIMIT: "时限未落实 法定时限 时限逾期",
    ItemKind.TENDER: "招标 招投标 工程招标",
    ItemKind.PROCUREMENT: "采购",
    ItemKind.RECRUITMENT: "招聘 招录",
    ItemKind.HOLIDAY: "节假日 节假日廉洁自律 重大节假日",
    ItemKind.RULES: "法规制度 法规 制度",
    ItemKind.DOCUMENTS: "文件",
    ItemKind.EXPERIENCE: "工作经验 经验",
    ItemKind.ART: "书画作品 廉政书画 书画",
    ItemKind.SAYINGS: "格言 警句 廉政格言",
}
_GRADES: Final[Mapping[Grade, str]] = {
    Grade.BLUE: "蓝色 蓝色预警 蓝色提醒",
    Grade.ORANGE: "橙色 橙色预警 橙色提醒",
    Grade.RED: "红色 红色预警 红色提醒",
}
_BETWEEN_POSTS: Final = re.compile("[;；、,，\n]")
_BETWEEN_PATHS: Final = re.compile("[;；\n]")
_DAY: Final = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d{2}))(\d{1,2})日?")

_W = TypeVar("_W", bound=StrEnum)


def _by_word(written: Mapping[_W, str], more: Mapping[_W, str]) -> Mapping[str, _W]:
    return {fold(word): value for value, name in written.items() for word in (value.value, name, *more[value].split())}


_CATEGORY_OF: Final = _by_word(CATEGORY_WORDS, _CATEGORIES)
_KIND_OF: Final = _by_word(KIND_WORDS, _KINDS)
_GRADE_OF: Final = _by_word(GRADE_WORDS, _GRADES)
CATEGORY_OF_KIND: Final[Mapping[ItemKind, Category]] = {
    kind: category for category, kinds in KINDS.items() for kind in kinds
}


def accepted(words: Mapping[_W, str]) -> str:
    """The words with their English, for a person to read."""
    return ", ".join(f"{word} {value.value}" for value, word in words.items())


def category(text: str) -> Category | None:
    """One of the four categories."""
    return _CATEGORY_OF.get(fold(text))


def kind(text: str) -> ItemKind | None:
    """What an item is about."""
    return _KIND_OF.get(fold(text))


def grade(text: str) -> Grade | None:
    """A reminder's grade."""
    return _GRADE_OF.get(fold(text))


def posts(text: str) -> tuple[str, ...]:
    """The codes of a list such as ``A-1;A-2``, each once."""
    return tuple(dict.fromkeys(code for part in _BETWEEN_POSTS.split(text) if (code := part.strip())))


def paths(text: str) -> tuple[str, ...]:
    """The paths of a list such as ``minutes.pdf;photos/1.jpg``, each once; what else stands in a name is the name's."""
    return tuple(dict.fromkeys(path for part in _BETWEEN_PATHS.split(text) if (path := part.strip())))


def day(text: str) -> date | None:
    """A day: ``2026-09-24``, ``2026/9/24``, ``2026.9.24``, ``2026年9月24日``, ``20260924``; digits of any width."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, *months, last = found.groups()
    try:
        return date(int(year), int(next(filter(None, months))), int(last))
    except ValueError:
        return None
