"""The whole examination: every look, none of which can keep the others from being taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dashboard.doctor import installation, machine, services
from dashboard.doctor.model import Finding
from dashboard.settings import Settings
from feeds.door import utc_now


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield every finding as it is made."""
    looks: tuple[tuple[str, Callable[[], Iterable[Finding]]], ...] = (
        ("machine", lambda: machine.look(settings)),
        ("bus", lambda: services.bus(settings)),
        ("databases", lambda: services.databases(settings)),
        ("port", lambda: [services.port(settings)]),
        ("certificate", lambda: services.certificate(settings.public_url, utc_now())),
        ("installation", lambda: installation.look(settings)),
    )
    for name, look in looks:
        yield from guarded(name, look)


def guarded(name: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield the findings of a look, and one more when it could not be finished."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 (a doctor who faints at a symptom is of no use)
        said = " ".join(str(error).split())[:300]
        yield Finding(name, "fail", f"could not be looked at: {type(error).__name__}: {said}", "Tell the maintainers.")
