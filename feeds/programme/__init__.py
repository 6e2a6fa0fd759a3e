"""The province's programme: its targets as declared, where each of them stands, and what of it is measured. Pure."""
