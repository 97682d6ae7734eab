"""What may stand in an address or a header: its form is refused here, before anything is looked up (S10)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query

ONE_LINE = r"^[^\x00-\x1f]*$"
"""No control characters: nothing a database or a terminal would trip over."""

NO_NUL = r"^[^\x00]*$"

CaseNumber = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z]{1,40}$", description="办件编号", examples=["41010520261126000001O"])
]
GuidanceNo = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z]{1,40}$", description="咨询编号", examples=["ZX410105202611230000012"])
]
DocumentNo = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z-]{1,36}$", description="文件编号", examples=["0b6f9a52-0000-4000-8000-000000000000"])
]
VerifyToken = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z_-]{1,64}$", description="证照二维码中的核验码", examples=["d1J8mQxq3kQ0hVnX2u4zBw"])
]
BundleSlug = Annotated[
    str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, description="一件事", examples=["open-restaurant"])
]
System = Annotated[str, Path(pattern=r"^[a-z-]{1,20}$", description="courier、departments 或 platform", examples=["courier"])]
District = Annotated[
    str, Query(pattern=r"^(\d{6})?$", description="地区代码；不填为市本级", examples=["410105"])
]
ItemSlug = Annotated[
    str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=64, description="事项；不填为整个办件",
               examples=["food-business-license"])
]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.:-]+$",
                description="由调用方为这一次操作选定；原样重发得到同一答复，不会重复办理", examples=["apply-2026-11-26-0001"])
]
OptionalKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.:-]+$",
                       description="可选。同一操作原样重发得到同一答复，不会重复办理", examples=["withdraw-2026-11-26-01"])
]
PageNumber = Annotated[int, Query(ge=1, le=100_000, description="第几页", examples=[1])]
PageSize = Annotated[int, Query(ge=1, le=100, description="每页多少个", examples=[20])]
