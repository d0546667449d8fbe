"""What came of a run: for people in a terminal, and for machines."""
