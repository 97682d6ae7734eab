"""Papers: what an office hands out. Only home of typst, pyhanko and segno.

content    frozen dataclasses, one per paper: everything a paper says         qr       verify address -> SVG
rendering  content -> PDF/A; the same content gives the same bytes            press    a process of its own that draws (Typst)
signing    LocalAuthority signs (PAdES), verify() judges a signed paper       fonts    finds the Chinese faces
                                                                              templates/*.typ  how it looks
"""

from onething.papers.content import (
    AcceptanceContent,
    CorrectionContent,
    Defect,
    DeliveredDocument,
    DeliveryContent,
    Detail,
    LicenceContent,
    PaperContent,
    ReceiptContent,
    ReceiptItem,
    ReceiptMaterial,
    RefusalContent,
    remedy_text,
)
from onething.papers.content_endings import EndingContent, NotTakenContent
from onething.papers.content_procedures import (
    DepartmentOpinion,
    ExtensionContent,
    JointRecordContent,
    ResultContent,
    RevocationContent,
    SpecialStepContent,
)
from onething.papers.counter import AuthorityContent, LabelContent, SlipContent, SlipLine, SubmissionContent
from onething.papers.errors import PaperError
from onething.papers.guidance import GuidanceContent, GuidanceItem, GuidanceMaterial
from onething.papers.publications import (
    FormContent,
    FormSection,
    LeafletContent,
    PublicationContent,
    PublicationGroup,
    PublicationLine,
    PublicationSection,
    PublicationTable,
)
from onething.papers.qr import qr_svg
from onething.papers.rendering import FILE_NAMES, file_name, heading_of, render
from onething.papers.undertakings import HandoverContent, Original, PromiseContent, PromisedMaterial

__all__ = [
    "FILE_NAMES",
    "AcceptanceContent",
    "AuthorityContent",
    "CorrectionContent",
    "Defect",
    "DeliveredDocument",
    "DeliveryContent",
    "DepartmentOpinion",
    "Detail",
    "EndingContent",
    "ExtensionContent",
    "FormContent",
    "FormSection",
    "GuidanceContent",
    "GuidanceItem",
    "GuidanceMaterial",
    "HandoverContent",
    "JointRecordContent",
    "LabelContent",
    "LeafletContent",
    "LicenceContent",
    "NotTakenContent",
    "Original",
    "PaperContent",
    "PaperError",
    "PromiseContent",
    "PromisedMaterial",
    "PublicationContent",
    "PublicationGroup",
    "PublicationLine",
    "PublicationSection",
    "PublicationTable",
    "ReceiptContent",
    "ReceiptItem",
    "ReceiptMaterial",
    "RefusalContent",
    "ResultContent",
    "RevocationContent",
    "SlipContent",
    "SlipLine",
    "SpecialStepContent",
    "SubmissionContent",
    "file_name",
    "heading_of",
    "qr_svg",
    "remedy_text",
    "render",
]
