"""A digest of what is given of an item: by it the same is known again, whatever has become of the item since."""

import hashlib
import json

from messages.items.records import Given


def digest_of(given: Given) -> str:
    """The digest of all but its ``ref``, hexadecimal; posts in whatever order."""
    words = [given.category, given.kind, given.title, given.text, given.audience, given.grade]
    day = given.decisive_on.isoformat() if given.decisive_on else None
    kept = [[one.file, one.kind] for one in given.attachments]
    new = [[one.sha256, one.kind, one.name] for one in given.files]
    said = json.dumps([*words, day, sorted(given.posts), kept, new], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
