"""Finds the Chinese faces the papers are set in: Noto Serif CJK SC (documents) and Noto Sans CJK SC (tables).

Characters these lack (names in CJK extensions B and later) come from the machine's own faces: HanaMin and BabelStone Han
where the system has them, or whatever else lies in $ONETHING_FONT_DIR, such as a city's own face for names.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import typst

from onething.papers.errors import PaperError
from onething.papers.press import FONT_DIR_VARIABLE

FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
SYSTEM_DIRECTORIES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
RARE_FILES = ("HanaMin*.ttf", "BabelStoneHan*.ttf")
CURE = (
    "请安装：sudo apt-get install fonts-noto-cjk；"
    f"或把 NotoSerifCJK、NotoSansCJK 字体文件放进一个目录，并将环境变量 {FONT_DIR_VARIABLE} 设为该目录。"
)


def _directories(roots: Iterable[Path]) -> list[Path]:
    """Directories below `roots` that hold files we know: naming only these keeps typst from reading every font."""
    found = {
        file.parent
        for root in roots
        if root.is_dir()
        for pattern in ("*Noto*CJK*.[ot]t[cf]", "*Noto*SC*.[ot]t[cf]", *RARE_FILES)
        for file in root.rglob(pattern)
    }
    return sorted(found)


@lru_cache(maxsize=4)
def load_fonts(directory: str | None = None) -> typst.Fonts:
    """The faces, from `directory`, else from where systems keep fonts.

    Raises PaperError(code="paper-font") with the cure when a family is missing: better no paper than one with blanks.
    """
    roots = [Path(directory)] if directory else [Path(entry).expanduser() for entry in SYSTEM_DIRECTORIES]
    paths = roots if directory else _directories(roots)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path) for path in paths]
    )
    missing = [family for family in FAMILIES if family not in fonts.families()]
    if missing:
        where = "、".join(str(root) for root in roots)
        names = "、".join(missing)
        raise PaperError(f"找不到制作文书所需的中文字体：{names}（已查找：{where}）。{CURE}", code="paper-font")
    return fonts


def rare_families(fonts: typst.Fonts) -> list[str]:
    """The faces for what Noto lacks, in a fixed order."""
    return sorted(family for family in fonts.families() if not family.startswith("Noto"))
