"""A running service takes tenders from a watched folder and from an address by itself, and answers meanwhile."""

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy import func, select

from messages.store import tables
from tests.rosters import xlsx
from tests.service import BEFORE, Founding, Town, until

HEADER = ("项目编号", "项目名称", "采购人", "类别", "文件获取开始", "投标截止时间", "开标时间")
ROW = ("ZB-1", "滨河路改造工程", "财政局", "工程招标", "2026-09-22", "2026-10-20 9:30", "2026-10-20 9:30")
RELEASE = {
    "ocid": "ocds-213czf-000-00001",
    "id": "1",
    "date": "2026-09-20T00:00:00Z",
    "tag": ["tender"],
    "tender": {
        "id": "1",
        "title": "办公设备采购",
        "mainProcurementCategory": "goods",
        "tenderPeriod": {"endDate": "2026-10-20T01:30:00Z"},
    },
    "buyer": {"name": "教育局"},
}


def _policy(path: Path, folder: Path, url: str) -> Path:
    path.write_text(
        f'[tenders.sources."台账"]\nfolder = "{folder}"\nevery_minutes = 5\n[tenders.sources.portal]\nurl = "{url}"\n'
    )
    return path


async def _holds(office: Town, titles: set[str]) -> bool:
    """Whether there are matters of these titles, and that they were taken is recorded."""
    imported = tables.ledger.c.kind == "matters_imported"
    async with office.db.reading() as conn:
        recorded = await conn.scalar(select(func.count()).select_from(tables.ledger).where(imported))
        return {*await conn.scalars(select(tables.matters.c.title))} == titles and recorded == len(titles)


async def _looked(office: Town, since: datetime) -> bool:
    """Whether both sources were looked at since then, and are done with."""
    feeds = tables.feeds.c
    async with office.db.reading() as conn:
        rows = await conn.execute(select(feeds.name).where(feeds.file == "", feeds.looked_at >= since))
        return len(rows.all()) == 2


async def test_what_a_folder_and_an_address_have_becomes_matters_and_what_is_wrong_is_told_to_the_office(
    found: Founding, tmp_path: Path
) -> None:
    asked: list[str] = []

    async def portal(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match", ""))
        if asked[-1]:
            return web.Response(status=304)
        return web.Response(text=json.dumps({"releases": [RELEASE]}), headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_get("/releases", portal)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://user:word@127.0.0.1:{runner.addresses[0][1]}/releases?key=secret"
    folder = tmp_path / "台账"
    folder.mkdir()
    xlsx(folder / "项目.xlsx", HEADER, ROW)
    (folder / "wrong.csv").write_text("项目编号,项目名称,采购人,类别,开标时间\nZB-2,某工程,财政局,工程招标,明天\n")
    policy = _policy(tmp_path / "policy.toml", folder, url)
    try:
        with structlog.testing.capture_logs() as logs:
            async with found(people=3) as office, office.serving(BEFORE, policy=str(policy)) as service:
                await until(lambda: _looked(office, BEFORE))
                for _ in range(2):
                    to = service.clock.now() + timedelta(minutes=16)
                    await service.move_clock(to)
                    await until(partial(_looked, office, to))

                await until(partial(_holds, office, {"滨河路改造工程", "办公设备采购"}))
                await until(lambda: len(office.heard(1, "wrong.csv")) == 1)
                assert office.heard(2, "wrong.csv") == []
    finally:
        await runner.cleanup()
    assert asked[:2] == ["", '"1"']
    assert not any(word in repr(line) for line in logs for word in ("secret", "word@", "/releases"))
