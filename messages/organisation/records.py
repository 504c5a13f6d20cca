"""The organisation's words as types."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.text.phrase import Phrase, phrase


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


_KINDS_SAID: Final[Mapping[UnitKind, Phrase]] = MappingProxyType(
    {
        UnitKind.OFFICE: phrase("promotion office"),
        UnitKind.COLLECTION_POINT: phrase("collection point"),
        UnitKind.STREET: phrase("street"),
        UnitKind.DEPARTMENT: phrase("department"),
        UnitKind.DISPATCHED: phrase("dispatched body"),
    }
)
_ROLES_SAID: Final[Mapping[Role, Phrase]] = MappingProxyType(
    {
        Role.OFFICE: phrase("promotion office"),
        Role.LEADER: phrase("responsible leader"),
        Role.COLLECTOR: phrase("collector"),
        Role.INSPECTOR: phrase("inspector"),
        Role.DUTY: phrase("on duty on holidays"),
    }
)


def kind_said(kind: UnitKind) -> Phrase:
    """The kind of a unit, to be said to people."""
    return _KINDS_SAID[kind]


def role_said(role: Role) -> Phrase:
    """The role, to be said to people."""
    return _ROLES_SAID[role]


HIGHEST_LEVEL = 1
LOWEST_LEVEL = 5

LONGEST_NODE = 100
"""Characters of a risk node's name, as the tables keep it."""

LONGEST_WHY = 500
"""Characters of a reason that a person gives, as the tables keep it."""


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
