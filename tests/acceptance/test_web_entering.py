"""Signing in to the dashboard by a link from the chat, and everything that must not sign anybody in."""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, update
from yarl import URL

from bot.chat.commands import TABLE
from messages import sessions
from messages.ledger import Kind
from messages.store import tables
from tests.dashboard import browsing, link_for, signed_in
from tests.service import BEFORE, Founding, Town, chat

NOT_THERE = "A" * 43


async def events(place: Town, kind: Kind) -> list[int | None]:
    """About whom there are events of a kind."""
    query = select(tables.ledger.c.person_id).where(tables.ledger.c.kind == kind.value)
    async with place.db.reading() as conn:
        return list(await conn.scalars(query))


async def test_a_link_from_the_chat_signs_in_once_by_a_press(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        link = await link_for(place, 1)
        for _ in range(2):  # a chat program that looks at the link uses nothing up
            shown = await reader.get(link)
            assert "人员1" in shown.text
            assert not reader.cookies()
        entered = await reader.post(link, {})
        assert entered.status == 200
        assert "人员1" in entered.text
        assert (await events(place, Kind.WEB_SIGNED_IN)) == [1]

        async with browsing(service) as other:
            for again in (await other.get(link), await other.post(link, {})):
                assert again.status == 410
                assert not other.cookies()
            assert (await other.get("/roster")).status == 401


async def test_the_link_is_protected_and_nothing_of_it_is_kept_but_its_hash(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE):
        link = await link_for(place, 1)
        assert place.heard(1)[-1].protect
        async with place.db.reading() as conn:
            [kept] = list(await conn.scalars(select(tables.web_links.c.token_hash)))
        token = urlsplit(link).path.rpartition("/")[2]
        assert kept == sessions.digest(token) != token


async def test_a_link_lives_five_minutes(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        link = await link_for(place, 1)
        await service.move_clock(service.clock.now() + sessions.LINK_LIVES)
        assert (await reader.get(link)).status == 410
        assert (await reader.post(link, {})).status == 410


async def test_a_newer_link_takes_the_place_of_the_one_before(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        older, newer = await link_for(place, 1), await link_for(place, 1)
        assert (await reader.get(older)).status == 410
        assert (await reader.get(newer)).status == 200


async def test_a_link_of_an_account_that_was_left_signs_nobody_in(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        link = await link_for(place, 1)
        await _leave(place, 1)
        assert (await reader.post(link, {})).status == 410


async def _leave(place: Town, number: int) -> None:
    mine = tables.accounts.c.chat_id == chat(number)
    async with place.db.writing() as conn:
        await conn.execute(update(tables.accounts).where(mine).values(left_at=BEFORE))


async def test_made_up_links_are_refused_kindly(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        for token in (NOT_THERE, "x", "..%2F..%2Froster", "%00"):
            for shown in (await reader.get(f"/enter/{token}"), await reader.post(f"/enter/{token}", {})):
                assert shown.status in {404, 410}, token
                assert "<h1>" in shown.html, token


async def test_every_member_gets_a_link_and_each_page_guards_itself(found: Founding) -> None:
    guarded = ("/forecast", "/roster", "/unreachable", "/items", "/roster/import")
    async with found(people=3) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service, 3) as reader:
            begun = await reader.get("/")
            assert begun.url.endswith("/web/warnings")
            assert not [path for path in guarded if f'/web{path}"' in begun.html]
            for path in guarded:
                assert (await reader.get(path)).status == 403, path
            for path in ("/warnings", "/lookup", "/who-saw-me"):
                assert (await reader.get(path)).status == 200, path
        assert set(await events(place, Kind.ACT_REFUSED)) == {3}
        [entry] = [entry for entry in TABLE if entry.name == "web"]
        assert entry.everyone


async def test_a_session_that_somebody_set_beforehand_is_not_taken_over(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as mine:
            [(name, known)] = mine.cookies().items()
        async with browsing(service) as victim:
            victim.http.cookie_jar.update_cookies({name: known})
            await victim.post(await link_for(place, 1), {})
            assert victim.cookies()[name] != known


async def test_a_cookie_that_was_not_sealed_here_is_nobodys(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        [(name, value)] = reader.cookies().items()
        token, _, mark = value.partition(".")
        forged = [token, f"{token}.", f"{token}.{mark[::-1]}", f"{token[:-1]}B.{mark}", f"{NOT_THERE}.{mark}", "é", ""]
        async with browsing(service) as other:
            for one in forged:
                answer = await other.get("/roster", headers={"Cookie": f"{name}={one}"})
                assert answer.status == 401, one


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        entered = await reader.post(await link_for(place, 1), {}, follow=False)
        cookie = entered.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
        assert "Secure" not in cookie
        assert "Domain" not in cookie


async def test_behind_https_the_cookie_is_the_hosts_own_and_travels_by_https_alone(found: Founding) -> None:
    public = "https://lianxun.example.org/office/"
    async with (
        found(people=3) as place,
        place.serving(BEFORE, public_url=public) as service,
        browsing(service) as reader,
    ):
        link = await link_for(place, 1)
        assert link.startswith("https://lianxun.example.org/office/web/enter/")
        here = f"{reader.base}/enter/{link.rpartition('/')[2]}"
        entered = await reader.post(here, {}, follow=False, headers={"Host": "lianxun.example.org"})
        assert entered.headers["Set-Cookie"].startswith("__Host-lianxun=")
        assert "Secure" in entered.headers["Set-Cookie"]
        assert entered.headers["Location"] == "/office/web/"


async def test_signing_out_ends_the_session_for_good(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        kept = reader.cookies()
        left = await reader.submit(await reader.get("/roster"), "/leave")
        assert left.status == 200
        assert not reader.cookies()
        reader.http.cookie_jar.update_cookies(kept)
        assert (await reader.get("/roster")).status == 401


async def test_a_session_ends_when_it_is_idle_and_when_it_is_old(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as reader:
            for _ in range(11):
                await service.move_clock(service.clock.now() + sessions.IDLE - timedelta(minutes=1))
                assert (await reader.get("/roster")).status == 200
            await service.move_clock(service.clock.now() + sessions.IDLE - timedelta(minutes=1))
            assert (await reader.get("/roster")).status == 200
            await service.move_clock(service.clock.now() + timedelta(minutes=20))
            assert (await reader.get("/roster")).status == 401
        async with signed_in(place, service) as reader:
            await service.move_clock(service.clock.now() + sessions.IDLE)
            assert (await reader.get("/roster")).status == 401


async def test_who_moves_to_another_account_is_out_and_who_loses_the_role_sees_nothing_more(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as reader:
            await _leave(place, 1)
            assert (await reader.get("/roster")).status == 401
        async with place.db.writing() as conn:
            await conn.execute(update(tables.accounts).values(left_at=None))
        async with signed_in(place, service) as reader:
            async with place.db.writing() as conn:
                await conn.execute(update(tables.roles).values(ended_at=BEFORE))
            assert (await reader.get("/roster")).status == 403


async def test_the_language_is_changed_and_only_pages_of_the_dashboard_are_shown_next(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        shown = await reader.get("/forecast?month=2026-10")
        assert '<html lang="zh-CN">' in shown.html
        changed = await reader.submit(shown, "/language")
        assert changed.url.endswith("/web/forecast?month=2026-10")
        assert '<html lang="en">' in changed.html
        for elsewhere in ("//evil.example", "https://evil.example/", "/web/..//evil", "/web\\evil", "/other", ""):
            fields = changed.form("/language") | {"here": elsewhere}
            sent = await reader.post("/language", fields, follow=False)
            assert sent.headers["Location"] == "/web/"


async def test_the_language_of_the_dashboard_is_the_browsers_and_the_chat_keeps_its_own(found: Founding) -> None:
    """A press on English in the browser turned the person's chat to English too, without a word of it."""
    async with found(people=3) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as reader:
            changed = await reader.submit(await reader.get("/"), "/language")
            assert '<html lang="en">' in changed.html
            assert reader.cookies()["lianxun-language"] == "en"
            assert '<html lang="en">' in (await reader.get("/nothing")).html
            left = await reader.submit(changed, "/leave")
            assert '<html lang="en">' in left.html
            assert '<html lang="en">' in (await reader.get("/")).html
            reader.http.cookie_jar.update_cookies({"lianxun-language": "<script>"}, URL(service.web.url))
            assert '<html lang="zh-CN">' in (await reader.get("/", headers={"Accept-Language": "zh"})).html
        async with signed_in(place, service) as other:
            assert '<html lang="zh-CN">' in (await other.get("/")).html
        async with place.db.reading() as conn:
            assert set(await conn.scalars(select(tables.people.c.language))) == {"zh_CN"}


async def test_the_address_without_its_last_slash_leads_on_and_lost_readers_are_told_the_way_in(
    found: Founding,
) -> None:
    """``/web`` was a bare «404: Not Found»."""
    async with found(people=1) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        assert (await reader.get("", follow=False)).headers["Location"] == "/web/"
        for path, status in (("", 401), ("/nothing", 404)):
            shown = await reader.get(path)
            assert shown.status == status
            assert "/web" in shown.text
