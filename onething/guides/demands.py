"""数据共享和电子证照应用需求清单: what is shared, by whom, for which material or field. Pure (R125)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onething.application_form import fields_for
from onething.catalogue import Bundle, Catalogue, District
from onething.catalogue.wording import quoted
from onething.eligibility import MaterialNeed, materials_for
from onething.guides.document import Document, Group, Line, Section, Table, one
from onething.guides.subject import TO_CONFIRM

HEAD = ("一件事", "事项", "材料或申请表项目", "共享什么", "提供部门", "数据集或电子证照", "用途", "核实情况")
UNKNOWN_HOLDER, UNKNOWN_DATASET = "提供部门待核实", "数据集待核实"
CONFIRMED = "已核实"
MATERIAL, FIELD = "免于提交材料", "自动填写申请表，申请人核对"
Demand = tuple[str, ...]


def demand_list(catalogue: Catalogue, bundle: Bundle | None = None) -> list[Demand]:
    """A row for each material and field of each bundle, however many of its items use it; columns as in `HEAD`."""
    bundles = [bundle] if bundle else catalogue.in_plan_order()
    return list(dict.fromkeys(row for one_bundle in bundles for row in _of_bundle(catalogue, one_bundle)))


def _of_bundle(catalogue: Catalogue, bundle: Bundle) -> Iterator[Demand]:
    chosen = [row.item for row in bundle.rows]
    for need in materials_for(catalogue, bundle, chosen, None):
        if need.material.source == "government":
            yield (bundle.name, _names(catalogue, need.items), need.material.name, *_material(catalogue, need))
    for field in fields_for(catalogue, bundle, chosen):
        shared = field.field.shared
        if shared:
            items, holder = _names(catalogue, field.items), catalogue.department_name(shared.department)
            yield (bundle.name, items, field.field.label, "数据", holder, shared.dataset, FIELD, TO_CONFIRM)


def _material(catalogue: Catalogue, need: MaterialNeed) -> Demand:
    material = need.material
    holder = catalogue.department_name(material.holder) if material.holder else UNKNOWN_HOLDER
    purpose = MATERIAL
    if need.origin:
        purpose += f"（没有一并选办“{catalogue.items[need.origin].name}”时）"
    known = CONFIRMED if material.confirmed and material.holder and material.dataset else TO_CONFIRM
    return (_what(material.dataset), holder, material.dataset or UNKNOWN_DATASET, purpose, known)


def _what(dataset: str) -> str:
    """E-licences are named in the dataset; what stands beside them is data."""
    parts = dataset.split("、")
    licences = ["电子证照" in part for part in parts]
    return "电子证照" if all(licences) else "电子证照、数据" if any(licences) else "数据"


def _names(catalogue: Catalogue, items: Iterable[str]) -> str:
    return quoted(catalogue.items[item].name for item in items)


def demand_document(catalogue: Catalogue, bundle: Bundle, district: District) -> Document:
    """The list of one bundle, by department, with the number of what each is asked for."""
    rows = demand_list(catalogue, bundle)
    offices: dict[str, list[Demand]] = {}
    for row in rows:
        offices.setdefault(row[4], []).append(row)
    open_rows = sum(row[-1] != CONFIRMED for row in rows)
    total = (f"共 {len(rows)} 项需求：免于提交的材料 {sum(row[6] != FIELD for row in rows)} 项，"
             f"自动填写的申请表项目 {sum(row[6] == FIELD for row in rows)} 项；待核实 {open_rows} 项")
    counts = tuple(Line(f"{office}：{len(found)} 项") for office, found in offices.items())
    every = _names(catalogue, (row.item for row in bundle.rows))
    sections = [
        Section("summary", "汇总", (Group((Line(total),)), *((Group(counts, "按提供部门"),) if counts else ()))),
        *(_office(number, office, found, every) for number, (office, found) in enumerate(offices.items(), start=1)),
        one(
            "use", "使用要求",
            Line("政府部门核发的材料一律免于提交，能够提供或核验电子证照的一律免于提交实体证照", source="实施方案二（五）"),
            Line("数据供给部门及时响应需求，提高共享数据的质量和可用性、时效性", source="实施方案二（五）"),
            Line("共享数据有误的，申请人可以提出异议，由提供部门核实", source="实施方案二（五）“争议处理”"),
        ),
    ]
    return Document(
        title=f"{bundle.name}数据共享和电子证照应用需求清单", subtitle=district.name, version=catalogue.version(bundle.slug),
        sections=tuple(sections),
    )


def _office(number: int, office: str, rows: list[Demand], every: str) -> Section:
    """`every` are the names of all items: shorter said."""
    head = (HEAD[1], *HEAD[2:4], *HEAD[5:])
    found = tuple(("全部事项" if row[1] == every else row[1], *row[2:4], *row[5:]) for row in rows)
    return Section(f"office-{number}", office, tables=(Table(head, found, (3.0, 2.0, 1.5, 3.0, 2.5, 1.2)),))
