"""Read models: what the screens show, folded from readings and alerts; pure, one module a topic."""
