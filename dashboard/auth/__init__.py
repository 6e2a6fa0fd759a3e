"""Who may do what: people, tokens, sessions and the gate in front of every route."""
