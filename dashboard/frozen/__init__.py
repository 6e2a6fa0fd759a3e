"""Frozen moments: what all screens knew at one instant, kept under a short code; and who presents one of them now."""
