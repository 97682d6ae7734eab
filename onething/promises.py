"""容缺受理 and 告知承诺: for which missing material, with which consequence, signed by whom. Pure (R46-R48)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from onething.catalogue import Bundle, Catalogue
from onething.eligibility import MaterialNeed, materials_for
from onething.errors import InvalidInput
from onething.names import unmarked
from onething.vocabulary import PromiseKind


def kinds_for(need: MaterialNeed) -> list[PromiseKind]:
    """What the guide allows for this material when it is missing; nothing unless every item that needs it does."""
    if not (need.upload and need.required):
        return []
    return [kind for kind, allowed in (
        (PromiseKind.TOLERANCE, need.tolerance_days), (PromiseKind.COMMITMENT, need.commitment),
    ) if allowed]


def kinds_by_item(catalogue: Catalogue, bundle: Bundle, need: MaterialNeed) -> list[tuple[PromiseKind, MaterialNeed]]:
    """What the guide allows at all for this material of the bundle, each with the items for which it does: all of the need's,
    or some, as long as none of the others is chosen as well."""
    found = []
    for kind in PromiseKind:
        if kind in kinds_for(need):
            found.append((kind, need))
        elif need.upload and (alone := [one for one in _alone(catalogue, bundle, need) if kind in kinds_for(one)]):
            items, days = [item for one in alone for item in one.items], min(one.tolerance_days for one in alone)
            found.append((kind, replace(alone[0], items=tuple(items), tolerance_days=days)))
    return found


def _alone(catalogue: Catalogue, bundle: Bundle, need: MaterialNeed) -> Iterable[MaterialNeed]:
    """The need of each of its items, as if nothing else were chosen."""
    every = (one for item in need.items for one in materials_for(catalogue, bundle, [item], None))
    return (one for one in every if one.material.key == need.material.key)


def consequence(need: MaterialNeed, kind: PromiseKind) -> str:
    """What the applicant is told before choosing, and what the letter says."""
    return _consequence([need], kind)


def letter(needs: Iterable[MaterialNeed], chosen: Mapping[str, str]) -> list[str]:
    """What is signed, each consequence once: materials promised in the same way and for the same time are named together."""
    alike: dict[tuple[str, int], list[MaterialNeed]] = {}
    for need in needs:
        if kind := chosen.get(need.material.key):
            days = need.tolerance_days if kind == PromiseKind.TOLERANCE else 0
            alike.setdefault((kind, days), []).append(need)
    return [_consequence(group, PromiseKind(kind)) for (kind, _), group in alike.items()]


def _consequence(needs: Sequence[MaterialNeed], kind: PromiseKind) -> str:
    names = "、".join(need.material.name for need in needs)
    if kind == PromiseKind.TOLERANCE:
        return (
            f"“{names}”容缺受理：收件之日起 {needs[0].tolerance_days} 个工作日内补交；逾期不补交的，审批部门可以依法作出不予"
            "许可等决定，由此产生的后果由申请人承担。"
        )
    return (
        f"“{names}”告知承诺：以书面承诺代替提交；承诺不实的，审批部门可以依法撤销已作出的决定，记入信用记录，"
        "由此产生的后果由申请人承担。"
    )


def check_promises(
    needs: Iterable[MaterialNeed], provided: Collection[str], chosen: Mapping[str, str], signature: str, name: str
) -> None:
    """Refuse what the guide does not allow, and a letter that is not signed in the applicant's own name (R47, R48)."""
    known = {need.material.key: need for need in needs}
    for key, kind in chosen.items():
        need = known.get(key)
        if need is None or kind not in kinds_for(need):
            what = need.material.name if need else key
            raise InvalidInput(
                f"“{what}”不能以这种方式办理；办事指南没有允许，请上传材料后再提交",
                field=f"material-{key}", code="promise-not-allowed",
            )
        if key in provided:
            raise InvalidInput(
                f"“{need.material.name}”已经上传，不需要承诺；请取消承诺或移除文件", field=f"material-{key}",
                code="promise-needless",
            )
    if not chosen or unmarked(signature) == unmarked(name):
        return
    if signature.strip():
        raise InvalidInput(
            f"签名“{signature.strip()}”与申请人不一致；请输入“{name}”", field="signature", code="promise-unsigned"
        )
    raise InvalidInput(
        f"请阅读不利后果，并输入申请人姓名或名称“{name}”签署承诺书；未签署的不能提交", field="signature", code="promise-unsigned"
    )
