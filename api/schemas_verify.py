"""What the JSON API answers to somebody who checks a certificate or a file."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

from api.schemas import example


class VerifyResult(BaseModel):
    """`kind` paper: a notice or decision, valid when it was issued here; its number is `certificate_no`, and it names no issuer.
    `valid_until`: the last day, null where no fixed term is known."""

    model_config = example(
        status="valid", title="食品经营许可证", certificate_no="JY24101000000019", holder="郑州＊＊＊示）",
        issuer="市场监管部门", issued_on="2026-11-30", valid_until="2031-11-29", kind="certificate",
    )
    status: Literal["valid", "expired", "revoked", "unknown"]
    title: str
    certificate_no: str
    holder: str
    issuer: str
    issued_on: date | None
    valid_until: date | None = None
    kind: Literal["certificate", "paper"] = "certificate"
    revoked_on: date | None = None


class FileVerifyResult(BaseModel):
    """`outcome` valid, expired and revoked are said of certificates, archived of other papers: exactly this file was issued
    here. not-archived: signed here, but not what is kept. All others: do not rely on it."""

    model_config = example(
        outcome="valid", heading="有效", sentence="签名有效，与发证存档一致：文件由市场监管部门签发，签发后没有改动，目前有效。",
        signer="市场监管部门", signed_at="2026-11-30T08:00:00+00:00", certificate=None,
    )
    outcome: Literal[
        "valid", "expired", "revoked", "archived", "not-archived", "changed", "foreign", "unsigned", "unreadable"
    ]
    heading: str
    sentence: str
    signer: str
    signed_at: str | None
    certificate: VerifyResult | None
