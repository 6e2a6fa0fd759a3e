"""`export`: a deck as a file, made by the house that runs here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from dashboard.errors import DashboardError

if TYPE_CHECKING:
    import httpx

    from dashboard.settings import Settings

LOOK_S: Final = 0.3
PATIENCE_S: Final = 180.0
"""A deck takes seconds; this long it only takes when the house does not work any more."""
TOKEN_DAYS: Final = 0.02
"""Half an hour: a token that an interrupted run leaves behind ends by itself."""


class ExportError(DashboardError, RuntimeError):
    """No file was made; the message says why and what to do."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(export)


def export(
    out: Annotated[Path, typer.Option(help="File to write; for several pictures a ZIP archive.")],
    deck: Annotated[str, typer.Option(help="Deck of config/briefing.yaml, or `share`; without one the default.")] = "",
    format: Annotated[str, typer.Option(help="pdf, pptx or png.")] = "pdf",  # noqa: A002 (the name of the option)
    frozen: Annotated[str, typer.Option(help="Code of a frozen moment; without one: as it is now.")] = "",
    lang: Annotated[str, typer.Option(help="vi or en; without one LSO_LANG.")] = "",
    slide: Annotated[str, typer.Option(help="Only the slide of this id.")] = "",
) -> None:
    """Write a deck as PDF, PowerPoint or pictures; the house must be running."""
    wish = {"deck": deck, "format": format, "frozen": frozen, "lang": lang, "slide": slide}
    data, name = _fetch({field: value for field, value in wish.items() if value})
    file = out / name if out.is_dir() else out
    try:
        file.write_bytes(data)
    except OSError as error:
        raise ExportError(f"{file}: cannot be written ({error.strerror})") from error
    typer.echo(file)


def _fetch(wish: dict[str, str]) -> tuple[bytes, str]:
    import httpx

    from dashboard.settings import load_settings

    settings = load_settings()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (where to ask, not to listen)
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    # A proxy of the machine has no business between the house and itself.
    with _token(settings) as token, httpx.Client(base_url=base, timeout=30.0, trust_env=False) as client:
        client.headers["authorization"] = f"Bearer {token}"
        try:
            job = _answer(client.post("/api/v1/exports", json=wish))
            job = _wait(client, job)
            return _file(client, job), str(job["name"])
        except httpx.TransportError as error:
            raise ExportError(
                f"Nothing answers at {base}. Start the house first (make run), or set LSO_HOST and LSO_PORT to where "
                f"it is. / Không có hệ thống nào trả lời tại {base}; hãy khởi động trước."
            ) from error


def _wait(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    deadline = time.monotonic() + PATIENCE_S
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("pages", total=None)
        while job["state"] not in {"done", "failed"}:
            if time.monotonic() > deadline:
                raise ExportError(
                    f"The export took more than {PATIENCE_S:.0f} s and was given up; see the log of the house."
                )
            time.sleep(LOOK_S)
            job = _answer(client.get(f"/api/v1/exports/{job['id']}"))
            bars.update(task, completed=job["done"], total=job["total"] or None)
    if job["state"] == "failed":
        raise ExportError("The house could not make this file; its log says why.")
    return job


def _file(client: httpx.Client, job: dict[str, Any]) -> bytes:
    answer = client.get(str(job["url"]))
    if answer.status_code != 200:
        _answer(answer)
    return answer.content


def _answer(answer: httpx.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        body = {}
    if answer.is_success:
        return body
    error = body.get("error", {})
    field = f"{error['field']}: " if error.get("field") else ""
    raise ExportError(f"{field}{error.get('message') or f'the house answered {answer.status_code}'}")


@contextmanager
def _token(settings: Settings) -> Iterator[str]:
    """Yield a token for this one export; who may run commands here may read everything anyway. It is revoked after."""
    from dashboard.wiring import open_users

    users = open_users(settings)
    name = f"export-{time.time_ns()}"
    try:
        token = users.create_token(name, "leader", TOKEN_DAYS)
        try:
            yield token
        finally:
            for each in users.tokens():
                if each.name == name:
                    users.revoke_token(each.id)
    finally:
        users.close()
