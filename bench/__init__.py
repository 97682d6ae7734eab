"""Measures on engines and databases of its own: our worker loop beside other clients. Nothing of the city knows it."""
