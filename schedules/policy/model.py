"""The policy's shape: what each table of the file may say. Every value is checked when the file is read."""

from datetime import date, time, timedelta
from functools import cached_property
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from messages.audience import parse
from messages.errors import Refused
from messages.register.bases import Bases, Basis
from messages.text.phrase import phrase
from schedules.policy.faults import NotAccepted
from schedules.policy.register import BasisTerms, Campaigns, Risks, successive
from schedules.policy.scores import Scores
from schedules.policy.table import SendTime, Table, Workdays
from schedules.policy.tenders import Tenders
from schedules.policy.warnings import ApprovalTerms, Interface, Items, Warnings

_COMMON_YEAR: Final = 2001


def _readable(expression: str) -> str:
    # One that cannot be read would stop the planner at every pass, and with it every other notice.
    try:
        parse(expression)
    except Refused as refusal:
        fault = refusal.faults[0]
        raise NotAccepted(phrase("column {column}: {what}", column=fault.column or "", what=fault.message)) from None
    return expression


Audience = Annotated[str, AfterValidator(_readable)]


class WorkingHours(Table):
    """The office's hours, local time."""

    start: time
    end: time

    @model_validator(mode="after")
    def _in_order(self) -> "WorkingHours":
        if self.start >= self.end:
            raise NotAccepted(phrase("the start must be before the end"))
        return self


class QuietHours(Table):
    """When nothing but red goes out: local times, over midnight or not (the same twice for none), and on days off.

    The hours that a person chooses instead lie between ``earliest_start`` of an evening and ``latest_end`` of the
    next morning; the same twice: nobody chooses.
    """

    start: time
    end: time
    days_off: bool
    earliest_start: time
    latest_end: time


class HolidayWave(Table):
    """What the waves of a holiday have in common; ``within`` is working days to acknowledge."""

    audience: Audience
    acknowledge: bool
    within: Workdays


class FormalWave(HolidayWave):
    """The full notice, ``days_before`` calendar days before the first day off."""

    days_before: int = Field(ge=1, le=60)
    time: SendTime


class ShortWave(HolidayWave):
    """The few lines on the last working day before the holiday."""

    time: SendTime


class DutyWave(HolidayWave):
    """What those on duty get on the first day off."""

    time: SendTime


class ChangedWave(HolidayWave):
    """What goes out as soon as the official notice moves days that people were told of."""


class Holidays(Table):
    """The waves of a holiday integrity notice."""

    formal: FormalWave
    short: ShortWave
    duty: DutyWave
    changed: ChangedWave


class Reminders(Table):
    """On which working days after the first wave those who have not acknowledged are reminded.

    ``by_hand_most``: so many more times a person is reminded of a notice when somebody asks for it.
    """

    workdays: tuple[Annotated[int, Field(ge=1, le=60)], ...]
    by_hand_most: int = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _rising(self) -> "Reminders":
        if list(self.workdays) != sorted(set(self.workdays)):
            raise NotAccepted(phrase("rising numbers are accepted, such as [1, 2]"))
        return self


class Broadcasts(Table):
    """``within``: working days to acknowledge where nothing else is said; ``useful_days``: how long it may be late.

    One to more than ``approval_above`` people needs the approval of a second person. A preview that is older than
    ``preview_minutes`` is shown anew before anything is sent.
    """

    within: Workdays
    approval_above: int = Field(ge=0)
    preview_minutes: int = Field(ge=1, le=1440)
    useful_days: int = Field(ge=1, le=365)


class Digest(Table):
    """The daily report of who could not be reached."""

    time: SendTime


class LedgerTerms(Table):
    """The local time at which the ledger is sealed, daily."""

    seal_time: time


class Invites(Table):
    """How many days an invitation is good for."""

    days: int = Field(ge=1, le=365)


class Joining(Table):
    """``wrong_tries`` from one account within ``window`` silence it for ``silence``."""

    wrong_tries: int = Field(ge=1, le=1000)
    window_minutes: int = Field(ge=1)
    silence_minutes: int = Field(ge=1)

    @property
    def window(self) -> timedelta:
        """The time in which wrong tries are counted."""
        return timedelta(minutes=self.window_minutes)

    @property
    def silence(self) -> timedelta:
        """How long a silenced account gets no answer."""
        return timedelta(minutes=self.silence_minutes)


class Delivery(Table):
    """How much is claimed and sent at once, and how long temporary failures are tried again."""

    concurrency: int = Field(ge=1, le=1000)
    claim_seconds: float = Field(gt=0, le=10)
    retry_seconds: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)
    give_up_hours: float = Field(gt=0)

    @property
    def give_up_after(self) -> timedelta:
        """How long a notice without an expiry is tried."""
        return timedelta(hours=self.give_up_hours)


class RetentionTerms(Table):
    """How many calendar months a settled delivery stays in the database, and about how many leave at a time."""

    # The digest of who could not be reached looks back up to four months.
    months: int = Field(ge=6, le=600)
    step: int = Field(ge=100, le=10_000)


def _day_of_every_year(written: str) -> str:
    try:
        date.fromisoformat(f"{_COMMON_YEAR}-{written}")
    except ValueError:
        raise NotAccepted(phrase("a day of the year is accepted as MM-DD, such as 11-01")) from None
    return written


class OfficialCalendar(Table):
    """When admins are first reminded that next year's official days are missing (``MM-DD``)."""

    ask_from: Annotated[str, AfterValidator(_day_of_every_year)]


class Policy(Table):
    """The whole policy, with the version of its file."""

    version: str = Field(min_length=1, max_length=40)
    working_hours: WorkingHours
    quiet_hours: QuietHours
    holidays: Holidays
    reminders: Reminders
    broadcasts: Broadcasts
    digest: Digest
    ledger: LedgerTerms
    invites: Invites
    joining: Joining
    delivery: Delivery
    retention: RetentionTerms
    calendar: OfficialCalendar
    items: Items
    approvals: ApprovalTerms
    warnings: Warnings
    interface: Interface
    risks: Risks
    campaigns: Campaigns
    tenders: Tenders
    scores: Scores
    bases: Annotated[dict[str, BasisTerms], AfterValidator(successive)]

    @cached_property
    def legal_bases(self) -> Bases:
        """What risk points may cite."""
        return Bases(Basis(code=code, **dict(terms)) for code, terms in self.bases.items())
