"""The running service through a night: what is said then is heard in the morning, together; what is red at once."""

from datetime import timedelta

from messages.notices import Lane
from tests.service import DUE, Founding

NIGHT = DUE.replace(hour=22)
MORNING = DUE.replace(hour=8, minute=0) + timedelta(days=1)


async def test_a_night_of_notices_comes_as_one_message_in_the_morning_and_red_at_once(found: Founding) -> None:
    async with found(people=3) as place, place.serving(NIGHT) as service:
        notices = [await place.issue(service, f"今夜之事{number}。") for number in range(4)]
        red = await place.issue(service, "紧急之事。", lane=Lane.RED)
        await place.settled(red, delivered=3)
        assert place.said("今夜之事") == place.everyone(0)
        assert (await place.counts(notices[0])).planned == 3
        await service.move_clock(MORNING)
        for notice_id in notices:
            await place.settled(notice_id, delivered=3)
        assert place.said("今夜之事") == place.everyone(1)
        (digest,) = place.heard(1, "为您汇总 4 条通知")
        assert all(f"今夜之事{number}" in digest.text for number in range(4))
        assert await place.press(1, digest) is not None
        assert (await place.settled(notices[0], acknowledged=1)).obligations == 4
        assert (await place.counts(notices[1])).acknowledged == 0
