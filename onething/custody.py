"""纸质原件: who may hold the originals an applicant handed in (R104, R105, R108). Pure."""

from __future__ import annotations

from onething.errors import Conflict, NotAllowed

APPLICANT = "applicant"
"""The holder once the originals were given back."""


def check_transfer(holder: str, to: str, *, window: str, lead: str) -> str:
    """`to` if the originals may go there: from the window to the lead, or back to the applicant.

    Co-departments work from e-materials and keep no originals; nobody may ask them for any (R105, R106, R108).
    """
    if to == holder:
        return to
    if holder == APPLICANT:
        raise Conflict("原件已经退还申请人，不能再移交；请核对保管台账", code="originals-returned")
    if to not in (window, lead, APPLICANT):
        raise NotAllowed(
            "联办部门不保存申请材料原件；请使用电子材料审批归档，确需纸质留档的可打印电子材料，查阅原件请联系牵头部门",
            code="originals-stay-with-lead",
        )
    if to == window:
        raise Conflict("原件由牵头部门统一留存，不再交回窗口；退还申请人时请登记为退还", code="originals-kept")
    return to
