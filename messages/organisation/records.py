"""The organisation's words as types."""

from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is in the collection network (三级采集网络)."""

    OFFICE = "office"  # 推进办
    COLLECTION_POINT = "collection_point"  # 区级采集点
    STREET = "street"  # 街道
    DEPARTMENT = "department"  # 部门
    DISPATCHED = "dispatched"  # 派出机构


class Role(StrEnum):
    """What a person may do besides holding a post; each has a unit (and all below it) as its scope."""

    OFFICE = "office"  # 推进办: administrators
    LEADER = "leader"  # 分管领导
    COLLECTOR = "collector"  # 信息采集员
    INSPECTOR = "inspector"  # 派出机构
    DUTY = "duty"  # 值班人员: on duty on holidays


HIGHEST_LEVEL = 1
LOWEST_LEVEL = 5


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person, with the account's language."""

    id: int
    code: str
    name: str
    language: str


@dataclass(frozen=True, kw_only=True)
class HeldPost:
    """A post as its holder or an office reads it."""

    assignment_id: int
    post_id: int
    code: str
    title: str
    unit: str
    level: int
