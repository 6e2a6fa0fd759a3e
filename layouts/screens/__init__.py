"""One module a screen, each with `layout(view) -> Component`."""
