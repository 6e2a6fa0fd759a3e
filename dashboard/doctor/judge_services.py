"""What the facts of bus, databases, ports and certificates mean. Pure; every boundary is tested on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from dashboard.doctor.model import Finding, version_of

REDIS: Final = (6, 2)
"""The first with XAUTOCLAIM, by which what a dead consumer held is taken over."""
VALKEY: Final = (7, 2)
POSTGRESQL: Final = (14,)
"""The oldest that is still mended when this was written."""
CONNECTIONS_WARN: Final = 60
"""Four processes with up to fifteen connections each."""
CERTIFICATE_WARN_DAYS: Final = 21
CERTIFICATE_FAIL_DAYS: Final = 3

PortUser = Literal["free", "ours", "other"]


def judge_bus_version(info: Mapping[str, str]) -> Finding:
    """Judge the server from its INFO."""
    if "valkey_version" in info:
        name, version, least = "Valkey", info["valkey_version"], VALKEY
    else:
        name, version, least = "Redis", info.get("redis_version", ""), REDIS
    wanted = ".".join(map(str, least))
    if version_of(version) < least:
        return Finding("bus.version", "fail", f"{name} {version or '?'}", f"Install {name} {wanted} or newer.")
    return Finding("bus.version", "ok", f"{name} {version}")


def judge_bus_safety(config: Mapping[str, str], info: Mapping[str, str], *, always: bool) -> list[Finding]:
    """Judge whether the bus keeps what it acknowledged.

    Args:
        config: `appendonly`, `appendfsync`, `maxmemory-policy`, `maxmemory`; empty where CONFIG is forbidden.
        info: INFO of the server.
        always: whether LSO_FSYNC asks for survival of a power cut.
    """
    found = []
    enabled = config.get("appendonly", "yes" if info.get("aof_enabled") == "1" else "no")
    if enabled == "yes":
        found.append(Finding("bus.appendonly", "ok", "yes"))
    else:
        do = "Set `appendonly yes`: what was acknowledged is lost with the server otherwise."
        found.append(Finding("bus.appendonly", "fail", enabled, do))
    fsync = config.get("appendfsync")
    if fsync == "no" or (always and fsync == "everysec"):
        do = f"Set `appendfsync {'always' if always else 'everysec'}`."
        found.append(Finding("bus.appendfsync", "warn", fsync, do))
    elif fsync is not None:
        found.append(Finding("bus.appendfsync", "ok", fsync))
    policy = config.get("maxmemory-policy", info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        do = "Set `maxmemory-policy noeviction`: the server would throw streams away when memory is short."
        found.append(Finding("bus.maxmemory-policy", "fail", policy, do))
    else:
        found.append(Finding("bus.maxmemory-policy", "ok", policy))
    if info.get("aof_last_write_status", "ok") != "ok":
        do = "Look at the server's log: its disk is full or failing, and it refuses writes."
        found.append(Finding("bus.writes", "fail", "the last write to its log failed", do))
    return found


def judge_bus_away(error: str, *, embedded: bool) -> Finding:
    """Judge a bus that does not answer."""
    if embedded:
        do = "`make run` brings it; run the doctor again then."
        return Finding("bus", "warn", f"the embedded bus is not running ({error})", do)
    do = "Look whether the server runs and LSO_REDIS_URL names it; until then pushes are answered with 503."
    return Finding("bus", "fail", f"no answer ({error})", do)


def judge_postgresql(version: str, settings: Mapping[str, str]) -> list[Finding]:
    """Judge a PostgreSQL server by its version and settings."""
    found = []
    old = version_of(version) < POSTGRESQL
    do = f"Upgrade it to {POSTGRESQL[0]} or newer." if old else ""
    found.append(Finding("postgresql.version", "fail" if old else "ok", version, do))
    for name in ("fsync", "full_page_writes"):
        off = settings.get(name) == "off"
        do = f"Set {name} = on: a power cut may leave a database that cannot be opened." if off else ""
        found.append(Finding(f"postgresql.{name}", "fail" if off else "ok", settings.get(name, "?"), do))
    lazy = settings.get("synchronous_commit") == "off"
    do = "Set synchronous_commit = on: an acknowledgement of an alert may be gone after a crash." if lazy else ""
    commit = settings.get("synchronous_commit", "?")
    found.append(Finding("postgresql.synchronous_commit", "warn" if lazy else "ok", commit, do))
    encoding = settings.get("server_encoding", "?")
    wrong = encoding != "UTF8"
    do = "Make the database with ENCODING 'UTF8' and restore a backup into it." if wrong else ""
    found.append(Finding("postgresql.encoding", "fail" if wrong else "ok", encoding, do))
    most = int(settings.get("max_connections", "0") or 0)
    few = most < CONNECTIONS_WARN
    do = f"Raise max_connections to {CONNECTIONS_WARN} or more." if few else ""
    found.append(Finding("postgresql.max_connections", "warn" if few else "ok", str(most), do))
    return found


def judge_revision(room: str, revision: str | None, head: str, *, known: bool) -> Finding:
    """Judge at which version a room's tables stand."""
    check = f"tables.{room}"
    if revision is None:
        return Finding(check, "warn", "never made", "Start the house once: it makes them.")
    if revision == head:
        return Finding(check, "ok", revision)
    if known:
        do = "The next start brings them up to date; make a backup before it."
        return Finding(check, "warn", f"{revision}, this programme has {head}", do)
    do = "They were made by a newer version: start that one, or restore a backup of this one."
    return Finding(check, "fail", f"{revision}, unknown to this programme ({head})", do)


def judge_port(port: int, user: PortUser) -> Finding:
    """Judge who listens on our port."""
    if user == "other":
        do = "End what uses it, or choose another with LSO_PORT."
        return Finding("port", "fail", f"{port} is taken by another programme", do)
    return Finding("port", "ok", f"{port} is {'ours: the house is running' if user == 'ours' else 'free'}")


def judge_certificate(host: str, ends_at: datetime | None, error: str, now: datetime) -> Finding:
    """Judge the certificate that browsers get.

    Args:
        host: the host of LSO_PUBLIC_URL.
        ends_at: when it ends; None when none was received.
        error: why a browser with this machine's authorities would refuse it; "" when it would not.
        now: aware.
    """
    check = "certificate"
    if ends_at is None:
        renew, look = "Renew it now: no browser opens a page.", "Look whether the reverse proxy runs and has one."
        return Finding(check, "fail", f"{host}: {error or 'none came'}", renew if "expired" in error else look)
    days = (ends_at - now).total_seconds() / 86_400
    if days < CERTIFICATE_FAIL_DAYS:
        when = f"ended {-days:.1f} days ago" if days < 0 else f"ends in {days:.1f} days"
        return Finding(check, "fail", f"{host}: {when}", "Renew it now: no browser opens a page without one.")
    if error:
        do = "Install the site's root certificate on every machine, and name the host in the certificate."
        return Finding(check, "fail", f"{host}: {error}", do)
    if days < CERTIFICATE_WARN_DAYS:
        return Finding(check, "warn", f"{host}: ends in {days:.0f} days", "Renew it; it should have been by itself.")
    return Finding(check, "ok", f"{host}: {days:.0f} days left")
