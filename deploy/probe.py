"""Is one process alive? For health checks of containers: exit 0 yes, 1 no, with a sentence on standard error.

probe.py http://127.0.0.1:8050/healthz     the web process answers (whatever it says of the others)
probe.py recorder                          that process gave its heartbeat within ten seconds
"""

from __future__ import annotations

import asyncio
import http.client
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PATIENCE_S = 5.0


def answers(url: str) -> str:
    """Return "" when the web process answers, else why it does not."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=PATIENCE_S)
    try:
        connection.request("GET", parts.path or "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{url} does not answer: {error}"
    finally:
        connection.close()
    # 503 is an answer too: it says which other component is down.
    return "" if status in {200, 503} else f"{url} answers {status}"


async def beats(name: str) -> str:
    """Return "" when a process gives its heartbeat, else why it is taken for dead."""
    import os

    from dashboard.heartbeat import DEAD_AFTER_S, read_beats
    from feeds.bus.redis import RedisBus

    url_file = os.environ.get("LSO_REDIS_URL_FILE", "")
    url = Path(url_file).read_text(encoding="utf-8").strip() if url_file else os.environ.get("LSO_REDIS_URL", "")
    bus = RedisBus(url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            beat = (await read_beats(bus)).get(name)
    finally:
        await bus.aclose()
    if beat is None:
        return f"the process {name} was never heard of"
    age_s = time.time() - beat.at / 1000
    return "" if age_s <= DEAD_AFTER_S else f"the process {name} was last heard of {age_s:.0f} s ago"


def main() -> int:
    """Answer for the one argument."""
    if len(sys.argv) != 2:
        sys.stderr.write("say one address or one process: probe.py http://127.0.0.1:8050/healthz | probe.py recorder\n")
        return 2
    what = sys.argv[1]
    try:
        why = answers(what) if what.startswith("http") else asyncio.run(beats(what))
    except Exception as error:  # noqa: BLE001 (a probe that cannot ask says no)
        why = f"{what}: {error}"
    if why:
        sys.stderr.write(f"{why}\n")
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
