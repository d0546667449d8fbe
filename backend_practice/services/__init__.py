"""How the parts of a site that is split into services find, trust and ask each other."""
