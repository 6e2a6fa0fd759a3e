"""Download a file for import, within bounds: HTTPS only, few redirects, a size, a time, and a checksum when known.

An operator's own command, run by hand: there is no list of allowed hosts, and the server never calls it. Plain HTTP is
for this machine only. Deliberately not here: resuming, and keeping what was fetched.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from geodata.errors import ImportRefusedError
from geodata.imports.archive import LARGEST_UNPACKED_BYTES

LONGEST_S: Final = 600.0
SILENCE_S: Final = 20.0
MOST_REDIRECTS: Final = 5
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK: Final = 1 << 16


@contextmanager
def fetched(url: str, sha256: str = "", *, longest_s: float = LONGEST_S) -> Iterator[Path]:
    """Yield a downloaded file for as long as the context lasts.

    Args:
        url: Where it is.
        sha256: What its checksum must be, "" when not known.
        longest_s: Seconds the whole download may take.

    Raises:
        ImportRefusedError: The address may not be used, nothing usable came, or the checksum is another.
    """
    expected = sha256.strip().lower()
    if expected and (len(expected) != 64 or not set(expected) <= set("0123456789abcdef")):
        raise ImportRefusedError(f"The checksum {sha256[:80]!r} is no SHA-256. Expected 64 hexadecimal digits.")
    with TemporaryDirectory(prefix="geodata-") as folder:
        try:
            path, found = _download(url, Path(folder), time.monotonic() + longest_s)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise ImportRefusedError(
                f"{_shown(url)} could not be fetched: {str(error) or type(error).__name__}."
            ) from error
        if expected and found != expected:
            raise ImportRefusedError(f"What came from {_shown(url)} has the checksum {found}, expected {expected}.")
        yield path


def _download(url: str, folder: Path, until: float) -> tuple[Path, str]:
    with httpx.Client(timeout=SILENCE_S, follow_redirects=False, trust_env=True) as client:
        for _ in range(MOST_REDIRECTS + 1):
            _check(url)
            with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
                if answer.is_redirect:
                    # Checked again as a new address: a redirect must not lead to plain HTTP.
                    url = urljoin(url, answer.headers["location"])
                    continue
                if answer.status_code != httpx.codes.OK:
                    raise ImportRefusedError(f"{_shown(url)} answered {answer.status_code} {answer.reason_phrase}.")
                return _keep(answer, url, folder, until)
    raise ImportRefusedError(f"{_shown(url)} was redirected more than {MOST_REDIRECTS} times.")


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ImportRefusedError(f"{_shown(url)} is no address: {error}.") from error
    if not host or parts.scheme not in {"http", "https"}:
        raise ImportRefusedError(f"{_shown(url)} is no web address. Expected one that begins with https://.")
    if parts.scheme == "http" and host not in _LOCAL:
        raise ImportRefusedError(f"{_shown(url)} is not encrypted. Expected https:// (http:// only on this machine).")


def _keep(answer: httpx.Response, url: str, folder: Path, until: float) -> tuple[Path, str]:
    stated = answer.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > LARGEST_UNPACKED_BYTES:
        raise ImportRefusedError(f"{_shown(url)} has {int(stated):,} bytes; at most {LARGEST_UNPACKED_BYTES:,}.")
    name = PurePosixPath(unquote(urlsplit(url).path)).name.replace("\x00", "")[-100:] or "download"
    path = folder / name
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as sink:
        for chunk in answer.iter_raw(_CHUNK):
            size += len(chunk)
            if size > LARGEST_UNPACKED_BYTES:
                raise ImportRefusedError(f"{_shown(url)} sent more than {LARGEST_UNPACKED_BYTES:,} bytes.")
            if time.monotonic() > until:
                raise ImportRefusedError(f"{_shown(url)} was too slow; {size:,} bytes had come.")
            digest.update(chunk)
            sink.write(chunk)
    return path, digest.hexdigest()


def _shown(url: str) -> str:
    """Return an address without a name and password in it."""
    head, at, tail = url.partition("@")
    return repr((f"{head.partition('//')[0]}//***@{tail}" if at and "//" in head else url)[:200])
