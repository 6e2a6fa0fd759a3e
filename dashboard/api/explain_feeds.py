"""A figure of the feed desk in the form in which every figure is explained."""

from __future__ import annotations

from typing import Any, Final

from dashboard.readmodels.feed_figures import DESK, RECORDER, FeedFigure, FeedPart
from dashboard.readmodels.feeds import RATE_WINDOW_S
from feeds.catalogue import Catalogue
from feeds.quality import RATE_WINDOW
from layouts.wording import DEFAULT_LANG, catalogue, say

WINDOW_S: Final = round(RATE_WINDOW_S)
STORED_WINDOW_S: Final = round(RATE_WINDOW.total_seconds())
"""Over how many seconds the desk's rate is taken, and the one that history keeps."""
DECIMALS: Final = 1
"""Of figures without a metric: delays are told to a tenth of a second."""


def told_of_feed(metrics: Catalogue, figure: FeedFigure, lang: str, most_parts: int) -> dict[str, Any]:
    """Return what is told of a figure of the feed desk.

    Args:
        metrics: the metric catalogue.
        figure: the figure.
        lang: of its name and its formula.
        most_parts: parts that are listed one by one; the rest is counted.
    """
    known = metrics[figure.metric] if figure.metric else None
    name = "" if known is None else (known.name_vi if lang == DEFAULT_LANG else known.name_en)
    return {
        "metric": known.name if known else None,
        "name": name or _name(figure, lang),
        "unit": known.unit if known else figure.unit,
        "decimals": known.decimals if known else DECIMALS,
        "formula": say(lang, f"formula.feeds.{figure.key}", window=WINDOW_S, stored=STORED_WINDOW_S),
        "value": figure.value,
        "at": figure.at,
        "cadence_s": figure.cadence_s,
        "counted_every_s": figure.every_s,
        "since": figure.since,
        "quality": "good",
        "simulated": figure.simulated,
        "entered_by": "",
        "until": None,
        "rule": None,
        "threshold": None,
        "sources": [_about(figure)],
        "methods": [figure.method],
        "received_at": None,
        "inputs": [_part(figure, part) for part in figure.parts[:most_parts]],
        "inputs_more": max(0, len(figure.parts) - most_parts),
    }


def _name(figure: FeedFigure, lang: str) -> str:
    if figure.state:
        return say(lang, "formula.feeds.name.states", state=say(lang, f"feeds.state.{figure.state}"))
    return say(lang, f"formula.feeds.name.{figure.key}")


def _about(figure: FeedFigure) -> dict[str, Any]:
    """Return the source a figure speaks of: it is computed from what that source sent, not told by it."""
    ours = figure.about in {RECORDER, DESK}
    return {
        "id": figure.about,
        "name_vi": say("vi", f"formula.feeds.{figure.about}") if ours else _called(figure.name_vi, figure.about),
        "name_en": say("en", f"formula.feeds.{figure.about}") if ours else _called(figure.name_en, figure.about),
        "derived": figure.from_data,
        "simulated": figure.simulated,
    }


def _part(figure: FeedFigure, part: FeedPart) -> dict[str, Any]:
    return {
        "metric": "feed_age_s" if part.kind == "source" else figure.metric,
        "place": "",
        "name_vi": _part_name(part, "vi"),
        "name_en": _part_name(part, "en"),
        "dims": {},
        "value": part.value,
        "unit": "giây" if part.kind == "source" else "",
        "at": part.at,
        "source": part.name if part.kind == "source" else figure.about,
        "method": "derived" if part.kind == "source" else figure.method,
        "quality": "good",
    }


def _part_name(part: FeedPart, lang: str) -> str:
    """Return a part's name; a reason no catalogue has stays as it was told."""
    if part.kind == "source":
        name = _called(part.name_vi if lang == DEFAULT_LANG else part.name_en, part.name)
        return f"{name} · {say(lang, 'sim.mark')}" if part.simulated else name
    family = "desk.reason." if part.kind == "reason" else "formula.feeds.name."
    return catalogue(lang).get(family + part.name, part.name)


def _called(name: str, source: str) -> str:
    """Return a source's name; what is derived of one in several ways goes by one name, and is told apart by its id."""
    return f"{name} ({source})" if ":" in source else name
