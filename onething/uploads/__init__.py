"""The gate for files of strangers (S14). Only home of Pillow, pikepdf and pypdfium2; knows nothing of store and pages.

kinds.py   limits, names, what is taken and what to do instead      images.py  decoded and drawn anew
pdfs.py    read as a whole, never changed                           gate.py    one file in, a verdict out
joining.py several files in, one PDF out            pages.py   puts it together, in the reader's process
scanner.py asks ClamAV                          viewer.py   pages as pictures, drawn by drawing.py
"""

from onething.uploads.gate import GATE, Accepted, inspect
from onething.uploads.joining import inspect_all, page_count
from onething.uploads.kinds import MAX_CASE_MIB, MAX_FILES, MIB, extension_of, shown_name, too_large
from onething.uploads.scanner import Scanner, ScannerDown, scanner_at
from onething.uploads.viewer import VIEWER, picture, sizes

__all__ = [
    "GATE", "MAX_CASE_MIB", "MAX_FILES", "MIB", "VIEWER", "Accepted", "Scanner", "ScannerDown", "extension_of", "inspect",
    "inspect_all", "page_count", "picture", "scanner_at", "shown_name", "sizes", "too_large",
]
