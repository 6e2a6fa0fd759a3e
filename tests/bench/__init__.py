"""Speed, as ratios to floors measured in the same run; no bare times, nothing asserted."""
