"""Live coverage: from sites that are on air or silent to what of the province and its roads they reach."""
