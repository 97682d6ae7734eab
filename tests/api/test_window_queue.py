"""The counter's screen: its queue, its search, and who may see it (R38, R42, R49, R97)."""
