"""The province as the house itself told it: a moment of `dashboard up --scenario december-2021`, history and all.

Kept as `GET /api/v1/frozen/CODE` answered it (`at` and `topics`), in tests/golden.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.browser.screens.podium import Podium
from tests.browser.screens.stage import now_ms

KEPT = Path(__file__).resolve().parents[2] / "golden" / "december-2021.json.gz"
INSTANT_FROM = 1_600_000_000_000
"""Whole numbers above it are instants in milliseconds: no figure of the province comes near."""
TOLD_WITHOUT_TROUBLE = ("services", "network", "programme")


@cache
def _kept() -> str:
    return gzip.decompress(KEPT.read_bytes()).decode()


def _moved(node: Any, by_ms: int) -> Any:
    if isinstance(node, dict):
        return {key: _moved(each, by_ms) for key, each in node.items()}
    if isinstance(node, list):
        return [_moved(each, by_ms) for each in node]
    return node + by_ms if isinstance(node, int) and node > INSTANT_FROM and not isinstance(node, bool) else node


def december(stage: Podium, state: str) -> None:
    """Put the recorded crisis on the stage, as if it were now; of a normal day only what was not in trouble."""
    moment = json.loads(_kept())
    topics = _moved(moment["topics"], now_ms() - moment["at"])
    if state in ("crisis", "stale"):
        stage.topics = {**stage.topics, **topics}
    elif state == "normal":
        stage.topics = {**stage.topics, **{name: topics[name] for name in TOLD_WITHOUT_TROUBLE}}
