"""Rights: who may do what in the office's name."""

from messages.errors import NotEntitled, NotFound
from messages.organisation.records import Role
from messages.store.database import Connection
from messages.store.rights import holds_role, person_id
from messages.text.phrase import phrase


async def entitled_to_broadcast(conn: Connection, code: str) -> int:
    """The id of the person with this code, who may say something to an audience, or approve it.

    Raises ``NotFound`` where there is no such person, ``NotEntitled`` where the person is no administrator.
    """
    person = await person_id(conn, code)
    if person is None:
        raise NotFound(phrase("There is no person with the code «{code}».", code=code))
    if not await holds_role(conn, person, Role.OFFICE):
        raise NotEntitled(phrase("«{code}» is not an administrator of the office: only they broadcast.", code=code))
    return person
