"""HTTP as a source: a provider's address asked for JSON, XML or CSV every so often."""
