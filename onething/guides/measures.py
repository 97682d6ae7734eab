"""七个一 in figures: item by item before, as one thing after. What nobody counted is an assumption and is said so. Pure
(R111, R122)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import product

from onething.application_form import fields_for
from onething.catalogue import Bundle, Catalogue, District
from onething.catalogue.wording import quoted
from onething.eligibility import materials_for
from onething.estimates import ACCEPTANCE_DAYS, critical_path, steps_of
from onething.guides.document import Document, Line, Section, Table, one
from onething.guides.subject import TO_CONFIRM

STEPS = ("咨询辅导", "收件", "受理", "审批", "送达")
"""The steps of the common process an applicant passes once; filing is in neither count."""
WINDOW_VISITS = 2
"""At most: once to hand in, once to collect; online, and with results by post or electronically, fewer."""


@dataclass(frozen=True)
class Figures:
    """`forms`: applications filled in; `fields`: what is filled in by hand; `materials`: brought or uploaded; `visits`: to a
    window at most; `days`: working days until the last result at most."""

    forms: int
    fields: int
    materials: int
    steps: int
    visits: int
    days: int

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


NAMES = {
    "forms": "填写申请表（张）", "fields": "自行填写（项）", "materials": "提交材料（份）", "steps": "办理环节（个）",
    "visits": "跑窗口（次，至多）", "days": "办理时间（工作日，至多）",
}
NONE = Figures(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Measures:
    """`items` are those counted: all of the bundle, of exclusive situations one."""

    bundle: str
    name: str
    items: tuple[str, ...]
    before: Figures
    after: Figures
    assumptions: tuple[str, ...]

    @property
    def saved(self) -> dict[str, int]:
        """Percent of what was; 100 only where nothing is left."""
        return saved(self.before, self.after)


def saved(before: Figures, after: Figures) -> dict[str, int]:
    found = {}
    for field in fields(Figures):
        was, now = getattr(before, field.name), getattr(after, field.name)
        percent = ((was - now) * 200 + was) // (2 * was) if was else 0
        found[field.name] = min(percent, 99) if now else percent
    return found


def measures_of(catalogue: Catalogue, bundle: Bundle) -> Measures:
    """Of the situations that exclude each other the one that saves the fewest days, then the least in all."""
    def by_saving(found: Measures) -> tuple[int, int]:
        return found.saved["days"], sum(found.saved.values())

    return min((_of_choice(catalogue, bundle, chosen) for chosen in choices(bundle)), key=by_saving)


def _of_choice(catalogue: Catalogue, bundle: Bundle, chosen: list[str]) -> Measures:
    return Measures(
        bundle.slug, bundle.name, tuple(chosen), _before(catalogue, chosen), _after(catalogue, bundle, chosen),
        tuple(_assumptions(catalogue, bundle, chosen)),
    )


def all_measures(catalogue: Catalogue) -> list[Measures]:
    return [measures_of(catalogue, bundle) for bundle in catalogue.in_plan_order()]


def totals(found: Iterable[Measures]) -> tuple[Figures, Figures]:
    """Before and after over all of them."""
    before, after = NONE, NONE
    for one_bundle in found:
        before, after = before + one_bundle.before, after + one_bundle.after
    return before, after


def choices(bundle: Bundle) -> list[list[str]]:
    """Everything one applicant can have: all rows, of each group of situations one option."""
    groups = {situation.group: dict.fromkeys(row.option for row in bundle.rows if row.situation == situation.group)
              for situation in bundle.situations}
    found = []
    for options in product(*groups.values()):
        taken = dict(zip(groups, options, strict=True))
        found.append([row.item for row in bundle.rows if not row.situation or taken[row.situation] == row.option])
    return found


def _before(catalogue: Catalogue, chosen: list[str]) -> Figures:
    """Item by item, one after another: own form, own copy of every material, own way through the offices."""
    base, items = catalogue.service.baseline, [catalogue.items[item] for item in chosen]
    return Figures(
        forms=len(items), fields=sum(len(item.fields) + len(base.own_form_fields) for item in items),
        materials=sum(len(item.materials) for item in items), steps=len(base.steps_per_item) * len(items),
        visits=base.visits_per_item * len(items), days=sum(item.limits.statutory.days for item in items),
    )


def _after(catalogue: Catalogue, bundle: Bundle, chosen: list[str]) -> Figures:
    """As one thing: each field and material once, what registers know not at all, departments side by side."""
    base = catalogue.service.baseline
    asked = [need for need in fields_for(catalogue, bundle, chosen) if not need.field.shared]
    brought = [need for need in materials_for(catalogue, bundle, chosen, None) if need.upload]
    return Figures(
        forms=1, fields=len(asked) + len(base.own_form_fields), materials=len(brought),
        steps=len(STEPS) + _links(bundle, chosen) - 1, visits=min(WINDOW_VISITS, base.visits_per_item * len(chosen)),
        days=critical_path(steps_of(catalogue, bundle, chosen)).days,
    )


def _links(bundle: Bundle, chosen: list[str]) -> int:
    """Decisions that come after each other on the longest chain of front and back items."""
    depth: dict[str, int] = {}
    while len(depth) < len(chosen):
        for item in chosen:
            fronts = [front for front in bundle.fronts_of(item) if front in chosen]
            if item not in depth and all(front in depth for front in fronts):
                depth[item] = 1 + max((depth[front] for front in fronts), default=0)
    return max(depth.values())


def _assumptions(catalogue: Catalogue, bundle: Bundle, chosen: list[str]) -> Iterator[str]:
    base, items = catalogue.service.baseline, [catalogue.items[item] for item in chosen]
    yield f"逐项办理的做法{base.source.removesuffix(f'，{TO_CONFIRM}')}"
    yield (f"逐项办理时每个事项 {len(base.steps_per_item)} 个环节（{'、'.join(base.steps_per_item)}），各填一张自己的申请表，"
           f"都要写{'、'.join(base.own_form_fields)}")
    yield "逐项办理时没有数据共享：现在免于提交的材料、共享填写的申请表项目，当时都由申请人提交、填写；同一材料每个事项各交一份"
    yield "逐项办理的时间是各事项法定时限相加，即办完一项再办一项，不计收件、受理和往返的时间"
    yield (f"一件事办理的时间是收件后受理 {ACCEPTANCE_DAYS} 个工作日，加先后顺序中最长的一条承诺时限；"
           "特别环节不计算的时间，前后都不计入")
    yield f"一件事的环节是{'、'.join(STEPS)}；有先后顺序的，每多一级另算一个审批环节"
    yield f"跑窗口按窗口申请、窗口领取计 {WINDOW_VISITS} 次；网上申请并选择电子送达或邮寄的为 0 次，依法须本人到场的除外"
    yield "在一定情形下才需要的材料和事项，前后都计入"
    if len(chosen) < len(bundle.rows):
        names = quoted(item.name for item in items)
        yield f"互斥的情形只计其中一种（节省最少的一种），共 {len(chosen)} 个事项：{names}"
    open_limits = sum(not limit.confirmed for item in items for limit in (item.limits.statutory, item.limits.promised))
    if open_limits:
        yield f"{len(items) * 2} 个法定时限、承诺时限中有 {open_limits} 个待核实，核实后数字会变"


# for people and for other programs

HEAD = ("一件事", "事项数", *(f"{name}·{when}" for name in NAMES.values() for when in ("逐项办理", "一件事", "减少")))


def measure_rows(found: Iterable[Measures]) -> list[tuple[str, ...]]:
    """A row for each bundle in the columns of `HEAD`, and one for all together."""
    known = list(found)
    rows = [(m.name, str(len(m.items)), *_cells(m.before, m.after)) for m in known]
    return [*rows, ("合计", str(sum(len(m.items) for m in known)), *_cells(*totals(known)))]


def _cells(before: Figures, after: Figures) -> Iterator[str]:
    percent = saved(before, after)
    for name in NAMES:
        yield from (str(getattr(before, name)), str(getattr(after, name)), f"{percent[name]}%")


def measure_document(catalogue: Catalogue, bundle: Bundle, district: District) -> Document:
    found = measures_of(catalogue, bundle)
    cells = list(_cells(found.before, found.after))
    rows = tuple((name, *cells[at * 3: at * 3 + 3]) for at, name in enumerate(NAMES.values()))
    return Document(
        title=f"{bundle.name}“七个一”对照", subtitle=district.name, version=catalogue.version(bundle.slug),
        sections=(
            Section("figures", "办理前后对照", tables=(
                Table(("指标", "逐项办理", "一件事一次办", "减少"), rows, (3.0, 2.0, 2.0, 1.5)),
            )),
            Section("ones", "七个一", tables=(Table(("要求", "怎样做到"), tuple(_ones(catalogue, bundle, found)), (2.0, 7.0)),)),
            one("assumptions", "怎样计算", *(Line(text, False) for text in found.assumptions)),
        ),
    )


def _ones(catalogue: Catalogue, bundle: Bundle, found: Measures) -> Iterator[tuple[str, str]]:
    offices = {row.department for row in bundle.rows if row.item in found.items}
    before, after = found.before, found.after
    yield "一次告知", f"{len(found.items)} 个事项、{len(offices)} 个部门的材料、流程、时限和补正内容，一次告知"
    yield "一表申请", f"{before.forms} 张申请表合成 1 张，相同的项目只填一次，自行填写 {before.fields} 项减为 {after.fields} 项"
    yield "一套材料", f"相同的材料只交一份，政府部门核发的免于提交，{before.materials} 份减为 {after.materials} 份"
    yield "一窗（端）受理", "综合受理窗口或者网上专栏统一收件，再推送各部门"
    yield "一网办理", "网上提交一次申请，同步推送全部所选事项的办理部门，审批结果互通；网上全程办理的不跑窗口"
    yield "限时办结", f"同时审批、前后衔接，{before.days} 个工作日减为 {after.days} 个工作日以内"
    yield "统一出件", f"{len(found.items)} 个结果可以统一领取，也可以分别领取；窗口发放、邮寄或者电子送达"
