"""One target as the screens get it: what is declared of it, and where it stands. Pure."""

from __future__ import annotations

from typing import Any

from feeds.programme.model import ENTERED_METRIC, Aim, Known, Programme, Target
from feeds.programme.path import Standing


def fixed(target: Target, order: int, programme: Programme) -> dict[str, Any]:
    """Return what does not change while the process runs; what does is there too, empty."""
    in_family = programme.family(target.family)
    return {
        "key": target.key,
        "order": order,
        "group": target.group,
        "name_vi": target.name.vi,
        "name_en": target.name.en,
        "unit": target.unit,
        "decimals": target.decimals,
        "tier": target.tier,
        "better": target.better,
        "lowest": target.lowest,
        "highest": target.highest,
        "base": known_json(target.base),
        "known": known_json(target.known),
        "aims": [aim_json(aim) for aim in target.aims],
        "owner_vi": target.owner.vi,
        "owner_en": target.owner.en,
        "owner_assumed": target.owner_assumed,
        "document_vi": target.document.vi,
        "document_en": target.document.en,
        "note_vi": target.note.vi,
        "note_en": target.note.en,
        "valid_to": target.valid_to.isoformat() if target.valid_to else None,
        # Where a feed measures it nobody need enter it.
        "metric": target.measured.metric if target.measured else ENTERED_METRIC,
        "commune_metric": target.by_commune.metric if target.by_commune else None,
        "tiers": {} if in_family else None,
        "communes": {} if target.by_commune else None,
        "districts": {} if any(each.tier == "district" for each in (*in_family, target)) else None,
    }


def known_json(known: Known | None) -> dict[str, Any] | None:
    """Return a value that a document states."""
    if known is None:
        return None
    return {
        "year": known.year,
        "value": known.value,
        "source_vi": known.source.vi,
        "source_en": known.source.en,
        "date": known.date_text,
        "assumption": known.assumption,
    }


def aim_json(aim: Aim) -> dict[str, Any]:
    """Return an aim."""
    return {"year": aim.year, "value": aim.value, "assumption": aim.assumption}


def measure(stands: Standing) -> dict[str, Any]:
    """Return where a target stands; values to six places, as exact as any reading."""
    return {
        "target": stands.aim.value,
        "aim": aim_json(stands.aim),
        "missed": [aim_json(aim) for aim in stands.missed],
        "path_now": _rounded(stands.path_now),
        "gap": _rounded(stands.gap),
        "ahead": _rounded(stands.ahead),
        "days_left": stands.days_left,
        "needed_per_day": _rounded(stands.needed_per_day),
        "state": stands.state,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
