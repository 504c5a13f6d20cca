"""What the tables are made of: keys, links and indexes, the same on both databases."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, text

# SQLite gives ids by itself only to INTEGER keys.
Id = BigInteger().with_variant(Integer, "sqlite")


def is_id(number: int) -> bool:
    """Whether a number can be an id: the databases know no others."""
    return 0 < number < 1 << 63


def identity() -> Column[int]:
    """The key: numbers that the database gives."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def link(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """A link to ``target``, checked by the database."""
    return Column(name, Id, ForeignKey(target), nullable=nullable)


def unchecked(name: str, *, nullable: bool = False) -> Column[int]:
    """A link that the database does not check: in tables of millions the checks cost more than the rows."""
    return Column(name, Id, nullable=nullable)


def serving_bot() -> Column[int]:
    """The bot that serves whom the row is about; the main one where nobody says."""
    return Column("bot_id", Id, nullable=False, server_default=text("1"))


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that meet a condition, the same for both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
