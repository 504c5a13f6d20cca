"""Reads files of releases onto the spool; what is wrong with them, and what of them was passed over."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import Final

from messages.errors import Fault, Refused
from messages.tenders.ocds.merging import statement_of
from messages.tenders.ocds.opening import Seen, unseen
from messages.tenders.ocds.reading import Reader
from messages.tenders.ocds.spool import Spool
from messages.tenders.remarks import Remark
from messages.text.phrase import phrase

MOST_REMARKS: Final = 1_000
"""Remarks that are told of an import; the others are counted."""
_PIECE: Final = 1 << 20
_NO_RELEASES: Final = phrase("This record has no releases in it, or only links to them, which are not followed.")


@dataclass(kw_only=True)
class Remarks:
    """The first remarks, and how many more there are."""

    told: list[Remark] = field(default_factory=list)
    more: int = 0

    def add(self, one: Remark) -> None:
        """Remember it, or that there is one more."""
        if len(self.told) < MOST_REMARKS:
            self.told.append(one)
        else:
            self.more += 1


@dataclass(kw_only=True)
class Gathered:
    """What came of reading files: releases are on the spool."""

    faults: list[Fault] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    releases: int = 0


def gather(path: Path, spool: Spool, zone: tzinfo, into: Gathered, seen: Seen = unseen) -> None:
    """Read a file's releases; faults name it. ``seen`` is told how many of its bytes were read."""
    reader = Reader(path, seen)
    try:
        for found in reader.read():
            if found.body is None:
                into.remarks.add(
                    Remark(file=path.name, ref=found.ocid, field="releases", value="", message=_NO_RELEASES)
                )
            else:
                statement, remarks = statement_of(found, zone)
                spool.put(statement, path.name)
                into.releases += 1
                for one in remarks:
                    into.remarks.add(replace(one, file=path.name))
    except Refused as error:
        reader.faults.extend(error.faults)
    into.faults += [replace(fault, file=path.name) for fault in reader.faults]


def digest_of(path: Path) -> str:
    """What stands for a file's content in the ledger."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
