"""What can go wrong with a paper, in words a clerk can act on."""

from onething.errors import OneThingError


class PaperError(OneThingError):
    """A paper cannot be made or signed; nothing was issued.

    Codes: paper-content (a field is empty or wrong), paper-glyph (a character no font shows), paper-font (no Chinese
    font on this machine), paper-template (our own fault), paper-press (what draws has ended), paper-signing (keys),
    paper-number-used (409).
    """

    default_code = "paper"
    default_status = 500
