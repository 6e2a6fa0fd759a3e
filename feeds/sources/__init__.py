"""Where readings come from: one package or module for each kind of source."""
