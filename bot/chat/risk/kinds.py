"""The kinds of the risk desk's buttons, and what each carries."""

from typing import Final

from bot.telegram.keyboards import DESKS
from schedules.desks import DeskKind

OWN: Final = DESKS[DeskKind.RISKS]
"""Buttons under notices that lead to the own points: what to do, the post or none, a version. They send anew."""
TASK: Final = DESKS[DeskKind.TASK]
"""The same to the own post's task: what to do, the campaign, its version; and which post."""
FACE: Final = "rk1"
"""Buttons about a post: what to do, the post, and what that needs."""
POINT: Final = "rq1"
"""Buttons about a point: what to do, the point, its version, and its post."""
DUTY: Final = "rd1"
"""Buttons about the duties of a post: what to do, the post, and a duty."""
BEGIN: Final = "rsb1"
"""Buttons that begin a draft: what, the post, perhaps a point; and instead of which draft as it was."""
VIEW: Final = "rs1"
"""Buttons that show another face of a draft's card: draft, and which one."""
SET: Final = "rsa1"
"""Buttons that answer a question: draft, question, answer."""
NODES: Final = "rsl1"
"""Buttons that turn the list of all risk nodes: draft, page."""
DUTIES: Final = "rsd1"
"""Buttons that turn the list of the post's duties: draft, page."""
KEEP: Final = "rsg1"
"""Buttons that keep or submit: draft, what to do, the content that was shown, and the others that go with it."""
