"""Who may, what came in, what is asked, what goes out."""
