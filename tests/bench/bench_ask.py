"""A question in plain words, against looking one figure up and writing it as JSON; over the whole table of phrasings.

Asked of a real history in which every site has its series, since that is what a question must not look through.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from dashboard.ask.asker import Asker
from dashboard.ask.past import Past
from feeds.catalogue import Catalogue
from feeds.history import History, open_history
from feeds.model import Reading, parse_dims_key
from geodata.places import Places
from tests.bench.report import Line, percentile
from tests.unit.dashboard.ask.conftest import NOW, Origins, remembered, topics
from tests.unit.dashboard.ask.test_questions import ANSWERED, rows

SITE_METRICS = ("site_on_air", "site_availability", "dl_user_throughput_mbps", "latency_ms", "packet_loss")
FLOOR_ROUNDS = 1_000


def _fill(history: History, places: Places) -> int:
    """Store what the questions ask for, beside five series of every site; return how many series there are."""
    readings = [
        Reading(metric, place, value, at, at, source, parse_dims_key(dims))
        for (metric, place, dims, source), told in remembered().held.items()
        for at, value in told
    ]
    sites = [place.id for place in places.all("site")]
    readings += [Reading(metric, site, 1.0, NOW, NOW, "operators") for site in sites for metric in SITE_METRICS]
    history.record_readings(readings)
    return len(remembered().held) + len(sites) * len(SITE_METRICS)


def _floor_ms() -> float:
    """Return the processor time of the least an answer costs: one figure found among the topics, and its JSON."""
    known = topics()
    begun = time.process_time()
    for _ in range(FLOOR_ROUNDS):
        json.dumps({"q": "", "answers": [known["gates"]["gates"]["tan-thanh"]["queue"]]})
    return 1_000 * (time.process_time() - begun) / FLOOR_ROUNDS


def measure() -> list[Line]:
    """Return the p95 of an answer's processor time as a ratio to the floor."""
    places, catalogue = Places.load(), Catalogue()
    asker = Asker(places, catalogue)
    questions = [row.split("|")[0].strip() for row in rows(ANSWERED)]
    with tempfile.TemporaryDirectory() as directory:
        history = open_history(f"sqlite:///{Path(directory) / 'history.sqlite'}")
        try:
            count = _fill(history, places)
            past = Past(history, places, catalogue, Origins())
            known = topics()
            asker.ask(questions[0], "vi", known, past, NOW)
            spent = []
            for question in questions:
                begun = time.process_time()
                reply = asker.ask(question, "vi", known, past, NOW)
                spent.append(1_000 * (time.process_time() - begun))
                assert reply.answers, question
        finally:
            history.close()
    p95, floor = percentile(spent, 0.95), _floor_ms()
    detail = (
        f"{p95:.1f} ms of a processor against {1_000 * floor:.0f} µs; median {statistics.median(spent):.1f} ms, "
        f"longest {max(spent):.0f} ms over {len(questions)} questions; {count:,} series in history"
    )
    return [Line("question in words, p95 CPU ÷ lookup and JSON", p95 / floor, "×", "p95 ≤ 100 ms", detail)]
