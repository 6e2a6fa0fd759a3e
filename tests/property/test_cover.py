"""Coverage counted site by site, against coverage counted from nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cover import Cover
from geodata.coverage import COVERAGE_TECHNOLOGIES
from geodata.footprints import load_footprints
from geodata.sites import load_sites

SITES = load_sites()
STATES = st.frozensets(st.sampled_from(("2g", "3g", "4g", "5g")))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SITES) - 1), STATES), max_size=40), st.randoms(use_true_random=False))
def test_the_way_to_a_state_does_not_matter(changes, random):
    """After any switching on and off counts and sums are those of a fresh count of the last states, in any order."""
    ground = load_footprints()
    cover = Cover(ground)
    last = {}
    for number, technologies in changes:
        # Sites of one region, so that they overlap.
        site = SITES[number % 60]
        touched = cover.switch(site, technologies)
        assert all(0 <= commune < len(ground.cells.communes) for commune in touched)
        last[site.id] = (site, technologies)
    fresh = Cover(ground)
    states = list(last.values())
    random.shuffle(states)
    for site, technologies in states:
        fresh.switch(site, technologies)
    for tech in COVERAGE_TECHNOLOGIES:
        assert np.array_equal(cover.counts(tech), fresh.counts(tech))
        assert np.array_equal(cover.sums(tech).area_m2, fresh.sums(tech).area_m2)
        assert np.array_equal(cover.sums(tech).people_milli, fresh.sums(tech).people_milli)
        reached = cover.counts(tech)[: len(ground.cells)] > 0
        assert ground.cells.area_m2[reached].sum() == cover.sums(tech).area_m2.sum()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 59), max_size=30))
def test_lost_and_covered_are_what_was_covered(silent):
    """Whatever falls silent, nothing is invented: each commune's loss and what is left are what it had."""
    ground = load_footprints()
    cover = Cover(ground)
    for site in SITES[:60]:
        cover.switch(site, ("4g",))
    before = cover.sums("4g").area_m2.copy()
    counted = cover.counts("4g")[: len(ground.cells)] > 0
    touched = set()
    for number in silent:
        touched |= cover.switch(SITES[number], ())
    now = cover.counts("4g")[: len(ground.cells)] > 0
    gone = np.bincount(ground.cells.commune, ground.cells.area_m2 * (counted & ~now), minlength=len(before))
    assert not (now & ~counted).any()
    assert np.array_equal(before, cover.sums("4g").area_m2 + gone.astype(np.int64))
    assert set(np.flatnonzero(gone).tolist()) <= touched
