"""What other sites, and whoever shapes requests by hand, try at the dashboard."""

from bot.web.guard import HEADERS
from messages.ledger import Kind
from tests.acceptance.test_web_pages import MARKUP, ledger, sent
from tests.dashboard import browsing, link_for, signed_in
from tests.service import BEFORE, Founding


async def test_every_answer_carries_the_headers_that_protect_it(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        for path in ("/", "/forecast", "/nothing", "/enter/x", "/roster/import", "/static/dashboard.css"):
            shown = await reader.get(path)
            expected = {name: value for name, value in HEADERS.items() if name != "Cache-Control"}
            assert {name: shown.headers.get(name) for name in expected} == expected, path
            assert "style=" not in shown.html
            assert "<script>" not in shown.html
        assert (await reader.get("/roster")).headers["Cache-Control"] == "no-store"
        policy = HEADERS["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


async def test_an_act_without_the_sessions_stamp_is_refused(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        notice = await sent(place, service)
        for stamp in ({}, {"stamp": ""}, {"stamp": "0" * 64}, {"stamp": "é"}):
            for path in (f"/notices/{notice}/cancel", f"/notices/{notice}/remind", "/leave", "/language"):
                assert (await reader.post(path, stamp)).status == 400, (path, stamp)
            assert await ledger(place, Kind.NOTICE_CANCELLED) == []
            assert (await reader.get("/")).status == 200


async def test_the_stamp_of_another_session_is_of_no_use(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as first:
        stamp = (await first.get("/")).form("/leave")
        async with signed_in(place, service) as second:
            assert (await second.post("/leave", stamp)).status == 400


async def test_what_another_site_sends_is_refused(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        stamp = (await reader.get("/")).form("/leave")
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Host": "evil.example"},
            {"Host": "127.0.0.1.evil.example:80"},
        ):
            assert (await reader.post("/leave", stamp, headers=headers)).status == 403, headers
            async with browsing(service) as other:
                assert (await other.post(await link_for(place, 1), {}, headers=headers)).status == 403, headers
                assert not other.cookies(), headers


async def test_a_name_that_was_made_to_point_here_shows_nothing(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        for name in ("evil.example", "localhost.evil.example", "", "[::1", "evil.example@127.0.0.1"):
            shown = await reader.get("/roster", headers={"Host": name})
            assert shown.status in {400, 403}, name
        for name in ("localhost", "127.0.0.1:1", "[::1]:9"):
            assert (await reader.get("/roster", headers={"Host": name})).status == 200, name


async def test_titles_names_and_texts_with_markup_are_shown_as_they_stand(found: Founding) -> None:
    async with found(people=2) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        notice = await place.issue(service, "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(2)&gt;")
        for path in ("/", f"/notices/{notice}", f"/roster?unit={MARKUP}", f"/unreachable?unit={MARKUP}"):
            shown = await reader.get(path)
            assert shown.status == 200
            assert "<script>alert" not in shown.html
            assert "<img src=x" not in shown.html
            assert "alert(" in shown.html


async def test_a_form_that_is_too_large_is_refused(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        assert (await reader.post("/language", {"stamp": "x" * 100_000})).status == 413


async def test_health_and_metrics_stay_as_they_are_beside_the_dashboard(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, browsing(service) as reader:
        assert (await reader.get(f"{service.web.url}/healthz")).status == 200
        for path in ("/healthz", "/readyz", "/metrics"):  # probes and collectors come by whatever name
            probed = await reader.get(f"{service.web.url}{path}", headers={"Host": "lianxun-web.monitored"})
            assert probed.status == 200
            assert "Server" not in probed.headers
        begun = await reader.get(f"{service.web.url}/", follow=False)
        assert begun.headers["Location"] == "/web/"
