"""Numbers written in Chinese. Pure."""

DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
UNITS = {"十": 10, "百": 100, "千": 1000}


def number_of(numeral: str) -> int:
    """一百零三 -> 103, 二十 -> 20. Raises `KeyError` for another letter."""
    total = digit = 0
    for one in numeral:
        if one in UNITS:
            total, digit = total + (digit or 1) * UNITS[one], 0
        else:
            digit = DIGITS[one]
    return total + digit
