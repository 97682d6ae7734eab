"""Personal data shown to others: enough to recognise, too little to misuse. Pure."""

from __future__ import annotations

import re


def mask_name(name: str) -> str:
    """张三 -> 张＊; 郑州示例餐饮有限公司 -> 郑州＊＊＊公司."""
    plain = re.sub(r"（[^）]*）$", "", name.strip())
    if len(plain) <= 4:
        return plain[:1] + "＊" * max(len(plain) - 1, 1)
    return f"{plain[:2]}＊＊＊{plain[-2:]}"


def mask_id(id_no: str) -> str:
    """410102199001010011 -> 4101**********0011."""
    return id_no[:4] + "*" * max(len(id_no) - 8, 0) + id_no[-4:] if len(id_no) > 8 else "*" * len(id_no)


def mask_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 9 else "*" * len(phone)
