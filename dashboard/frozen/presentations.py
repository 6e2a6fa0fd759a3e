"""Presentations: what a presenter shows now, so that screens elsewhere follow by a code.

The row is the truth, so followers find their way back after any restart; `following` tells them of changes at once.
Synchronous: callers in asyncio use a thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.errors import AccessError, ActionError
from dashboard.frozen.code import new_code, read_code
from dashboard.frozen.tables import presentations
from feeds.history.dialect import storable

KEPT_MS: Final = 86_400_000
"""A presentation that nobody touched for a day is forgotten; its moment is not."""
MOST_RUNNING: Final = 500
TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is being presented.

    Attributes:
        code: by which followers join.
        deck: name of the deck.
        frozen: code of the moment shown, "" while the figures are live.
        slide: id of the slide shown.
        by: the presenter.
        started_at: ms since 1970.
        touched_at: when it last changed, ms.
        revision: grows with every change.
        ended: whether the presenter has ended it.
    """

    code: str
    deck: str
    frozen: str
    slide: str
    by: str
    started_at: int
    touched_at: int
    revision: int
    ended: bool


class Presentations:
    """Presentations on a database whose tables are at head; see `store.open_frozen`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, deck: str, frozen: str, slide: str, by: str, now: int) -> Presentation:
        """Begin a presentation and return it with its code; `now` in ms.

        Raises:
            ActionError: when too many are running.
        """
        table = presentations
        for left in reversed(range(TRIES)):
            new = Presentation(new_code(), storable(deck), frozen, storable(slide), storable(by), now, now, 1, False)
            try:
                with self._engine.begin() as connection:
                    connection.execute(delete(table).where(table.c.touched_ms < now - KEPT_MS))
                    if connection.execute(select(func.count()).select_from(table)).scalar_one() >= MOST_RUNNING:
                        raise ActionError(f"at most {MOST_RUNNING} presentations run at a time; end one first")
                    connection.execute(
                        insert(table).values(
                            code=new.code,
                            deck=new.deck,
                            frozen=frozen,
                            slide=new.slide,
                            who=new.by,
                            started_ms=now,
                            touched_ms=now,
                            revision=1,
                            ended=0,
                        )
                    )
            except IntegrityError:
                if not left:
                    raise
            else:
                break
        return new

    def get(self, code: str) -> Presentation | None:
        """Return a presentation, None when no (or no longer a) presentation has this code."""
        table = presentations
        with self._engine.connect() as connection:
            found = connection.execute(select(table).where(table.c.code == read_code(code))).first()
        return None if found is None else _of_row(found)

    def show(
        self,
        code: str,
        by: str,
        now: int,
        *,
        slide: str | None = None,
        frozen: str | None = None,
        deck: str | None = None,
        ended: bool | None = None,
    ) -> Presentation | None:
        """Change what is shown; what is None stays. Return it as it is now, None when there is none of this code.

        Raises:
            AccessError: when somebody else presents.
            ActionError: when it has ended.
        """
        table = presentations
        with self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            row = connection.execute(select(table).where(table.c.code == read_code(code)).with_for_update()).first()
            if row is None:
                return None
            old = _of_row(row)
            if old.by != by:
                raise AccessError(f"{old.by} presents here; begin a presentation of your own")
            if old.ended:
                raise ActionError("this presentation has ended; begin a new one")
            new = replace(
                old,
                slide=old.slide if slide is None else storable(slide),
                frozen=old.frozen if frozen is None else frozen,
                deck=old.deck if deck is None else storable(deck),
                ended=old.ended if ended is None else ended,
            )
            if new == old:
                return old
            new = replace(new, touched_at=now, revision=old.revision + 1)
            connection.execute(
                update(table)
                .where(table.c.code == new.code)
                .values(
                    slide=new.slide,
                    frozen=new.frozen,
                    deck=new.deck,
                    ended=int(new.ended),
                    touched_ms=now,
                    revision=new.revision,
                )
            )
        return new


def _of_row(row: Row[Any]) -> Presentation:
    return Presentation(
        row.code, row.deck, row.frozen, row.slide, row.who, row.started_ms, row.touched_ms, row.revision,
        bool(row.ended),
    )  # fmt: skip
