"""The office: its rules, its calendar, its texts, and all that is decided and planned for it, whichever face asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeAlias

from bot.grace import Grace
from bot.settings import Settings
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.absences.desk import Absences
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.campaigns.desk import Campaigns
from schedules.clock import Clock
from schedules.items.desk import Items
from schedules.planner import Planner
from schedules.policy import Policy, load
from schedules.register.desk import Register
from schedules.scores.charging import Charging
from schedules.scores.days import OwnDays
from schedules.scores.desk import Scores
from schedules.scores.missing import Missing
from schedules.scores.objecting import Objections
from schedules.sealing import Sealing
from schedules.statistics.desk import Statistics
from schedules.statistics.own_days import Stepping
from schedules.tenders.desk import Tenders
from schedules.warnings.judging import Judging
from schedules.warnings.ladders import Ladders

Sweep: TypeAlias = Callable[[datetime], Awaitable[bool | None]]
"""Does what is due at an instant."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """What every face and the scheduler work with: one of each, over one database and one clock."""

    settings: Settings
    db: Database
    clock: Clock
    grace: Grace
    policy: Policy
    catalog: Catalog
    renderer: Renderer
    calendars: Calendars
    items: Items
    ladders: Ladders
    judging: Judging
    campaigns: Campaigns
    register: Register
    tenders: Tenders
    own_days: OwnDays
    missing: Missing
    charging: Charging
    scores: Scores
    objections: Objections
    absences: Absences
    statistics: Statistics
    sealing: Sealing
    planner: Planner
    apart: Apart

    @property
    def sweeps(self) -> dict[str, Sweep]:
        """What is looked through before each planning pass, in this order."""
        return {
            # Before warnings go on: what their holders owed until now is theirs.
            "missed": self.missing.sweep,
            "charges": self.charging.sweep,
            "items": self.items.sweep,
            "ladders": self.ladders.sweep,
            "judging": self.judging.sweep,
            "campaigns": self.campaigns.sweep,
            "register": self.register.sweep,
            "tenders": self.tenders.sweep,
            "scores": self.scores.sweep,
            "objections": self.objections.sweep,
            "absences": self.absences.sweep,
            "sealing": self.sealing.sweep,
        }

    @classmethod
    def of(cls, settings: Settings, db: Database, clock: Clock) -> Self:
        """Composed by the settings; raises ``Refused`` for a policy that cannot be read."""
        policy, catalog = load(settings.policy), Catalog.load()
        calendars, zone = Calendars(db, settings.country), settings.zone
        apart, grace = Apart(), Grace(clock.steady)
        renderer = Renderer(catalog, zone)
        ladders = Ladders(db=db, policy=policy, calendars=calendars, zone=zone, apart=apart, catching_up=grace.runs)
        campaigns = Campaigns(db=db, policy=policy, calendars=calendars, zone=zone, apart=apart)
        tenders = Tenders(db=db, policy=policy, calendars=calendars, zone=zone, apart=apart)
        own_days = OwnDays(calendars, policy, zone)
        ahead = [ladders.next_due, campaigns.next_due, tenders.next_due]
        return cls(
            settings=settings,
            db=db,
            clock=clock,
            grace=grace,
            policy=policy,
            catalog=catalog,
            renderer=renderer,
            calendars=calendars,
            items=Items(db=db, policy=policy, calendars=calendars, zone=zone),
            ladders=ladders,
            judging=Judging(db=db, policy=policy, calendars=calendars, zone=zone),
            campaigns=campaigns,
            planner=Planner(db=db, policy=policy, zone=zone, calendars=calendars, ahead=ahead),
            register=Register(db=db, policy=policy, calendars=calendars, zone=zone),
            tenders=tenders,
            own_days=own_days,
            missing=Missing(db=db, dating=own_days, apart=apart, zone=zone, catching_up=grace.runs),
            charging=Charging(db=db, apart=apart),
            scores=Scores(db=db, policy=policy, calendars=calendars, zone=zone, apart=apart),
            objections=Objections(db=db, policy=policy, calendars=calendars, zone=zone, apart=apart),
            absences=Absences(db=db, policy=policy, calendars=calendars, zone=zone),
            sealing=Sealing(db=db, seal_time=policy.ledger.seal_time, zone=zone),
            statistics=Statistics(db=db, zone=zone, clock=clock, stepping=Stepping(calendars, policy, zone)),
            apart=apart,
        )
