"""Every page people see, who looks at it and where: a route that answers with a page and is not here fails a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

VISITOR, OWNER, CITIZEN = "", "demo-restaurant", "demo-wang-wu"
APPLICANTS = (VISITOR, OWNER, CITIZEN, "demo-trade")
WINDOW, DELIVERY = "window-410105", "delivery-410105"
REVIEWER, LEAD, SUPERVISOR = "reviewer-urban-management-410105", "reviewer-market-regulation-410105", "supervisor-410105"
ADVISER, HEAD = "adviser-market-regulation-410105", "head-market-regulation-410105"


@dataclass(frozen=True)
class Look:
    """One look at a page. `press` is clicked there, for what comes after a form that was not filled in; `emptied` takes out
    first what is filled in already, `first` is a script that runs then, `file` (of the cast) is attached to `field`. `front` is
    another of the house's doors (`fronts.py`)."""

    name: str
    path: str
    who: str = VISITOR
    press: str = ""
    terminal: bool = False
    emptied: bool = False
    file: str = ""
    first: str = ""
    field: str = "main input[type=file]"
    front: str = ""

    @property
    def acts(self) -> bool:
        return bool(self.press or self.file)

    @property
    def status(self) -> int:
        """What the server answers in the end: a look at an error page says so here, any other shows what its name promises."""
        return STATUS.get(self.name, 422 if self.name.endswith("-fault") else 200)

    @property
    def of_staff(self) -> bool:
        return self.who not in APPLICANTS

    @property
    def bilingual(self) -> bool:
        """What applicants read is there in English too."""
        return not self.terminal and not self.of_staff and self.name not in ("api-docs", "measures")


STATUS = {
    "not-found": 404, "case-of-another": 404, "login-asked": 401, "terminal-login": 401, "withdraw-late": 409,
    "rating-given": 409, "window-not-found": 404, "staff-not-found": 404, "terminal-not-found": 404, "supervision-again": 409,
    "terminal-error-500": 500, **{f"error-{status}": status for status in (403, 405, 413, 415, 422, 429, 500, 503)},
    "apply-material-fault": 415, "window-scan-fault": 415, "window-promise-fault": 415,
}
OWED = "#promises input[type=file]"
LONG = "for (const one of document.querySelectorAll('main textarea')) one.value = '长'.repeat(600)"
"""More than any text may have."""
NO_LIMIT = "for (const one of document.querySelectorAll('[data-max]')) one.dataset.max = 99"
"""The page lets everything through, and the server says no."""
NOWHERE = "for (const one of document.querySelectorAll('[name=\"form.premises_address\"]')) one.value = ''"
"""A form that cannot be taken, beside files that can."""
LICENSED = "document.querySelector('[name=licence][value=yes]').checked = true"
"""A person says that there is a business licence."""
STAYS = "for (let timer = setTimeout(() => {}); timer; timer--) clearTimeout(timer)"
"""A page that asks anew every few seconds is left as it is."""
ELSEWHERE = """async () => { const form = document.querySelector("main form[action='/staff/supervision']");
  await fetch("/staff/supervision", {method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual"}) }"""
"""The same button, pressed in another window."""


def looks(who: str, **paths: str) -> tuple[Look, ...]:
    return tuple(Look(name.replace("_", "-"), path, who) for name, path in paths.items())


def pressed(look: Look, name: str, press: str) -> Look:
    return Look(name, look.path, look.who, press, look.terminal)


def terminal(name: str, path: str, who: str = VISITOR) -> tuple[Look, ...]:
    return (Look(f"terminal-{name}", path, who, terminal=True),)


def away(name: str, path: str, who: str = VISITOR, terminal: bool = False) -> Look:
    """While the engine does not answer."""
    return Look(name, path, who, terminal=terminal, front="away")


def steps() -> Iterable[Look]:
    for step in ("questions", "items", "details", "form", "materials", "review"):
        yield Look(f"apply-{step}", f"/drafts/{{draft}}/{step}", OWNER)
    yield Look("apply-questions-fault", "/drafts/{begun}/questions", OWNER, "保存并继续")
    yield Look("apply-review-fault", "/drafts/{draft}/review", OWNER, "提交申请")
    for step in ("items", "details", "form"):
        yield Look(f"apply-{step}-fault", f"/drafts/{{spoilt_{step}}}/{step}", OWNER, "保存并继续", emptied=True)
    yield Look("apply-materials-fault", "/drafts/{spoilt_materials}/materials", OWNER, "保存并继续")
    yield Look("apply-material-fault", "/drafts/{spoilt_materials}/materials", OWNER, file="broken_file")
    yield Look("apply-materials-unsafe", "/drafts/{unsafe}/materials", OWNER)
    yield Look("apply-items-moved", "/drafts/{draft}/items?moved=yes", OWNER)
    yield away("apply-review-away", "/drafts/{draft}/review", OWNER)
    for step in ("questions", "items", "details", "form", "materials", "review"):
        yield Look(f"terminal-apply-{step}", f"/drafts/{{draft}}/{step}", OWNER, terminal=True)
    for step in ("items", "details", "form"):
        yield Look(f"terminal-{step}-fault", f"/drafts/{{spoilt_{step}}}/{step}", OWNER, "保存并继续", True, True)
    yield Look("terminal-review-fault", "/drafts/{draft}/review", OWNER, "提交申请", True)
    yield Look("apply-items-family", "/drafts/{open_family}/items", CITIZEN)
    yield Look("apply-questions-family", "/drafts/{family}/questions", CITIZEN)


def desk() -> Iterable[Look]:
    for state in (
        "window_waiting", "waiting", "counter", "correction", "named", "originals", "under_way", "apart", "returned", "ended",
    ):
        yield Look(f"window-{state.replace('_', '-')}", f"/staff/window/{{{state}}}", WINDOW)
    for state in ("collect", "parcel"):
        yield Look(f"window-{state}", f"/staff/window/{{{state}}}", DELIVERY)
    yield Look("window-registered", "/staff/window/{registered}", WINDOW, first=STAYS)
    yield Look("window-review-fault", "/staff/window/{window_waiting}", WINDOW, "登记收件结论")
    yield Look("window-collect-fault", "/staff/window/{collect}", DELIVERY, "登记已发放")
    yield Look("window-parcel-fault", "/staff/window/{parcel}", DELIVERY, "登记没有送达")
    yield Look("window-scans-fault", "/staff/window/{counter}?act=digitising", WINDOW, "全部已转电子，推送各部门")
    yield Look("window-handover", "/staff/window/{counter}?act=paper-handover", WINDOW)
    yield Look("window-handover-fault", "/staff/window/{counter}?act=paper-handover", WINDOW, "登记移交")
    yield Look("window-originals-fault", "/staff/window/{originals}", WINDOW, "登记已退还")
    yield Look("window-correction-fault", "/staff/window/{correction}", WINDOW, "提交补正材料")
    yield Look(
        "window-correction-kept-fault", "/staff/window/{correction}", WINDOW, "提交补正材料", file="unsigned_file",
        first=NOWHERE, field=".action input[type=file]")
    yield Look("window-withdrawal-fault", "/staff/window/{under_way}", WINDOW, "登记撤回")
    yield Look("window-delivery-fault", "/staff/window/{under_way}", WINDOW, "登记更改")
    yield Look("window-reply-fault", "/staff/window/{apart}", WINDOW, "登记")
    yield Look("window-scan-fault", "/staff/window/{counter}", WINDOW, file="broken_file")
    yield Look("window-promise-fault", "/staff/window/{under_way}", WINDOW, "补交", file="broken_file", field=OWED)
    yield Look("window-not-found", "/staff/window/00000000", WINDOW)
    yield away("window-away", "/staff/window/{window_waiting}", WINDOW)


CASES = ("waiting", "correction", "not_taken", "under_way", "overdue", "ended", "unrated", "withdrawn", "collect", "parcel")
CASE = "/cases/{under_way}"
PAGES: dict[str, tuple[Look, ...]] = {
    "GET /": (
        *looks(VISITOR, start="/", start_found="/?q=饭店", start_nothing="/?q=造火箭", not_found="/nowhere"),
        away("start-away", "/"), Look("error-405", "/logout")),
    "GET /bundles/{slug}": looks(
        VISITOR, bundle="/bundles/open-restaurant", bundle_blocks="/bundles/second-hand-home-transfer",
        bundle_family="/bundles/newborn"),
    "GET /bundles/{slug}/guide": looks(VISITOR, guide="/bundles/open-restaurant/guide"),
    "GET /bundles/{slug}/brief": looks(VISITOR, brief="/bundles/open-restaurant/brief"),
    "GET /bundles/{slug}/versions": looks(VISITOR, versions="/bundles/open-restaurant/versions"),
    "GET /bundles/{slug}/ask": (
        *looks(OWNER, ask="/bundles/open-restaurant/ask"), *looks(WINDOW, ask_at_window="/bundles/open-restaurant/ask"),
        Look("ask-fault", "/bundles/open-restaurant/ask", OWNER, "提交咨询", emptied=True)),
    "GET /measures": looks(VISITOR, measures="/measures"),
    "GET /answers": looks(
        VISITOR, answers="/answers", answers_found="/answers?q=开饭店要办健康证吗", answers_nothing="/answers?q=天气"),
    "GET /login": (
        *looks(VISITOR, login="/login", login_asked="/cases", login_nobody="/login?post=没有这个岗位"),
        Look("login-doors", "/login?target=/cases", front="doors"), Look("login-doors-and-people", "/login", front="strained"),
        Look("error-403", "/login/citizen/back?state=guessed&code=x", front="doors"),
        Look("error-503", "/login/citizen", front="doors"), Look("error-500", "/login", front="broken"),
        Look("terminal-login-doors", "/login?target=/terminal/cases", terminal=True, front="doors"),
        Look("terminal-error-500", "/login", terminal=True, front="broken")),
    "GET /verify": (
        *looks(VISITOR, verify="/verify", verify_unknown="/verify?number=1&code=nothing"), *terminal("verify", "/verify", ""),
        Look("verify-fault", "/verify", VISITOR, "核验"),
        Look("error-413", "/verify", VISITOR, "核验", file="large_file", front="doors", first=NO_LIMIT),
        Look("verify-file-unsigned", "/verify", VISITOR, "核验", file="unsigned_file"),
        Look("verify-file-valid", "/verify", VISITOR, "核验", file="certificate_file"),
    ),
    "GET /verify/{token}": terminal("verify-valid", "/verify/{certificate}") + looks(
        VISITOR, verify_valid="/verify/{certificate}", verify_revoked="/verify/{revoked}", verify_paper="/verify/{paper}")
    + (Look("error-429", "/verify/{certificate}", front="strained"),),
    "GET /api/v1/docs": looks(VISITOR, api_docs="/api/v1/docs"),
    "GET /apply/{slug}": looks(OWNER, apply="/apply/open-restaurant") + looks(
        CITIZEN, apply_licence_first="/apply/open-restaurant") + (
        Look("apply-licence-asked", "/apply/open-restaurant", CITIZEN, "开始填写"),
        Look("apply-licence-account", "/apply/open-restaurant", CITIZEN, "开始填写", first=LICENSED)),
    "GET /drafts/{draft_id}/{step}": tuple(steps()),
    "GET /cases": looks(OWNER, cases="/cases") + looks("demo-trade", cases_none="/cases"),
    "GET /cases/{number}": tuple(Look(f"case-{state.replace('_', '-')}", f"/cases/{{{state}}}", OWNER) for state in CASES)
    + looks("demo-trade", case_of_another=CASE) + (
        away("case-away", CASE, OWNER), Look("error-422", CASE, OWNER, "补交"),
        Look("error-415", CASE, OWNER, "补交", file="broken_file", field=OWED)),
    "GET /cases/{number}/receipt": terminal("submitted", "/cases/{waiting}/receipt", OWNER) + looks(
        OWNER, receipt="/cases/{waiting}/receipt") + (
        away("receipt-away", "/cases/{waiting}/receipt", OWNER),
        away("terminal-submitted-away", "/cases/{waiting}/receipt", OWNER, terminal=True)),
    "GET /cases/{number}/diagram": looks(OWNER, diagram=CASE + "/diagram", diagram_ended="/cases/{ended}/diagram"),
    "GET /cases/{number}/questions": (
        question := Look("case-question", CASE + "/questions", OWNER), pressed(question, "case-question-fault", "提交问题")),
    "GET /cases/{number}/correction": (
        correct := Look("correct", "/cases/{correction}/correction", OWNER), pressed(correct, "correct-fault", "提交补正材料"),
        named := Look("correct-named", "/cases/{named}/correction", OWNER), pressed(named, "correct-named-fault", "提交补正材料"),
        Look("correct-kept-fault", correct.path, OWNER, "提交补正材料", file="unsigned_file", first=NOWHERE)),
    "GET /cases/{number}/withdrawal": terminal("withdraw", CASE + "/withdrawal", OWNER) + looks(
        OWNER, withdraw="/cases/{waiting}/withdrawal", withdraw_item=CASE + "/withdrawal?item=urban-drainage-permit",
        withdraw_late="/cases/{ended}/withdrawal"),
    "GET /cases/{number}/delivery": (
        *looks(OWNER, delivery=CASE + "/delivery"), Look("delivery-fault", CASE + "/delivery", OWNER, "保存", emptied=True)),
    "GET /cases/{number}/rating": terminal("rating", "/cases/{unrated}/rating", OWNER) + looks(
        OWNER, rating="/cases/{unrated}/rating", rating_bad="/cases/{unrated}/rating?grade=dissatisfied",
        rating_given="/cases/{ended}/rating") + (
        terminal("rating-bad", "/cases/{unrated}/rating?grade=dissatisfied", OWNER)
        + (Look("rating-fault", "/cases/{unrated}/rating?grade=dissatisfied", OWNER, "提交评价", first=LONG),)),
    "GET /rate/{token}": (
        *looks(VISITOR, rate_link="/rate/{link}", rate_link_bad="/rate/{link}?grade=dissatisfied"),
        Look("rate-link-fault", "/rate/{link}?grade=satisfied", VISITOR, "提交评价", first=LONG),),
    "GET /rating/thanks": looks(VISITOR, rating_thanks="/rating/thanks"),
    "GET /documents/{document_id}/view": looks(OWNER, document="/documents/{document}/view") + looks(
        REVIEWER, staff_document="/documents/{document}/view") + terminal("document", "/documents/{document}/view", OWNER),
    "GET /me": looks(OWNER, me="/me") + looks("demo-trade", me_new="/me"),
    "GET /me/certificates": looks(OWNER, certificates="/me/certificates"),
    "GET /me/data": (
        *looks(OWNER, my_data="/me/data", my_data_done="/me/data?done=contact"),
        Look("my-data-fault", "/me/data", OWNER, "删除选中的内容"),
        Look("my-contact-fault", "/me/data", OWNER, "保存", first="document.getElementById('phone').value = '1'")),
    "GET /me/data/consents/{consent_id}": looks(CITIZEN, consent_withdraw="/me/data/consents/{consent}"),
    "GET /me/logins": looks(OWNER, logins="/me/logins"),
    "GET /guidance": looks(OWNER, my_guidance="/guidance"),
    "GET /guidance/{number}": looks(OWNER, guidance_answered="/guidance/{answered}", guidance_open="/guidance/{question}"),
    "GET /guidance/pre-check/{draft_id}": (
        check := Look("pre-check", "/guidance/pre-check/{draft}", OWNER),
        Look("pre-check-fault", check.path, OWNER, "送预审", first=LONG)),
    "GET /staff": looks(REVIEWER, staff="/staff", staff_not_found="/staff/nowhere") + looks(WINDOW, staff_window="/staff"),
    "GET /staff/cases/{number}": looks(REVIEWER, staff_case="/staff/cases/{under_way}") + looks(
        WINDOW, staff_case_ended="/staff/cases/{ended}") + looks(
        HEAD, staff_case_head="/staff/cases/{ended}") + looks(
        REVIEWER, staff_review="/staff/cases/{under_way}?item=outdoor-advertising-permit",
        staff_review_ended="/staff/cases/{ended}?item=urban-drainage-permit") + (
        Look("staff-revoke-fault", "/staff/cases/{ended}", HEAD, "撤销证照"),),
    "GET /staff/guidance/{number}": looks(ADVISER, staff_guidance="/staff/guidance/{question}"),
    "GET /staff/questions": looks(WINDOW, staff_questions="/staff/questions"),
    "GET /staff/ratings": looks(LEAD, staff_ratings="/staff/ratings"),
    "GET /staff/supervision": (
        *looks(SUPERVISOR, supervision="/staff/supervision", supervision_told="/staff/supervision?told=" + REVIEWER),
        Look("supervision-again", "/staff/supervision", SUPERVISOR, "催办", first=ELSEWHERE)),
    "GET /staff/window": looks(
        WINDOW, window="/staff/window", window_found="/staff/window?q=示例餐饮", window_nothing="/staff/window?q=没有这个人")
    + looks("window-410100", window_free="/staff/window"),
    "GET /staff/window/{number}": tuple(desk()),
    "GET /staff/window/new": (
        begin := Look("window-new", "/staff/window/new", WINDOW), pressed(begin, "window-new-fault", "下一步：填写申请")),
    "GET /staff/window/new/{draft_id}": (
        enter := Look("window-form", "/staff/window/new/{counter_draft}", WINDOW),
        Look("window-form-saved", enter.path + "?saved=yes#items", WINDOW),
        pressed(enter, "window-form-fault", "提交，进入收件审查")),
    "GET /terminal": (
        *terminal("home", "/terminal"), *terminal("not-found", "/nowhere"), away("terminal-away", "/terminal", terminal=True)),
    "GET /terminal/find": terminal("find", "/terminal/find") + terminal("found", "/terminal/find?q=饭店")
    + terminal("found-nothing", "/terminal/find?q=造火箭"),
    "GET /terminal/guides/{slug}": terminal("guide", "/terminal/guides/open-restaurant"),
    "GET /terminal/cases": terminal("cases", "/terminal/cases", OWNER) + terminal("login", "/terminal/cases")
    + terminal("cases-none", "/terminal/cases", "demo-trade"),
    "GET /terminal/cases/{number}": terminal("case", "/terminal/cases/{under_way}", OWNER)
    + terminal("case-correction", "/terminal/cases/{correction}", OWNER)
    + terminal("case-ended", "/terminal/cases/{unrated}", OWNER),
}
"""Route -> the looks at it. A name is that of the picture."""
NOT_PAGES = frozenset({
    "GET /healthz", "GET /readyz", "GET /staff/admitted", "GET /staff/tasks",
    "GET /look/{size}", "GET /login/{door}", "GET /login/{door}/back", "GET /drafts/{draft_id}", "GET /terminal/off",
    "GET /terminal/end",  # they lead elsewhere
    "GET /bundles/{slug}/flow.svg", "GET /bundles/{slug}/{name}.pdf", "GET /items/{slug}/sample.pdf",
    "GET /cases/{number}/form.pdf", "GET /cases/{number}/receipt.pdf",
    "GET /drafts/{draft_id}/materials/{key}", "GET /staff/window/new/{draft_id}/{paper}.pdf",
    "GET /documents/{document_id}", "GET /documents/{document_id}/pages/{page}", "GET /me/data/export.zip",
    "GET /staff/cases/{number}/form.pdf", "GET /staff/cases/{number}/archive", "GET /staff/window/{number}/label.pdf",
    "GET /staff/window/{number}/slip.pdf", "GET /staff/window/{number}/papers/{document_id}",
    "GET /terminal/cases/{number}/receipt.pdf",  # files
})
"""What answers with something else than a page; the API's answers are data but for its description."""
NO_ANSWER = frozenset({
    "POST /cases/{number}/withdrawal", "POST /cases/{number}/again", "POST /drafts/{draft_id}/delete",
    "POST /drafts/{draft_id}/materials/{key}/promise",
    "POST /drafts/{draft_id}/materials/{key}/remove", "POST /drafts/{draft_id}/materials/{key}/reuse", "POST /login",
    "POST /logout", "POST /me/data/consents/{consent_id}", "POST /me/logins", "POST /cases/{number}/materials/{key}",
    "POST /staff/cases/{number}/disputes/{field}", "POST /staff/cases/{number}/materials/{key}",
    "POST /staff/cases/{number}/materials/{key}/print", "POST /staff/cases/{number}/questions/{question}",
    "POST /staff/window/new/{draft_id}/delete", "POST /terminal/end", "POST /stay",
})
"""Forms that lead elsewhere or are refused on the common page of errors; what they show is no page of their own."""
