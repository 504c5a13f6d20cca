"""The columns of a risk register and the names that offices give them."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from messages.sheets.vocabulary import Vocabulary, fold


class Column(StrEnum):
    """A column; its value is the English header that we write."""

    UNIT = "unit"
    SECTION = "section"
    POST_CODE = "post_code"
    POST = "post"
    DUTY = "duty"
    WORKFLOW = "workflow"
    NODE = "node"
    CATEGORY = "category"
    NAME = "name"
    DESCRIPTION = "description"
    LEVEL = "level"
    CONTROLS = "controls"
    INDICATORS = "indicators"
    RESPONSIBLE = "responsible"
    LEADING = "leading"
    BASES = "bases"
    STATE = "state"
    REF = "ref"


CHINESE: Final[Mapping[Column, str]] = {
    Column.UNIT: "单位",
    Column.SECTION: "科室",
    Column.POST_CODE: "岗位编号",
    Column.POST: "岗位",
    Column.DUTY: "岗位职责",
    Column.WORKFLOW: "业务流程",
    Column.NODE: "风险节点",
    Column.CATEGORY: "风险类别",
    Column.NAME: "风险点",
    Column.DESCRIPTION: "廉政风险主要内容及表现形式",
    Column.LEVEL: "风险等级",
    Column.CONTROLS: "防控措施",
    Column.INDICATORS: "监测指标",
    Column.RESPONSIBLE: "部门负责人",
    Column.LEADING: "责任领导",
    Column.BASES: "法规依据",
    Column.STATE: "状态",
    Column.REF: "编号",
}
"""The Chinese header that we write."""

_ALIASES: Final[Mapping[Column, str]] = {
    Column.UNIT: (
        "单位名称 所属单位 所在单位 填报单位 单位科室 单位部门 单位处室 部门单位 部门科室 单位全称 责任单位 机构 "
        "单位部门科室 机构名称 unitname organisation organization unitorsection"
    ),
    Column.SECTION: "内设机构名称 所属科室 所在科室 科室名称 责任科室 内设科室 subdivision",
    Column.POST_CODE: "岗位编码 岗位代码 岗位号 岗位id postid postno positioncode positionid",
    Column.POST: (
        "岗位名称 职务 职位 岗位职务 职务岗位 职务名称 职位名称 具体岗位 风险岗位 风险岗位名称 廉政风险岗位 岗位单位 "
        "posttitle postname position positiontitle jobtitle"
    ),
    Column.DUTY: (
        "职责 权力事项 职权名称 岗位职权 职权 权力名称 行使权力 主要职责 工作职责 职责权限 岗位职责权限 职权事项 "
        "权力事项名称 职权事项名称 职责职权 职责名称 工作内容 duties responsibility power"
    ),
    Column.WORKFLOW: "工作流程 业务流程名称 流程 流程名称 流程类别 业务类别 process businessprocess",
    Column.NODE: (
        "风险环节 业务环节 流程节点 关键环节 廉政风险节点 廉政风险环节 业务节点 节点 环节 风险流程节点 工作环节 "
        "权力运行环节 重点环节 node risknode step"
    ),
    Column.CATEGORY: (
        "岗位类别 类别 风险类型 廉政风险类别 廉政风险类型 风险点类别 风险点类型 风险种类 岗位类型 risktype "
        "riskcategory type"
    ),
    Column.NAME: (
        "廉政风险点 风险点名称 风险名称 岗位风险点 廉政风险点名称 岗位廉政风险点 廉洁风险点 廉洁风险点名称 "
        "主要风险点 风险事项 廉政风险名称 风险点位 riskpoint riskname risk pointname point"
    ),
    Column.DESCRIPTION: (
        "风险描述 风险内容 表现形式 主要表现形式 风险表现形式 廉政风险主要内容 风险主要内容 风险表现 "
        "廉政风险表现形式 风险点描述 廉政风险描述 风险主要内容及表现形式 主要内容及表现形式 风险点表现形式 "
        "风险内容及表现形式 廉政风险内容 廉政风险内容及表现形式 风险点内容 具体表现 风险具体表现 风险情形 "
        "廉洁风险表现形式 风险内容描述 廉政风险内容描述 riskdescription details content manifestation"
    ),
    Column.LEVEL: (
        "等级 级别 风险级别 风险点等级 廉政风险等级 廉洁风险等级 风险等级评定 风险点级别 廉政风险级别 评定等级 "
        "岗位风险等级 风险程度 风险评级 定级 风险定级 等级评定 廉政风险等级评定 审定等级 审定级别 "
        "审定风险等级 risklevel riskgrade grade rating severity"
    ),
    Column.CONTROLS: (
        "防范措施 管控措施 防控措施及要求 具体防控措施 风险防控措施 廉政风险防控措施 控制措施 预防措施 整改措施 "
        "防范控制措施 主要防控措施 廉政防控措施 制度措施 防控办法 对策 防控对策 防控措施及制度 "
        "风险防控措施及要求 control measures controlmeasures countermeasures"
    ),
    Column.INDICATORS: "预警指标 监控指标 监督指标 监测预警指标 监测点 indicator monitoring monitoringindicators",
    Column.RESPONSIBLE: (
        "科室负责人 责任人 具体责任人 岗位责任人 直接责任人 防控责任人 负责人 处室负责人 责任人员 责任人姓名 "
        "部门责任人 姓名 responsibleperson personresponsible owner head"
    ),
    Column.LEADING: (
        "分管领导 主管领导 分管负责人 领导责任人 责任领导姓名 主管负责人 分管责任领导 分管局长 "
        "leader leadingperson "
        "responsibleleader leaderincharge"
    ),
    Column.BASES: (
        "法律依据 依据 处分依据 法规制度依据 法律法规依据 制度依据 政策依据 纪法依据 党纪法规依据 法规条款 依据条款 "
        "法律法规 适用法规 "
        "legalbasis legalbases basis law laws"
    ),
    Column.STATE: "风险点状态 审核状态 当前状态 status",
    Column.REF: "风险点编号 风险编号 风险点编码 风险点代码 riskid pointno reference riskno code id",
}

VOCABULARY: Final = Vocabulary(CHINESE, _ALIASES, required=())
"""The names by which an import knows the columns, apart from the parts of an office."""

_UNIT_OR_SECTION: Final = ("部门", "部门名称", "单位部门", "处室", "科室", "股室", "内设机构", "department", "section")
"""The parts of an office, the larger before the smaller: a unit where nothing else names one, else a section."""
_LIKELY: Final = tuple(
    (column, re.compile(ending))
    for column, ending in (
        (Column.DESCRIPTION, r"(?:表现形式|风险表现|风险描述|风险内容|风险情形)$"),
        (Column.NAME, r"(?:风险点|风险名称|风险事项|风险隐患)$|^(?:廉政|廉洁|主要|潜在|岗位|可能|存在|的)*风险$"),
        (Column.DESCRIPTION, r"(?:风险隐患|存在的(?:廉政|廉洁)?风险)$"),
        (Column.LEVEL, r"(?:风险|评|定).*(?:等级|级别)$|(?:等级|级别)(?:评定|审定)$"),
        (Column.CONTROLS, r"措施$"),
        (Column.INDICATORS, r"指标$"),
        (Column.LEADING, r"领导$|^分管.{1,4}长$"),
        (Column.RESPONSIBLE, r"(?:责任人|负责人)$"),
        (Column.BASES, r"依据$"),
        (Column.NODE, r"(?:环节|节点)$"),
        (Column.CATEGORY, r"风险(?:类别|类型|分类)$"),
        (Column.DUTY, r"(?:职责|职权)$"),
        (Column.POST, r"岗位(?:名称)?$"),
    )
)
"""How a name ends that is not known, and which column it then is, where no other one is."""
DECIDED: Final = re.compile(r"审定|核定|终审")
"""The level that was decided on, not the one that a post gave itself."""
_LONGEST_LIKELY: Final = 16
_LONGEST: Final = 60
"""Characters of a column's name, with what stands in brackets behind it."""
PARTS: Final = frozenset(
    {
        *_UNIT_OR_SECTION,
        "单位科室",
        "单位处室",
        "单位部门科室",
        "部门科室",
        "部门单位",
        "机构",
        "机构名称",
        "unitorsection",
    }
)
"""Folded names of a unit's column that may hold sections all the same."""
CONTENT: Final = frozenset(
    {
        Column.NAME,
        Column.DESCRIPTION,
        Column.LEVEL,
        Column.CONTROLS,
        Column.INDICATORS,
        Column.BASES,
        Column.DUTY,
        Column.NODE,
    }
)
"""Where none of these is filled a line is no point."""
SAYS_WHAT: Final = frozenset({Column.NAME, Column.DESCRIPTION})
"""A register has at least one of these."""


def columns_of(names: Sequence[str]) -> dict[Column, int]:
    """Where each column is, by the names of a header; of one that is named twice the first.

    ``科室`` and its like are the unit's column where no other is, else the section's.
    """
    places: dict[Column, int] = {}
    parts: dict[str, int] = {}
    others: dict[int, str] = {}
    for at, name in enumerate(names):
        if len(name) > _LONGEST:
            continue
        folded = fold(name)
        column = VOCABULARY.recognise(name)
        if folded in _UNIT_OR_SECTION:
            parts.setdefault(folded, at)
        elif column is not None:
            places.setdefault(column, at)
        elif 0 < len(folded) <= _LONGEST_LIKELY:
            others[at] = folded
    for part in sorted(parts, key=_UNIT_OR_SECTION.index):
        column = Column.SECTION if Column.UNIT in places else Column.UNIT
        places.setdefault(column, parts[part])
    for at, folded in others.items():
        likely = (column for column, ending in _LIKELY if column not in places and ending.search(folded))
        if (found := next(likely, None)) is not None:
            places[found] = at
    decided = (at for at, name in enumerate(names) if DECIDED.search(name) and _is_level(name))
    if (decision := next(decided, None)) is not None:
        places[Column.LEVEL] = decision
    return places


def _is_level(name: str) -> bool:
    return VOCABULARY.recognise(name) is Column.LEVEL or dict(_LIKELY)[Column.LEVEL].search(fold(name)) is not None
