"""Each view says who may, what came in, what is asked, and what goes out."""
