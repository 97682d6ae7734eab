"""Case numbers: district, day, serial and a check character, so that a slip of the pen is noticed. Pure."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

CASE_NUMBER = re.compile(r"^(\d{6})(\d{8})(\d{6})([0-9A-Z])$")

DIGITS = str.maketrans("OI", "01")
ALIKE = {"O": "0", "0": "O", "I": "1", "1": "I"}


def masked_id(number: str) -> str:
    """First six and last two characters: enough to recognise one's own, not to learn another's."""
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}" if len(number) > 8 else ""


def is_credit_code(number: str) -> bool:
    """A 统一社会信用代码: of companies and of 个体工商户, published by the register and printed in full."""
    return uscc.is_valid(number)


def is_identity_number(text: str) -> bool:
    """A resident's number with its check digit, or what may be the number of a passport or permit."""
    number = text.upper()
    if re.fullmatch(r"\d{17}[\dX]", number):
        return ric.is_valid(number)
    return bool(re.fullmatch(r"[A-Z0-9()-]{6,18}", number)) and sum(letter.isdigit() for letter in number) >= 4


def case_number(district: str, day: date, serial: int) -> str:
    """`<district><yyyymmdd><6 digits><check>`; the check character is ISO 7064 mod 37-36.

    `day` is the local day of submission; `serial` counts from 1 within district and day, up to 999999 (`ValueError`).
    """
    if not 1 <= serial <= 999_999:
        raise ValueError(f"serial {serial} does not fit six digits")
    body = f"{district}{day:%Y%m%d}{serial:06d}"
    return body + mod_37_36.calc_check_digit(body)


def certificate_number(district: str, year: int, serial: int) -> str:
    """`ZZ<district><year><6 digits><check>`: unique across items, counted per district and year, never reused."""
    if not 1 <= serial <= 999_999:
        raise ValueError(f"serial {serial} does not fit six digits")
    body = f"ZZ{district}{year}{serial:06d}"
    return body + mod_37_36.calc_check_digit(body)


def guidance_number(district: str, day: date, serial: int) -> str:
    """`ZX<district><yyyymmdd><6 digits><check>`: the number of a consultation, never one of a case."""
    if not 1 <= serial <= 999_999:
        raise ValueError(f"serial {serial} does not fit six digits")
    body = f"ZX{district}{day:%Y%m%d}{serial:06d}"
    return body + mod_37_36.calc_check_digit(body)


def is_case_number(text: str) -> bool:
    if not CASE_NUMBER.match(text):
        return False
    try:
        mod_37_36.validate(text)
    except ValidationError:
        return False
    return True


def meant(text: str) -> str:
    """The case number that somebody typed or read aloud: spaces fall away, O and I among the digits are 0 and 1, and the check
    character is whichever of the two is right. What is no case number stays as it is."""
    typed = "".join(text.split()).upper()
    body, check = typed[:-1].translate(DIGITS), typed[-1:]
    likely = (body + one for one in (check, ALIKE.get(check, check)))
    return next((number for number in likely if is_case_number(number)), typed)


def grouped(number: str) -> str:
    """For reading aloud: `410100 20261123 000001 M`; anything that is not a case number stays as it is."""
    match = CASE_NUMBER.match(number)
    return " ".join(match.groups()) if match else number
