"""Sessions, codes and keys: what only the service that owns identities installs."""
