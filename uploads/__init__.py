"""Stage 6: files from strangers, on disk or in a bucket."""
