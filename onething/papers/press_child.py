"""The other end of `press.py`: `python -m onething.papers.press_child` draws until its input closes. Only home of typst."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import datetime
from functools import lru_cache
from typing import Any

import typst

from onething.papers.errors import PaperError
from onething.papers.fonts import load_fonts, rare_families
from onething.sandbox import LONGEST_ANSWER, read, write


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    while True:
        try:
            sheet, _ = read(sys.stdin.buffer, LONGEST_ANSWER)
        except EOFError:
            return
        facts, pdf = _answer(sheet)
        write(answers, facts, io.BytesIO(pdf))


def _answer(sheet: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        return {}, _draw(sheet)
    except typst.TypstError as error:
        return {"undrawable": error.message}, b""
    except PaperError as error:
        return {"error": {"message": error.message, "code": error.code, "status": error.status}}, b""


def _draw(sheet: dict[str, Any]) -> bytes:
    fonts = load_fonts(sheet["font_dir"])
    make = _lasting if sheet["lasting"] else _compiler
    inputs = {**sheet["inputs"], "rare": json.dumps(rare_families(fonts), ensure_ascii=False)}
    at = datetime.fromisoformat(sheet["at"]) if sheet["at"] else None
    return make(sheet["template"], sheet["root"], sheet["font_dir"]).compile(
        format="pdf", sys_inputs=inputs, pdf_standards=sheet["standards"], timestamp=at
    )


def _compiler(template: str, root: str, font_dir: str | None) -> typst.Compiler:
    return typst.Compiler(template, root=root, font_paths=load_fonts(font_dir), ignore_system_fonts=True)


_lasting = lru_cache(maxsize=32)(_compiler)

if __name__ == "__main__":
    main()
