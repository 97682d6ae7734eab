"""The Chinese Tasklist and start page: every string of both engines' own English files, translated (R61)."""
