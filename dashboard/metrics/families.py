"""Every metric that `/metrics` can carry: name, kind, help, labels.

Names follow Prometheus' own rules: prefix `lso_`, base units (seconds, bytes, ratios), `_total` for what only grows.
`deploy/prometheus/rules.yaml` and `deploy/grafana/lang-son.json` use these names and no others; a test keeps that.
A name never changes its meaning: dashboards outlive versions.

Source: Prometheus documentation, "Metric and label naming" and "Writing exporters".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric.

    Attributes:
        name: its full name, with `_total` where it counts.
        kind: gauge, counter or histogram.
        help: one line for whoever meets it in a dashboard.
        labels: names of its labels, in order.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


def _gauge(name: str, text: str, *labels: str) -> Family:
    return Family(f"lso_{name}", "gauge", text, labels)


def _counter(name: str, text: str, *labels: str) -> Family:
    return Family(f"lso_{name}_total", "counter", text, labels)


def _histogram(name: str, text: str, *labels: str) -> Family:
    return Family(f"lso_{name}", "histogram", text, labels)


ALL: Final[tuple[Family, ...]] = (
    # This answer itself.
    _gauge("build_info", "Always 1; the version, the revision of the source and Python's version", "version", "revision", "python"),
    _gauge("scrape_part_up", "1 when this part of the answer could be read; 0 leaves out what it would have said", "part"),
    # The whole.
    _gauge("component_up", "1 when the component is up, as /healthz says", "component"),
    _gauge("component_lag_seconds", "Seconds since the component was last heard of", "component"),
    # Processes, each by its own heartbeat.
    _counter("process_restarts", "Starts of the process that nobody asked for", "process"),
    _gauge("process_start_time_seconds", "When the process started, Unix time", "process"),
    _gauge("process_heartbeat_time_seconds", "When the process last gave its heartbeat, Unix time", "process"),
    _gauge("process_resident_memory_bytes", "Memory the process holds", "process"),
    _counter("process_cpu_seconds", "Processor time the process used", "process"),
    _gauge("process_open_fds", "Files and sockets the process has open", "process"),
    _gauge("process_max_fds", "Files and sockets the process may have open", "process"),
    # The bus.
    _gauge("stream_lag_entries", "Entries of the stream that the group has not dealt with", "stream", "group"),
    _gauge("stream_lag_seconds", "How much older than the newest entry is what the group dealt with last", "stream", "group"),
    _gauge("stream_last_entry_time_seconds", "When the newest entry of the stream came, Unix time", "stream"),
    _gauge("bus_memory_bytes", "Memory the bus holds"),
    _gauge("bus_max_memory_bytes", "Memory the bus may hold; beyond it nothing is taken in. 0: no limit"),
    _gauge("bus_clients", "Connections to the bus"),
    _gauge("bus_append_only_ok", "1 when the bus's last write to its append-only file went well"),
    # Records.
    _counter("records_stored", "Records stored in the history", "source", "kind"),
    _counter("records_duplicate", "Records that said what was known already", "source", "kind"),
    _counter("records_corrected", "Records that replaced another value", "source", "kind"),
    _counter("records_refused", "Records refused", "source", "kind"),
    _gauge("records_refused_today", "Records refused since midnight in Hanoi, by reason", "source", "reason"),
    _counter("recorder_transactions", "Transactions in which the recorder stored records", "process"),
    _counter("recorder_transaction_seconds", "Time the recorder's transactions took", "process"),
    _counter("recorder_records", "Records in the recorder's transactions, repeated ones too", "process"),
    _gauge("recorder_slowest_transaction_seconds", "The recorder's slowest transaction of the last minute", "process"),
    # Feeds that are declared, and sources of whatever kind.
    _gauge("feed_state", "1 for the state the declared feed is in, 0 for the others", "feed", "kind", "state"),
    _gauge("feed_state_since_time_seconds", "Since when the feed is in this state, Unix time", "feed"),
    _gauge("feed_last_success_time_seconds", "When the provider last answered well, Unix time", "feed"),
    _counter("feed_polls", "Attempts, messages or files", "feed"),
    _counter("feed_failures", "Attempts that failed", "feed"),
    _counter("feed_rows", "Rows read from payloads", "feed"),
    _counter("feed_accepted", "Readings and passages taken in", "feed"),
    _counter("feed_refused", "Rows, readings and passages refused", "feed"),
    _gauge("feed_spooled_payloads", "Payloads on disk that wait for the bus", "feed"),
    _gauge("source_last_reading_time_seconds", "When the source's newest reading was observed, Unix time", "source"),
    _gauge("source_age_seconds", "Age of the source's newest reading", "source"),
    _gauge("source_cadence_seconds", "How often the source should tell something", "source"),
    _gauge("source_age_cadences", "Age of the newest reading in cadences; late above 1.5, stale above 3, lost above 10", "source"),
    _gauge("source_readings_per_second", "Readings of the source in the last ten seconds", "source"),
    _gauge("source_delay_seconds", "How long the newest reading took from the source to us", "source"),
    _gauge("source_simulated", "1 when the source is the simulator, a replay or an exercise", "source"),
    _gauge("source_ended", "1 when the source said that it has come to its end", "source"),
    _gauge("sources_unlisted", "Sources that are left out here because there are too many names"),
    # Alerts.
    _gauge("alerts_live", "Alerts that stand", "priority", "state"),
    _gauge("alerts_oldest_unacknowledged_seconds", "How long the oldest alert that nobody acknowledged has been waiting", "priority"),
    # Screens.
    _gauge("live_clients", "Screens and programs on the live stream of this web process"),
    _counter("live_frames", "Frames handed to clients", "kind"),
    _counter("live_overflows", "Times a client was too slow, lost its queue and got a snapshot"),
    _counter("live_silent", "Clients dropped because they answered no ping"),
    _counter("live_undecodable_entries", "Stream entries the hub could not read"),
    _counter("live_connections", "Attempts to open the live stream, by outcome", "outcome"),
    _gauge("live_lag_seconds", "How old the newest reading was when the hub took it"),
    # Requests to this web process.
    _counter("http_requests", "Requests answered, by class of route and of status", "route", "status"),
    _histogram("http_request_duration_seconds", "Time from the request to the end of the answer", "route"),
    # Disk, clock, certificate, backup.
    _gauge("database_size_bytes", "Size of the database, with its log", "database"),
    _gauge("disk_free_bytes", "Room on the disk of the data directory"),
    _gauge("disk_size_bytes", "Size of the disk of the data directory"),
    _gauge("clock_synchronised", "1 when this machine's clock is synchronised, as its kernel says"),
    _gauge("certificate_end_time_seconds", "When the certificate that browsers get at LSO_PUBLIC_URL ends, Unix time"),
    _gauge("backup_last_success_time_seconds", "When the newest backup was made, Unix time; 0 when there never was one"),
    _gauge("backup_last_size_bytes", "Size of the newest backup"),
)  # fmt: skip

FAMILIES: Final = {family.name: family for family in ALL}
BEATEN: Final = frozenset(family.name for family in ALL if family.labels == ("process",))
"""What a process may say of itself in its heartbeat."""
