"""Where things are: places, gates, roads, sites, boundaries and planned coverage of Lạng Sơn.

The room is the lowest of the house: it imports nothing of ours. Everything here answers from
small files that are committed beside the code (`facts/` entered by hand, `data/` built by
`geodata.build`), so that starting needs neither GeoPandas nor a network.

Deliberately not here: tiles, geocoding and anything that changes from minute to minute.
"""
