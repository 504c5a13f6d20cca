"""What an item has to be by itself, before anybody is looked up: a fault's column is the field that it is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from messages.errors import Fault, Refused
from messages.files import MOST_FILES
from messages.items.kinds import CATEGORIES, DECISIVE, KINDS, decisive_said
from messages.items.records import LONGEST_ITEM_TEXT, LONGEST_REF, Given
from messages.notices import LONGEST_TITLE, Category
from messages.text.markup import parse, visible_length
from messages.text.phrase import Phrase, phrase

EARLIEST: Final = date(2004, 1, 1)
"""Official working days are known from here on."""
MOST_POSTS: Final = 200
"""A reminder is about no more posts than these."""


def tidied(given: Given) -> Given:
    """The same, without what says nothing: spaces around it, posts named twice."""
    return replace(
        given,
        title=" ".join(given.title.split()),
        text=given.text.strip(),
        audience=(given.audience or "").strip() or None,
        posts=tuple(dict.fromkeys(code.strip() for code in given.posts)),
        ref=(given.ref or "").strip() or None,
    )


def faults_of(given: Given, today: date, *, announced: bool) -> list[Fault]:
    """What is wrong with it; of one that is only ``announced`` title, kind and decisive date are enough."""
    if given.category not in CATEGORIES:
        accepted = ", ".join(category.value for category in CATEGORIES)
        return [_fault("category", phrase("Accepted: {words}.", words=accepted), given.category.value)]
    found = [*_of_kind(given), *_of_date(given, today, announced=announced), *of_title(given.title), *_of_ref(given)]
    if not announced or given.text:
        found += of_text(given.text, LONGEST_ITEM_TEXT, alone=not given.attachments and not given.files)
    found += _of_reminder(given, announced=announced)
    if len(given.attachments) + len(given.files) > MOST_FILES:
        found.append(_fault("attachments", phrase("At most {most} files are accepted.", most=MOST_FILES)))
    return found


def _fault(column: str, message: Phrase, value: str | None = None) -> Fault:
    return Fault(column=column, message=message, value=value)


def _of_kind(given: Given) -> Iterator[Fault]:
    if given.kind not in KINDS[given.category]:
        accepted = ", ".join(kind.value for kind in KINDS[given.category])
        yield _fault("kind", phrase("Accepted: {words}.", words=accepted), given.kind.value)


def _of_date(given: Given, today: date, *, announced: bool) -> Iterator[Fault]:
    decisive = DECISIVE.get(given.category)
    if decisive is None and announced:
        yield _fault("category", phrase("This may be entered at any time: it needs no announcement."))
    elif decisive is None and given.decisive_on is not None:
        yield _fault("date", phrase("No date is accepted here: this may be entered at any time."))
    elif decisive is not None and given.decisive_on is None:
        yield _fault("date", phrase("The {what} is needed.", what=decisive_said(decisive)))
    elif given.decisive_on is not None and given.decisive_on > today:
        what = phrase("A day that has come is accepted: days to enter an item count from it.")
        yield _fault("date", what, given.decisive_on.isoformat())
    elif given.decisive_on is not None and given.decisive_on < EARLIEST:
        what = phrase("A day from {first} on is accepted.", first=EARLIEST.isoformat())
        yield _fault("date", what, given.decisive_on.isoformat())


def of_title(title: str) -> Iterator[Fault]:
    """What is wrong with a title."""
    if not 0 < len(title) <= LONGEST_TITLE:
        yield _fault("title", phrase("A title of 1 to {most} characters is accepted.", most=LONGEST_TITLE))
    elif not _writable(title):
        yield _fault("title", phrase("Signs that cannot be printed are not accepted."))


def _of_ref(given: Given) -> Iterator[Fault]:
    if given.ref is not None and (len(given.ref) > LONGEST_REF or not _writable(given.ref)):
        yield _fault("ref", phrase("A name of at most {most} characters is accepted.", most=LONGEST_REF), given.ref)


def of_text(html: str, most: int, *, alone: bool) -> Iterator[Fault]:
    """What is wrong with a text of at ``most`` so many visible characters; ``alone``, without files, it is needed."""
    if not _writable(html.replace("\n", "").replace("\r", "").replace("\t", "")):
        yield _fault("text", phrase("Signs that cannot be printed are not accepted."))
        return
    try:
        text = parse(html).text
    except Refused as refusal:
        yield from (replace(fault, column="text", line=None) for fault in refusal.faults)
        return
    if not text.strip() and alone:
        yield _fault("text", phrase("a text that is not empty is accepted"))
    elif (over := visible_length(html) - most) > 0:
        yield _fault("text", phrase("a text that is {over} characters shorter is accepted", over=over))


def _of_reminder(given: Given, *, announced: bool) -> Iterator[Fault]:
    """A reminder has a grade and posts; anything else an audience."""
    if given.category is not Category.REMINDER:
        if given.grade is not None:
            yield _fault("grade", phrase("Only a reminder has a grade."), given.grade.value)
        if given.posts:
            yield _fault("posts", phrase("Only a reminder is about posts: please say who is meant as the audience."))
        if given.audience is None and not announced:
            yield _fault("audience", phrase("Who is meant is needed."))
        return
    if given.audience is not None:
        yield _fault("audience", phrase("A reminder is about posts: it has no audience."), given.audience)
    if given.grade is None and not announced:
        yield _fault("grade", phrase("A reminder needs a grade: blue, orange or red."))
    if not given.posts and not announced:
        yield _fault("posts", phrase("A reminder needs the posts that it is about."))
    elif len(given.posts) > MOST_POSTS:
        yield _fault("posts", phrase("At most {most} posts are accepted.", most=MOST_POSTS))


def _writable(text: str) -> bool:
    """Whether every database and every reader can take it: no control signs, no halves of a pair."""
    return not any(sign < " " or "\x7f" <= sign < "\xa0" or "\ud800" <= sign <= "\udfff" for sign in text)
