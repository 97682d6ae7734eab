"""Clients to compare with, each a small program of its own that serves the same topics with handlers that do nothing."""
