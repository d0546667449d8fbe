"""The views of stage 6: one file for each way in, and one for the way out."""
