"""Whom to ask and where a parcel comes from, as far as somebody has confirmed it."""

from onething.catalogue import District
from onething.window import address_of, contact_of


def district(confirmed: bool) -> District:
    said = {"source": "政务服务网", "confirmed": confirmed}
    return District.model_validate({
        "code": "410105", "name": "金水区", "kind": "county", "open": True, "windows": [{
            "name": "金水区政务服务中心", "address": {"text": "农业路 1 号", **said}, "hours": {"text": "工作日", **said},
            "phone": {"text": "0371-63500000", **said},
        }],
    })


def test_what_is_confirmed_is_told_and_what_is_not_is_left_to_the_hotline() -> None:
    assert contact_of(district(True)) == "金水区政务服务中心 0371-63500000"
    assert address_of(district(True)) == "农业路 1 号"
    assert contact_of(district(False)).startswith("12345")
    assert address_of(district(False)) == ""
