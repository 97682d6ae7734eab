"""What can be asked of the front door.

Written by `python -m api client` from the description of the API; not edited by hand."""

from __future__ import annotations

from typing import Any

from onething.client import records
from onething.client.transport import Transport


class Calls(Transport):
    """One method per operation, named like it. What may be repeated safely is repeated."""

    def list_bundles(self, audience: str | None = None) -> list[records.BundleSummary]:
        """一件事清单."""
        return self.read(list[records.BundleSummary], self.send("GET", "/bundles", query={"audience": audience}))

    def get_bundle(self, slug: str, district: str = "") -> records.BundleDetail:
        """一件事：事项、材料、时限和要回答的问题."""
        return self.read(records.BundleDetail, self.send("GET", f"/bundles/{slug}", query={"district": district}))

    def get_guide(self, slug: str, district: str = "", brief: bool = False) -> records.GuideDocument:
        """办事指南."""
        return self.read(
            records.GuideDocument,
            self.send("GET", f"/bundles/{slug}/guide", query={"district": district, "brief": brief})
        )

    def get_form(self, slug: str, district: str = "") -> dict[str, Any]:
        """申请表."""
        return self.read(dict[str, Any], self.send("GET", f"/bundles/{slug}/form", query={"district": district}))

    def get_estimate(self, slug: str, item: list[str], district: str = "") -> records.EstimateInfo:
        """现在提交预计何时办结."""
        return self.read(
            records.EstimateInfo,
            self.send("GET", f"/bundles/{slug}/estimate", query={"item": item, "district": district})
        )

    def get_consents(
        self, slug: str, item: list[str], district: str = "", courier: bool = False
    ) -> list[records.ConsentInfo]:
        """提交前要告知和征得同意的内容."""
        return self.read(
            list[records.ConsentInfo],
            self.send("GET", f"/bundles/{slug}/consents", query={"item": item, "district": district, "courier": courier})
        )

    def log_in(self, body: records.Login) -> records.LoggedIn:
        """演示登录."""
        return self.read(records.LoggedIn, self.send("POST", "/login", body=body, again=True))

    def log_out(self) -> None:
        """退出登录."""
        self.send("POST", "/logout", again=True)

    def upload_document(self, name: str, content: bytes, key: str = "") -> records.DocumentInfo:
        """上传文件."""
        return self.read(
            records.DocumentInfo,
            self.send("POST", "/documents", file=(name, content), key=key or self.fresh_key())
        )

    def get_document(self, document_id: str) -> bytes:
        """下载文件."""
        return self.send("GET", f"/documents/{document_id}").content

    def list_certificates(self, page: int = 1, size: int = 100) -> list[records.OwnCertificate]:
        """我的证照."""
        return self.read(
            list[records.OwnCertificate],
            self.send("GET", "/certificates", query={"page": page, "size": size})
        )

    def submit_application(self, body: records.NewApplication, key: str = "") -> records.Submitted:
        """提交申请."""
        return self.read(records.Submitted, self.send("POST", "/applications", body=body, key=key or self.fresh_key()))

    def list_applications(self, page: int = 1, size: int = 100) -> list[records.ApplicationSummary]:
        """我的办件."""
        return self.read(
            list[records.ApplicationSummary],
            self.send("GET", "/applications", query={"page": page, "size": size})
        )

    def get_application(self, number: str) -> records.ApplicationDetail:
        """办件详情：进度、时限、文书和证照."""
        return self.read(records.ApplicationDetail, self.send("GET", f"/applications/{number}"))

    def withdraw(self, number: str, body: records.Withdrawal, key: str = "") -> records.Withdrawn:
        """撤回办件或其中一个事项."""
        return self.read(
            records.Withdrawn,
            self.send("POST", f"/applications/{number}/withdrawal", body=body, key=key or self.fresh_key())
        )

    def choose_delivery(self, number: str, body: records.DeliveryChoice, key: str = "") -> records.DeliveryInfo:
        """更改领取方式."""
        return self.read(
            records.DeliveryInfo,
            self.send("POST", f"/applications/{number}/delivery", body=body, key=key or self.fresh_key())
        )

    def get_archive(self, number: str, item: str = "") -> bytes:
        """下载归档资料包（工作人员）."""
        return self.send("GET", f"/applications/{number}/archive", query={"item": item}).content

    def correct(self, number: str, body: records.Correction, key: str = "") -> records.ApplicationSummary:
        """补正材料."""
        return self.read(
            records.ApplicationSummary,
            self.send("POST", f"/applications/{number}/correction", body=body, key=key or self.fresh_key())
        )

    def supplement(self, number: str, body: records.Supplement, key: str = "") -> records.ApplicationSummary:
        """补交容缺材料."""
        return self.read(
            records.ApplicationSummary,
            self.send("POST", f"/applications/{number}/supplement", body=body, key=key or self.fresh_key())
        )

    def ask_guidance(self, body: records.NewGuidance, key: str = "") -> records.Asked:
        """咨询，或者预审材料."""
        return self.read(records.Asked, self.send("POST", "/guidance", body=body, key=key or self.fresh_key()))

    def list_guidance(self) -> list[records.GuidanceSummary]:
        """我的咨询."""
        return self.read(list[records.GuidanceSummary], self.send("GET", "/guidance"))

    def get_guidance(self, number: str) -> records.GuidanceDetail:
        """咨询的答复."""
        return self.read(records.GuidanceDetail, self.send("GET", f"/guidance/{number}"))

    def list_supervision(self) -> records.SupervisionList:
        """督办清单."""
        return self.read(records.SupervisionList, self.send("GET", "/supervision"))

    def remind_clock(self, body: records.NewReminder, key: str = "") -> records.Reminded:
        """催办."""
        return self.read(
            records.Reminded,
            self.send("POST", "/supervision/reminders", body=body, key=key or self.fresh_key())
        )

    def get_answers(self, q: str, district: str = "") -> records.Answers:
        """用自己的话提问."""
        return self.read(records.Answers, self.send("GET", "/answers", query={"q": q, "district": district}))

    def verify_certificate(self, token: str, number: str | None = None) -> records.VerifyResult:
        """核验证照."""
        return self.read(records.VerifyResult, self.send("GET", f"/verify/{token}", query={"number": number}))

    def verify_file(self, name: str, content: bytes) -> records.FileVerifyResult:
        """核验文件."""
        return self.read(records.FileVerifyResult, self.send("POST", "/verify", file=(name, content)))
