"""From passages to figures: queues, flows, times and counts of the border gates."""
