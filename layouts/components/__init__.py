"""Small functions from plain data to Dash components, shared by the screens."""
