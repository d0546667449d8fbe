"""The project: settings, routes, the front door, and what every app shares."""

__version__ = "0.1.0"
