"""The expression of a rule: a documented subset of PromQL, read and evaluated without any I/O."""
