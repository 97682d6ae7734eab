"""Scripts that run with the code of the checkout that is measured (PYTHONPATH), so they use only what all of them have."""
