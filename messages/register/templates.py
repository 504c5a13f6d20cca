"""Template points (风险点模板) that the office publishes, and what is suggested to who writes a point down."""

from dataclasses import dataclass, replace
from datetime import datetime

from messages.register.records import Content


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template point; ``adopted`` counts the points that were made of it and have not ended, where that is shown."""

    id: int
    content: Content
    point_id: int | None
    published_at: datetime
    published_by: str
    adopted: int = 0


@dataclass(frozen=True, kw_only=True)
class TemplatePage:
    """A page of templates: ``number`` of ``pages``, both from 1; ``total`` counts those on all of them."""

    templates: tuple[Template, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What may be taken over: a template, or what ``count`` other posts have written, whosever they are."""

    content: Content
    template_id: int | None
    count: int


def nobodys(content: Content) -> Content:
    """What a point says, without whose it is."""
    return replace(content, section="", duty="", responsible="", leading="")
