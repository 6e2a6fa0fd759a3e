"""What people see: tokens, wording, formats, components, screens and the scripts that keep them live.

Pure: data in, components out. Callbacks, routes and sockets live in `dashboard`.
"""
