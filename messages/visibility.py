"""Who may see a post's warnings, points and statistics (同级及以上监督): chat, web, interface and command line ask.

The holder sees the own post. Whoever holds a post of the same or a higher level sees it, in any unit. Whoever bears a
role that sees warnings sees it within the role's scope. Each look at somebody else's record goes to the ledger, about
whom it was; so does each look that was refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages import rights
from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.notices import Json
from messages.rights import TABLE, Act, scope_of
from messages.store import ledger, visibility
from messages.store import rights as roles
from messages.store.database import Connection, Database
from messages.store.ledger import Event
from messages.store.visibility import PostFound, Sight
from messages.tenders.declarations import Declaration
from messages.text.phrase import Phrase, phrase

SEE_RECORD: Final = "see_record"
"""What the ledger calls a refused look."""
_ONE_LOOK: Final = timedelta(minutes=10)
"""Whoever decides about something sees it several times within it, and has looked once."""


class Why(StrEnum):
    """By what right a person sees a post's record."""

    OWN = "own"
    LEVEL = "level"  # the same or a higher one, in any unit
    SCOPE = "scope"  # of a role that sees warnings


class What(StrEnum):
    """What of a record somebody looks at."""

    WARNINGS = "warnings"  # of one post, with their history
    LIST = "list"  # warnings of many posts
    ITEM = "item"  # that the person has submitted
    ITEMS = "items"  # of many collectors
    POINTS = "points"  # the risk points of one post
    REGISTER = "register"  # points of many posts
    REVIEW = "review"  # what a post has submitted to the register
    DECLARATION = "declaration"  # of interests in a matter
    SCORES = "scores"  # of the person
    FIGURES = "figures"  # of the people of a unit


_OF_THE_REGISTER: Final = frozenset({What.POINTS, What.REGISTER, What.REVIEW})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A post whose record a person may see, and by what right; ``reasons`` is whether with what people wrote in it."""

    post: PostFound
    why: Why
    reasons: bool


async def sight_of(conn: Connection, person_id: int) -> Sight:
    """What a person may see now."""
    code, name = await visibility.viewer(conn, person_id)
    held = await visibility.held(conn, person_id)
    borne = [one for one in await roles.borne(conn, person_id) if Act.SEE_WARNINGS in TABLE[one.role]]
    return Sight(
        person_id=person_id,
        code=code,
        name=name,
        own=frozenset(held),
        level=min(held.values(), default=None),
        borne=tuple(borne),
        scope=scope_of(borne, Act.SEE_WARNINGS),
    )


def why(sight: Sight, post: PostFound) -> Why | None:
    """By what right somebody sees a post's record; None where not at all."""
    if post.id in sight.own:
        return Why.OWN
    if sight.level is not None and sight.level <= post.level:
        return Why.LEVEL
    return Why.SCOPE if sight.scope.covers(post.path) else None


async def sees(conn: Connection, person_id: int, post_id: int) -> bool:
    """Whether a person may see what is recorded of a post, whether it has ended or not."""
    sight = await sight_of(conn, person_id)
    return any(why(sight, post) for post in await visibility.posts_ever(conn, [post_id]))


def reads_reasons(sight: Sight, post: PostFound) -> bool:
    """Whether somebody who sees a post's record reads why people decided so: not by the level alone."""
    return post.id in sight.own or sight.scope.covers(post.path)


async def see(db: Database, viewer: int, which: int | str, what: What, now: datetime) -> Seen:
    """Let a person see a post's record, by the post's id or its code; that somebody else looked at it is recorded.

    Raises ``NotFound``, and ``NotEntitled``, which is recorded and says nothing of what the record holds.
    """
    known = isinstance(which, int) or which.isprintable()  # no code has a NUL, and PostgreSQL takes none
    async with db.reading() as conn:
        sight = await sight_of(conn, viewer)
        post = await visibility.post(conn, which) if known else None
    if post is None:
        raise NotFound(phrase("There is no such post."))
    by = why(sight, post)
    if by is None:
        await rights.record_refused(db, viewer, SEE_RECORD, now, post=post.code, what=what.value)
        raise NotEntitled(_not_open(post, what))
    async with db.writing() as conn:
        await record(conn, sight, [post], what, now)
    return Seen(post=post, why=by, reasons=reads_reasons(sight, post))


async def record(conn: Connection, sight: Sight, posts: Iterable[PostFound], what: What, now: datetime) -> None:
    """Record that a person looked at the records of these posts: one look for each holder, none for the person's own.

    A vacant post has nobody to tell; that it was looked at is recorded all the same.
    """
    await ledger.append_all(conn, _at_posts(sight, posts, what, now))


async def record_once(
    conn: Connection, sight: Sight, posts: Iterable[PostFound], what: What, now: datetime, warning: int | None = None
) -> None:
    """Record the same of what a face shows again and again, perhaps of one ``warning``: once within ``_ONE_LOOK``."""
    before = {_which(one) for one in await ledger.looks(conn, by=sight.code, since=now - _ONE_LOOK)}
    about = {} if warning is None else {"warning": warning}
    events = _at_posts(sight, posts, what, now, **about)
    await ledger.append_all(conn, [one for one in events if _which(one) not in before])


def _which(look: Event) -> tuple[Json, ...]:
    return look.person_id, *(look.body.get(name) for name in ("post", "what", "warning"))


async def record_items(conn: Connection, sight: Sight, submitted: Iterable[tuple[int, str]], now: datetime) -> None:
    """Record that a person looked at a list of what these have submitted, each a collector's id and a unit's path.

    It is one look for each, none for the person's own.
    """
    others = {collector: path for collector, path in submitted if collector != sight.person_id}
    what = What.ITEMS.value
    events = [_look(sight, collector, path, now, level=None, what=what) for collector, path in others.items()]
    await ledger.append_all(conn, events)


async def record_item(conn: Connection, sight: Sight, item: int, collector: int, path: str, now: datetime) -> None:
    """Record that a person opened an item, which this collector has submitted for the unit of a path.

    Who opens it again soon, perhaps in order to decide, still has the same look at it.
    """
    before = await ledger.looks(conn, by=sight.code, since=now - _ONE_LOOK)
    if item not in {one.body.get("item") for one in before}:
        look = _look(sight, collector, path, now, level=None, what=What.ITEM.value, item=item)
        await ledger.append_all(conn, [look])


async def record_declaration(conn: Connection, sight: Sight, made: Declaration, now: datetime) -> None:
    """Record that a person read what somebody declared; who opens it again soon still has the same look at it."""
    before = await ledger.looks(conn, by=sight.code, since=now - _ONE_LOOK)
    if made.id not in {one.body.get("declaration") for one in before}:
        about: dict[str, Json] = {"post": made.post_code, "what": What.DECLARATION.value, "declaration": made.id}
        await ledger.append_all(conn, [_look(sight, made.person_id, made.path, now, level=None, **about)])


async def record_figures(db: Database, viewer: int, people: Iterable[int], path: str, now: datetime) -> None:
    """Record that a person looked at what notices came to for people of the unit of a path: none for the own figures.

    Who turns the page back and forth has looked once.
    """
    async with db.writing() as conn:
        sight = await sight_of(conn, viewer)
        before = {
            one.person_id for one in await ledger.looks(conn, by=sight.code, since=now - _ONE_LOOK) if _is_figures(one)
        }
        others = [one for one in people if one != viewer and one not in before]
        what = What.FIGURES.value
        await ledger.append_all(conn, [_look(sight, one, path, now, level=None, what=what) for one in others])


def _is_figures(look: Event) -> bool:
    return look.body.get("what") == What.FIGURES.value


async def record_scores(conn: Connection, viewer: int | None, person_id: int, path: str, now: datetime) -> None:
    """Record that a person (None: the operator) looked at somebody's scores, whose unit has this path.

    Who goes on looking soon still has the same look at them.
    """
    scores = What.SCORES.value
    if viewer is None:
        body: dict[str, Json] = {"by": None, "name": None, "roles": [], "level": None, "what": scores}
        await ledger.append(conn, at=now, kind=Kind.RECORD_SEEN, person_id=person_id, body=body)
        return
    sight = await sight_of(conn, viewer)
    before = await ledger.looks(conn, by=sight.code, since=now - _ONE_LOOK)
    if not any(one.person_id == person_id and one.body.get("what") == scores for one in before):
        await ledger.append_all(conn, [_look(sight, person_id, path, now, level=None, what=scores)])


def _at_posts(sight: Sight, posts: Iterable[PostFound], what: What, now: datetime, **about: Json) -> list[Event]:
    others = {post.holder_id or -post.id: post for post in posts if post.holder_id != sight.person_id}
    return [_at_post(sight, post, what, now, **about) for post in others.values()]


def _at_post(sight: Sight, post: PostFound, what: What, now: datetime, **about: Json) -> Event:
    level = sight.level if sight.level is not None and sight.level <= post.level else None
    return _look(sight, post.holder_id, post.path, now, level=level, post=post.code, what=what.value, **about)


def _look(sight: Sight, person_id: int | None, path: str, now: datetime, **about: Json) -> Event:
    """As what the person looked is kept as it is now: posts and roles change."""
    roles = {one.role.value for one in sight.borne if scope_of([one], Act.SEE_WARNINGS).covers(path)}
    body: dict[str, Json] = {"by": sight.code, "name": sight.name, "roles": [*sorted(roles)], **about}
    return Event(at=now, kind=Kind.RECORD_SEEN, person_id=person_id, body=body)


def _not_open(post: PostFound, what: What) -> Phrase:
    if what in _OF_THE_REGISTER:
        return phrase(
            "The risk points of «{post}» ({unit}, level {level}) are not open to you: they are open to its holder, to "
            "posts of the same or a higher level, and to those who look after the unit.",
            post=post.title,
            unit=post.unit,
            level=post.level,
        )
    return phrase(
        "The record of «{post}» ({unit}, level {level}) is not open to you: it is open to its holder, to posts of the "
        "same or a higher level, and to those who look after the unit.",
        post=post.title,
        unit=post.unit,
        level=post.level,
    )
