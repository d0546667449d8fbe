"""The middleware of stage 7: one a file, each usable alone, each both sync and async.

They stand in `settings.MIDDLEWARE` in the order in which a request meets them.
"""
