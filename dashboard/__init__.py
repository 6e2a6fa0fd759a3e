"""The building: settings, wiring, processes and the gateway. Nothing imports it."""
