"""Stages 1 and 2: the first answer, static files, and the pages that show the way."""
