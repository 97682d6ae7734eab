"""What is printed at the counter for the applicant's hand, before there is a case: the form, and the letter of promise (R47)."""

from __future__ import annotations

from dataclasses import replace

from api import drafts
from api.local_time import local, local_day
from onething.application_form import fields_for
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.errors import Conflict
from onething.papers import Detail, PromiseContent, render
from onething.promises import letter
from onething.publications import form_paper, promised
from onething.vocabulary import DeliveryWay, PromiseKind

AGENT_ROWS = (("来办理人", "agent"), ("来办理人身份证号码", "agent_id"))


def form_pdf(tools: Tools, bundle: Bundle, data: drafts.Data) -> bytes:
    """申请表 as it stands, with what lies on the counter, to be read and signed before it is handed in: it has no number yet."""
    fields = fields_for(tools.catalogue, bundle, data["items"])
    needs = [need for need in drafts.needs_for(tools.catalogue, bundle, data) if need.material.key in data["papers"]]
    paper = form_paper(
        tools.catalogue, bundle, data["items"], needs, mode="to-sign",
        issuer=f"{tools.catalogue.districts[data['district']].name}综合受理窗口",
        url=f"{tools.settings.base_url}/bundles/{bundle.slug}", on=local_day(tools.clock.now()), demo=tools.settings.demo,
        applicant=data["applicant"], values=drafts.form_values(data, fields),
    )
    way = Detail(label="领取方式", value=DeliveryWay(data["delivery_way"]).label)
    sent = [Detail(label=label, value=data[key]) for label, key in AGENT_ROWS if data["relation"] != "self"]
    first = replace(paper.sections[0], rows=[*paper.sections[0].rows, *sent, way])
    later = [
        f"{tools.catalogue.materials[key].name}（{PromiseKind(kind).label}）" for key, kind in data["promises"].items()
    ]
    return render(replace(paper, sections=[first, *paper.sections[1:]], materials=[*paper.materials, *later]))


def letter_pdf(tools: Tools, bundle: Bundle, data: drafts.Data) -> bytes:
    """承诺书 with every consequence. Raises `Conflict` where nothing is promised."""
    kinds = {key: PromiseKind(kind) for key, kind in data["promises"].items()}
    needs = [need for need in drafts.needs_for(tools.catalogue, bundle, data) if need.material.key in kinds]
    if not needs:
        raise Conflict("没有选择容缺受理或者告知承诺的材料；请先选择并保存", code="nothing-promised")
    window, now = f"{tools.catalogue.districts[data['district']].name}综合受理窗口", tools.clock.now()
    return render(PromiseContent(
        number="未提交", application_no="未提交", issuer=window, issued_on=local_day(now), demo=tools.settings.demo,
        verify_url=f"{tools.settings.base_url}/bundles/{bundle.slug}", window=window, bundle_name=bundle.name,
        lines=[promised(tools.catalogue, need, kinds[need.material.key]) for need in needs],
        consequences=letter(needs, data["promises"]), signed_name=data["applicant"]["name"], signed_at=local(now), to_sign=True,
    ))


PRINTED = {"form": form_pdf, "letter": letter_pdf}
