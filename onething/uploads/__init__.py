"""The gate for files of strangers (S14). Only home of Pillow and pikepdf; knows nothing of store and pages.

kinds.py   limits, names, what is taken and what to do instead      images.py  decoded and drawn anew
pdfs.py    read as a whole, never changed                           gate.py    one file in, a verdict out
scanner.py asks ClamAV
"""

from onething.uploads.gate import GATE, Accepted, inspect
from onething.uploads.kinds import MAX_CASE_MIB, MAX_FILES, MIB, shown_name, too_large
from onething.uploads.scanner import Scanner, ScannerDown, scanner_at

__all__ = [
    "GATE", "MAX_CASE_MIB", "MAX_FILES", "MIB", "Accepted", "Scanner", "ScannerDown", "inspect", "scanner_at", "shown_name",
    "too_large",
]
