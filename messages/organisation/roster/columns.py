"""The columns of a roster and the names that offices give them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from messages.sheets.vocabulary import Vocabulary


class Column(StrEnum):
    """A column; its value is the English header that we write."""

    UNIT = "unit"
    PARENT_UNIT = "parent_unit"
    UNIT_KIND = "unit_kind"
    POST_CODE = "post_code"
    POST = "post"
    LEVEL = "level"
    RISK_POST = "risk_post"
    NODES = "nodes"
    REPORTS_TO = "reports_to"
    PERSON_CODE = "person_code"
    NAME = "name"
    ROLES = "roles"
    LANGUAGE = "language"


REQUIRED: Final = (Column.UNIT, Column.POST_CODE, Column.POST, Column.LEVEL, Column.PERSON_CODE, Column.NAME)
"""Without these there is no roster; the others have defaults."""

CHINESE: Final[Mapping[Column, str]] = {
    Column.UNIT: "单位",
    Column.PARENT_UNIT: "上级单位",
    Column.UNIT_KIND: "单位类别",
    Column.POST_CODE: "岗位编号",
    Column.POST: "岗位",
    Column.LEVEL: "层级",
    Column.RISK_POST: "风险岗位",
    Column.NODES: "风险节点",
    Column.REPORTS_TO: "上级岗位编号",
    Column.PERSON_CODE: "人员编号",
    Column.NAME: "姓名",
    Column.ROLES: "角色",
    Column.LANGUAGE: "语言",
}
"""The Chinese header that we write."""

_ALIASES: Final[Mapping[Column, str]] = {
    Column.UNIT: (
        "单位名称 部门 部门名称 所在单位 所属单位 所在部门 所属部门 工作单位 unitname department "
        "organisation organization"
    ),
    Column.PARENT_UNIT: (
        "上级单位名称 上级部门 上级部门名称 主管单位 主管部门 父级单位 隶属单位 parent parentdepartment superiorunit"
    ),
    Column.UNIT_KIND: "单位类型 单位性质 单位种类 部门类别 部门类型 unittype kind unitcategory",
    Column.POST_CODE: (
        "岗位编码 岗位代码 岗位号 岗位id 职位编号 职位编码 职务编号 postid postno positioncode positionid"
    ),
    Column.POST: (
        "岗位名称 职务 职务名称 职位 职位名称 现任职务 posttitle postname position positiontitle jobtitle title"
    ),
    Column.LEVEL: "岗位层级 级别 岗位级别 等级 岗位等级 职务层级 postlevel grade rank",
    Column.RISK_POST: "是否风险岗位 是否为风险岗位 廉政风险岗位 是否廉政风险岗位 risk isrisk isriskpost",
    Column.NODES: "廉政风险节点 业务节点 风险环节 业务环节 node risknode risknodes",
    Column.REPORTS_TO: (
        "上级岗位 上级岗位编码 上级岗位代码 直接上级岗位编号 直属上级岗位编号 reportstopost superiorpost "
        "superiorpostcode"
    ),
    Column.PERSON_CODE: (
        "人员编码 人员代码 人员id 工号 身份编号 员工编号 职工编号 职工号 personid personno employeeid "
        "employeecode employeenumber employeeno staffid staffcode staffnumber staffno"
    ),
    Column.NAME: "人员姓名 责任人 岗位责任人 责任人姓名 员工姓名 personname fullname holder holdername",
    Column.ROLES: "系统角色 人员角色 role userrole",
    Column.LANGUAGE: "首选语言 使用语言 语种 lang preferredlanguage locale",
}

VOCABULARY: Final = Vocabulary(CHINESE, _ALIASES, REQUIRED)
"""The names by which an import knows the columns."""
