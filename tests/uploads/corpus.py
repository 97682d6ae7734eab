"""Files made by code: what strangers send to do harm, and what citizens bring. Each with the verdict it must get.

No file of it is kept in the repository; the same call makes the same bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageCms, ImageDraw

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PHP, HTML = b"<?php system($_GET['c']); ?>", b"<html><script>alert(document.cookie)</script></html>"
MIB = 1024 * 1024
CLEANED = "cleaned"
"""Taken, but only as a picture drawn anew: `payload` must be gone."""


@dataclass(frozen=True)
class Sample:
    """`verdict` is the code of the refusal, or `CLEANED`; `says` is part of the sentence people read."""

    name: str
    make: Callable[[], bytes]
    verdict: str
    says: str
    payload: bytes = b""

    def __str__(self) -> str:
        return self.name.encode("unicode_escape").decode()[:60]


def pdf_of(objects: dict[int, bytes], *, root: int = 1, trailer: bytes = b"", packed: bool = False) -> bytes:
    """A PDF with exactly these objects and a right table of where they lie."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out) + b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)


PAGES, PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s>>"


def one_page(*, catalog: bytes = b"", page: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    return pdf_of({1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, 2: PAGES, 3: PAGE % page} | (more or {}))


def stream(content: bytes, facts: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (facts, len(content), content)


def saved(change: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        change(pdf)
        target = io.BytesIO()
        pdf.save(target, static_id=True, **how)
    return target.getvalue()


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["program.exe"] = b"MZ"


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)}
    return pdf_of(objects | {number + 3: PAGE % b"" for number in range(count)})


def same_page_often(count: int) -> bytes:
    kids = b"3 0 R " * count
    return pdf_of({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), 3: PAGE % b""})


def deep_tree(depth: int) -> bytes:
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, depth + 2):
        objects[number] = b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1)
    objects[depth + 2] = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (depth + 1)
    return pdf_of(objects)


def nested(depth: int) -> bytes:
    return one_page(catalog=b"/X " + b"[" * depth + b"]" * depth)


def flate_bomb(size: int, times: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    filters = b"/FlateDecode" if times == 1 else b"[%s]" % (b"/FlateDecode " * times)
    return one_page(page=b"/Contents 4 0 R", more={4: stream(content, b"/Filter" + filters)})


def object_stream_bomb() -> bytes:
    """Objects inside a stream that unpacks to 400 MiB: met while the file is opened, not when its streams are looked at."""
    head = b"1 0 "
    packer = zlib.compressobj(9)
    body = packer.compress(head + b"<</Type/Catalog/Pages 2 0 R>>") + b"".join(packer.compress(b" " * MIB) for _ in range(400))
    body += packer.flush()
    objects = {5: stream(body, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"), 2: PAGES, 3: PAGE % b""}
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, text in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(out)
    rows = [(0, 0, 65535), (2, 5, 0), (1, places[2], 0), (1, places[3], 0), (0, 0, 0), (1, places[5], 0), (1, start, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    out += b"6 0 obj\n%s\nendobj\n" % stream(table, b"/Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Filter/FlateDecode")
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def png_flood(width: int, height: int, *, rows: int = 4) -> bytes:
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows * 64))) + chunk(b"IEND", b"")


def png_with(kind: bytes, data: bytes) -> bytes:
    good = picture("PNG")
    return good[:33] + chunk(kind, data) + good[33:]


def scene(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A white sheet with writing and a red seal, dark in its upper left corner, so that one sees how it is turned."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 8, height // 8), fill="black")
    pen.ellipse((width // 2, height // 2, width // 2 + height // 4, height // 2 + height // 4), outline=(200, 20, 20), width=4)
    for line in range(5):
        pen.text((width // 6, height // 6 + 20 * line), f"No. {line} 410105 statement of the applicant", fill="black")
    return image.convert(mode)


@cache
def picture(kind: str, mode: str = "RGB", **how: Any) -> bytes:
    target = io.BytesIO()
    scene(mode=mode).save(target, kind, **how)
    return target.getvalue()


def animated(kind: str) -> bytes:
    target = io.BytesIO()
    scene().save(target, kind, save_all=True, append_images=[Image.new("RGB", (640, 480), "red")], duration=100)
    return target.getvalue()


def exif(orientation: int = 1, note: str = "") -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    if note:
        found[0x010E] = note
    found.get_ifd(0x8825)[1] = "N"
    found.get_ifd(0x8825)[2] = (34.0, 44.0, 59.0)
    return found


def large(kind: str, width: int, height: int) -> bytes:
    target = io.BytesIO()
    Image.new("L", (width, height), 200).save(target, kind)
    return target.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def office(kind: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{kind}/vbaProject.bin", b"macro")
    return target.getvalue()


ACTION = b"/OpenAction<</S/%s>>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
GIF = b"GIF89a\x01\0\x01\0\0\0\0;"
A, D, W, M = "active-pdf", "damaged-file", "wrong-file-type", "file-mismatch"
PRINT = "打印为普通 PDF"
HUGE = b"/Subtype/Image/Width 60000/Height 60000"
CENTRE = b"/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>"

HOSTILE = [
    # names and kinds
    Sample("EICAR.com", lambda: EICAR, W, "请上传"), Sample("EICAR.pdf", lambda: EICAR, M, "不符"),
    Sample("程序.exe", lambda: b"MZ\x90\0", W, "请上传"), Sample("程序.pdf.exe", one_page, W, "请上传"),
    Sample("程序.exe.pdf", lambda: b"MZ\x90\0", M, "不符"), Sample("无扩展名", one_page, W, "请上传"),
    Sample("图.png", one_page, M, "不符"), Sample("图.pdf", lambda: picture("PNG"), M, "不符"),
    Sample("图.jpg", lambda: picture("PNG"), M, "不符"), Sample("图.webp", lambda: picture("JPEG"), M, "不符"),
    Sample("页.html", lambda: HTML, W, "浏览器"), Sample("页.pdf", lambda: HTML, M, "不符"),
    Sample("页.jpg", lambda: HTML, M, "不符"), Sample("图.svg", lambda: SVG, W, "另存为 JPG"),
    Sample("图.svg.png", lambda: SVG, M, "不符"), Sample("表.xml", lambda: b"<?xml?>", W, "浏览器"),
    Sample("空.pdf", bytes, "empty-file", "空文件"), Sample("空.jpg", bytes, "empty-file", "空文件"),
    Sample("\u202efdp.exe", lambda: b"MZ", W, "请上传"), Sample("图\u202egpj.exe", lambda: b"MZ", W, "请上传"),
    Sample("a\0.pdf.exe", one_page, W, "请上传"), Sample("../../etc/passwd", one_page, W, "passwd"),
    Sample("长" * 5000, one_page, W, "请上传"), Sample("a.pdf\r\nX-Evil: 1", one_page, W, "请上传"),
    Sample(".htaccess", lambda: PHP, W, "请上传"), Sample("a.php", lambda: PHP, W, "请上传"),
    # archives and office files
    Sample("包.zip", lambda: zipped("a", bytes(10 * MIB)), W, "解压"), Sample("包.rar", lambda: b"Rar!\x1a\x07", W, "解压"),
    Sample("炸弹.pdf", lambda: zipped("a", bytes(10 * MIB)), M, "不符"),
    Sample("包.7z", lambda: b"7z\xbc\xaf\x27\x1c", W, "解压"),
    Sample("文.docm", lambda: office("word"), W, "另存为 PDF"), Sample("表.xlsm", lambda: office("xl"), W, "另存为 PDF"),
    Sample("文.docx", lambda: office("word"), W, "另存为 PDF"), Sample("文.doc", lambda: OLE, W, "另存为 PDF"),
    Sample("文.pdf", lambda: office("word"), M, "不符"), Sample("版.ofd", lambda: zipped("OFD.xml", b"<OFD/>"), W, "OFD"),
    # two kinds in one
    Sample("双.pdf", lambda: one_page() + zipped("a.class", b"x"), M, "末尾"),
    Sample("双二.pdf", lambda: one_page(more={4: stream(zipped("a", b"x"))}), M, "末尾"),
    Sample("双三.pdf", lambda: zipped("a", b"x") + one_page(), M, "不符"),
    Sample("双四.pdf", lambda: GIF + one_page(), M, "不符"), Sample("双五.pdf", lambda: one_page() + HTML, M, "末尾"),
    Sample("gifar.gif", lambda: GIF + zipped("a.class", b"x"), W, "另存为"),
    Sample("gifar.jpg", lambda: GIF + zipped("a.class", b"x"), M, "不符"),
    Sample("尾.png", lambda: picture("PNG") + HTML, CLEANED, "", HTML),
    Sample("尾.jpg", lambda: picture("JPEG") + PHP, CLEANED, "", PHP),
    Sample("尾.zip.jpg", lambda: picture("JPEG") + zipped("a", b"x"), CLEANED, "", b"PK\x05\x06"),
    Sample("注释.jpg", lambda: picture("JPEG", comment=PHP), CLEANED, "", PHP),
    Sample("注释.png", lambda: png_with(b"tEXt", b"Comment\0" + PHP), CLEANED, "", PHP),
    Sample("元数据.jpg", lambda: picture_with_exif(PHP.decode()), CLEANED, "", PHP),
    Sample("EICAR.jpg", lambda: picture("JPEG") + EICAR, CLEANED, "", EICAR),
    Sample("块.png", lambda: png_with(b"prVt", HTML), CLEANED, "", HTML),
    Sample("尾.webp", lambda: picture("WEBP") + PHP, CLEANED, "", PHP),
    # pictures that swell
    Sample("洪水.png", lambda: png_flood(60_000, 60_000), "too-many-pixels", "像素"),
    Sample("洪水二.png", lambda: png_flood(2**31 - 1, 2**31 - 1), "too-many-pixels", "像素"),
    Sample("洪水.jpg", lambda: jpeg_flood(65_500, 65_500), "too-many-pixels", "像素"),
    Sample("洪水.webp", lambda: large("WEBP", 5000, 4000), "too-many-pixels", "JPG"),
    Sample("越界.png", lambda: large("PNG", 8000, 5001), "too-many-pixels", "4000 万"),
    Sample("文字炸弹.png", lambda: png_with(b"zTXt", b"c\0\0" + zlib.compress(bytes(80 * MIB), 9)), D, "损坏"),
    Sample("色彩炸弹.png", lambda: png_with(b"iCCP", b"c\0\0" + zlib.compress(bytes(80 * MIB), 9)), D, "损坏"),
    Sample("动画.png", lambda: animated("PNG"), "animated-image", "单张"),
    Sample("动画.webp", lambda: animated("WEBP"), "animated-image", "单张"),
    # pictures that are broken
    Sample("断.jpg", lambda: picture("JPEG")[:-2000], D, "损坏"), Sample("断.png", lambda: picture("PNG")[:-600], D, "损坏"),
    Sample("头.jpg", lambda: b"\xff\xd8\xff\xe0", D, "损坏"), Sample("头.png", lambda: b"\x89PNG\r\n\x1a\n", D, "损坏"),
    Sample("假尺寸.png", lambda: png_flood(4000, 4000), D, "损坏"), Sample("零.png", lambda: png_flood(0, 0), D, "损坏"),
    # what a PDF would do by itself
    Sample("脚本.pdf", lambda: one_page(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), A, PRINT),
    Sample("转义.pdf", lambda: one_page(catalog=b"/OpenAction<</S/J#61vaScript/J#53(x)>>"), A, PRINT),
    Sample("脚本树.pdf", lambda: one_page(catalog=b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>"), A, PRINT),
    Sample("脚本藏.pdf", lambda: saved(hidden_script, object_stream_mode=pikepdf.ObjectStreamMode.generate), A, PRINT),
    Sample("启动.pdf", lambda: one_page(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>"), A, PRINT),
    Sample("启动链接.pdf", lambda: one_page(page=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(a)>>>>]"), A, PRINT),
    Sample("打开网址.pdf", lambda: one_page(catalog=b"/OpenAction<</S/URI/URI(http://a.example)>>"), A, PRINT),
    Sample("翻页网址.pdf", lambda: one_page(page=b"/AA<</O<</S/URI/URI(http://a.example)>>>>"), A, PRINT),
    Sample("翻页接着.pdf", lambda: one_page(catalog=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(x)>>>>"), A, PRINT),
    Sample("间接动作.pdf", lambda: one_page(catalog=b"/OpenAction 4 0 R", more={4: b"<</S/URI/URI(x)>>"}), A, PRINT),
    Sample("提交表单.pdf", lambda: one_page(page=b"/Annots[<</Subtype/Widget/A<</S/SubmitForm/F(x)>>>>]"), A, PRINT),
    Sample("导入.pdf", lambda: one_page(catalog=ACTION % b"ImportData"), A, PRINT),
    Sample("附件.pdf", lambda: saved(attached), A, PRINT),
    Sample("附件批注.pdf", lambda: one_page(page=b"/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]>>]"), A, PRINT),
    Sample("附件流.pdf", lambda: one_page(catalog=CENTRE, more={4: b"<</Type/Filespec/F(a)>>"}), A, PRINT),
    Sample("XFA.pdf", lambda: one_page(catalog=b"/AcroForm<</XFA(x)/Fields[]>>"), A, PRINT),
    Sample("富媒体.pdf", lambda: one_page(page=b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]>>]"), A, PRINT),
    Sample("密码.pdf", lambda: saved(nothing, encryption=pikepdf.Encryption(owner="o", user="u")), "encrypted-pdf", "密码"),
    Sample("限制.pdf", lambda: saved(nothing, encryption=pikepdf.Encryption(owner="o", user="")), "encrypted-pdf", "密码"),
    # PDFs that swell or run in circles
    Sample("十万页.pdf", lambda: same_page_often(100_000), "too-many-pages", "拆成"),
    Sample("五百零一页.pdf", lambda: many_pages(501), "too-many-pages", "500 页"),
    Sample("深树.pdf", lambda: deep_tree(5000), D, "损坏"), Sample("深数组.pdf", lambda: nested(100_000), D, "损坏"),
    Sample("环.pdf", lambda: pdf_of({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}), D, "损坏"),
    Sample("自指.pdf", lambda: pdf_of({1: b"1 0 R"}), D, "损坏"),
    Sample("炸弹流.pdf", lambda: flate_bomb(200 * MIB), "file-too-complex", PRINT),
    Sample("双层炸弹.pdf", lambda: flate_bomb(200 * MIB, 2), "file-too-complex", PRINT),
    Sample("三层炸弹.pdf", lambda: flate_bomb(MIB, 3), "file-too-complex", PRINT),
    Sample("对象炸弹.pdf", object_stream_bomb, D, "损坏"),
    Sample("大图.pdf", lambda: one_page(more={4: stream(b"x", HUGE)}), "too-many-pixels", "图片"),
    # PDFs that are broken
    Sample("断.pdf", lambda: one_page()[:-40], D, "损坏"), Sample("头.pdf", lambda: b"%PDF-1.7\n", D, "损坏"),
    Sample("无页.pdf", lambda: pdf_of({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"}), D, "损坏"),
    Sample("无根.pdf", lambda: pdf_of({2: PAGES, 3: PAGE % b""}), D, "损坏"),
    Sample("错表.pdf", lambda: one_page().replace(b"startxref\n", b"startxref\n9"), D, "损坏"),
    Sample("错表二.pdf", lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n", D, "损坏"),
    # sizes
    Sample("多一字节.pdf", lambda: padded(MIB + 1), "file-too-large", "1 MB"),
    Sample("三兆.jpg", lambda: bytes(3 * MIB), "file-too-large", "1 MB"),
]


def picture_with_exif(note: str) -> bytes:
    target = io.BytesIO()
    scene().save(target, "JPEG", exif=exif(1, note))
    return target.getvalue()


def nothing(_pdf: pikepdf.Pdf) -> None:
    """A plain page."""


def hidden_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")))


def jpeg_flood(width: int, height: int) -> bytes:
    good = picture("JPEG")
    at = good.index(b"\xff\xc0") + 5
    return good[:at] + height.to_bytes(2) + width.to_bytes(2) + good[at + 4:]


def padded(size: int) -> bytes:
    """A right PDF of exactly this size."""
    bare = len(one_page(more={4: stream(b"")}))
    found = b""
    for extra in range(size - bare - 20, size - bare + 1):
        found = one_page(more={4: stream(b"x" * extra)})
        if len(found) == size:
            return found
    raise AssertionError(len(found))


# -- what citizens bring -------------------------------------------------------------------------------------------------


def phone_photo(orientation: int = 6, width: int = 4000, height: int = 3000) -> bytes:
    target = io.BytesIO()
    scene(width, height).save(target, "JPEG", quality=92, exif=exif(orientation))
    return target.getvalue()


def scan_pdf(pages: int = 3) -> bytes:
    def fill(pdf: pikepdf.Pdf) -> None:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            image = pikepdf.Stream(pdf, picture("JPEG"))
            for key, value in {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": 640, "Height": 480}.items():
                image[f"/{key}"] = value
            image.ColorSpace, image.BitsPerComponent, image.Filter = pikepdf.Name.DeviceRGB, 8, pikepdf.Name.DCTDecode
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=image))
            page.Contents = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /A Do Q")
    return saved(fill)


def linked_pdf() -> bytes:
    """A link to be clicked, an outline, a place to open at: what word processors write."""
    return one_page(
        catalog=b"/OpenAction[3 0 R/Fit]/AcroForm<</Fields[]>>",
        page=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://www.gov.cn)>>>>]",
    )


def signed_pdf(folder: Path) -> tuple[bytes, Any]:
    """(signed paper, roots that trust it), as somebody hands in what an office gave him."""
    from onething.papers.signing import LocalAuthority, sign

    authority = LocalAuthority(folder)
    return sign(scan_pdf(1), authority=authority, signer="示例公证处", reason="公证", location="郑州"), authority.trust


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return picture("JPEG", icc_profile=profile)


FRIENDLY: list[tuple[str, Callable[[], bytes], str]] = [
    ("身份证.jpg", lambda: phone_photo(6), "image/jpeg"), ("照片.JPEG", lambda: phone_photo(1, 1200, 900), "image/jpeg"),
    ("扫描.pdf", scan_pdf, "application/pdf"), ("合同.PDF", lambda: scan_pdf(20), "application/pdf"),
    ("带链接.pdf", linked_pdf, "application/pdf"), ("截图.png", lambda: picture("PNG"), "image/png"),
    ("透明.png", lambda: picture("PNG", "RGBA"), "image/png"), ("黑白.png", lambda: picture("PNG", "1"), "image/png"),
    ("灰度.png", lambda: picture("PNG", "L"), "image/png"), ("灰度十六位.png", lambda: picture("PNG", "I;16"), "image/png"),
    ("调色板.png", lambda: picture("PNG", "P"), "image/png"), ("印刷.jpg", lambda: picture("JPEG", "CMYK"), "image/jpeg"),
    ("渐进.jpg", lambda: picture("JPEG", progressive=True), "image/jpeg"), ("色彩.jpg", with_profile, "image/jpeg"),
    ("微信.webp", lambda: picture("WEBP"), "image/jpeg"), ("大图.png", lambda: large("PNG", 7000, 5500), "image/png"),
    ("正好四千万.jpg", lambda: large("JPEG", 8000, 5000), "image/jpeg"),
    ("长图.jpg", lambda: large("JPEG", 800, 12_000), "image/jpeg"),
    ("五百页.pdf", lambda: many_pages(500), "application/pdf"), ("紧凑.pdf", lambda: compact(), "application/pdf"),
    ("尾部空白.pdf", lambda: one_page() + b"\r\n\0\0\0\n", "application/pdf"),
    ("正好一兆.pdf", lambda: padded(MIB), "application/pdf"),
    ("白页.pdf", lambda: flate_bomb(30 * MIB), "application/pdf"),
]


def compact() -> bytes:
    return saved(nothing, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
