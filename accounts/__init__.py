"""Stage 4: who a person is. For now the user model and the session login of the pages."""
