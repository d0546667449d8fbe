"""Whole catalogues in and out: what the commands and the jobs call.

In: csv_rows or json_rows (files, encodings, lines, columns) → entries (cells, values,
rules) → store (known, ids, bulk), all of it driven by importing. Out: exporting.
What there is to say on the way: report.
"""
