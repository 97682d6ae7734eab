"""Addresses: `v1_*` is the JSON API, the others are pages. A route reads, calls one function and shows."""
