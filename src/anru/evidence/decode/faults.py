"""Why a file is refused, in words that say what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from anru.rulebook.words import Text


class Fault(StrEnum):
    """One reason to refuse a file. The codes are stored; they never change their meaning."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    NOT_ALLOWED = "not_allowed"
    WRONG_MEDIUM = "wrong_medium"
    SVG = "svg"
    WEB_PAGE = "web_page"
    PROGRAM = "program"
    ARCHIVE = "archive"
    VIDEO = "video"
    PICTURE_FORMAT = "picture_format"
    OLD_OFFICE = "old_office"
    OTHER_OFFICE = "other_office"
    TEXT_FILE = "text_file"
    TRUNCATED = "truncated"
    BROKEN_PICTURE = "broken_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN_PDF = "broken_pdf"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_SCRIPT = "pdf_script"
    PDF_ACTION = "pdf_action"
    PDF_ATTACHMENT = "pdf_attachment"
    PDF_PAGES = "pdf_pages"
    PDF_COMPLEX = "pdf_complex"
    BROKEN_OFFICE = "broken_office"
    OFFICE_ENCRYPTED = "office_encrypted"
    OFFICE_MACROS = "office_macros"
    OFFICE_ACTIVE = "office_active"
    OFFICE_LINKS = "office_links"
    OFFICE_ENTITIES = "office_entities"
    OFFICE_PARTS = "office_parts"
    ZIP_BOMB = "zip_bomb"
    POLYGLOT = "polyglot"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"


_PICTURE = "请用手机相机重新拍摄，或另存为 JPG 后再传。"
_PICTURE_EN = "Take the picture again, or save it as JPG."
_OFFICE = "请用 Excel/Word 或 WPS 打开原文件，导出为 PDF 后再传。"
_OFFICE_EN = "Open the original in Excel, Word or WPS and export it to PDF."
_PDF = "请打开后选择“打印—另存为 PDF”，再传新文件。"
_PDF_EN = "Open it, print it to a new PDF and upload that."

FAULT_WORDS: Mapping[Fault, Text] = {
    Fault.EMPTY: Text("文件是空的，请重新选择文件。", "The file is empty. Choose another file."),
    Fault.TOO_LARGE: Text("文件太大，请压缩或拆分后再传。", "The file is too large. Compress or split it."),
    Fault.UNKNOWN_FORMAT: Text(
        "认不出这是什么文件。请上传照片（JPG、PNG、WebP、HEIC）、PDF 或 Excel。",
        "This kind of file is not known. Upload a picture (JPG, PNG, WebP, HEIC), a PDF or an Excel workbook.",
    ),
    Fault.NOT_ALLOWED: Text(
        "这里不收这种文件，请按要求换一种格式。", "This kind of file is not taken here. Use another format."
    ),
    Fault.WRONG_MEDIUM: Text(
        "类型不对：要求照片的请传照片，要求文件的请传文件。",
        "Wrong kind: upload a picture where one is asked for, a document where one is asked for.",
    ),
    Fault.SVG: Text(f"不收 SVG 图形文件。{_PICTURE}", f"SVG drawings are not taken. {_PICTURE_EN}"),
    Fault.WEB_PAGE: Text(
        "这是网页文件，不能上传。请打开网页后打印成 PDF 再传。", "This is a web page. Print it to PDF and upload that."
    ),
    Fault.PROGRAM: Text("这是程序文件，不能上传。", "This is a program and cannot be uploaded."),
    Fault.ARCHIVE: Text(
        "这是压缩包，不能上传。请解压后逐个上传里面的文件。", "This is an archive. Upload the files inside."
    ),
    Fault.VIDEO: Text("这是视频或动图，请改传照片。", "This is a film. Upload a picture instead."),
    Fault.PICTURE_FORMAT: Text(f"不收这种格式的图片。{_PICTURE}", f"This picture format is not taken. {_PICTURE_EN}"),
    Fault.OLD_OFFICE: Text(
        f"这是旧版 Office 文件（.doc/.xls），或者设有打开密码。{_OFFICE}",
        f"This is an old Office file (.doc/.xls) or it has a password. {_OFFICE_EN}",
    ),
    Fault.OTHER_OFFICE: Text(f"不收这种办公文件。{_OFFICE}", f"This office format is not taken. {_OFFICE_EN}"),
    Fault.TEXT_FILE: Text(
        "这是文本文件。请上传照片、PDF 或 Excel。", "This is a text file. Upload a picture, a PDF or an Excel workbook."
    ),
    Fault.TRUNCATED: Text(
        "照片不完整，后半部分缺失。请回到手机相册重新选择原图。", "The picture is incomplete. Choose it again."
    ),
    Fault.BROKEN_PICTURE: Text(f"照片已损坏，打不开。{_PICTURE}", f"The picture is damaged. {_PICTURE_EN}"),
    Fault.TOO_MANY_PIXELS: Text(
        "照片的像素太高。请把相机调到普通画质（约 1200 万像素）重拍，或压缩后再传。",
        "The picture has too many pixels. Set the camera to about 12 megapixels, or make the picture smaller.",
    ),
    Fault.BROKEN_PDF: Text(f"PDF 已损坏，打不开。{_PDF}", f"The PDF is damaged. {_PDF_EN}"),
    Fault.PDF_ENCRYPTED: Text(f"PDF 设有密码或权限限制。{_PDF}", f"The PDF is protected. {_PDF_EN}"),
    Fault.PDF_SCRIPT: Text(f"PDF 里带有脚本，为安全起见不收。{_PDF}", f"The PDF carries a script. {_PDF_EN}"),
    Fault.PDF_ACTION: Text(
        f"PDF 里带有打开程序或外传数据的动作，为安全起见不收。{_PDF}",
        f"The PDF would start a program or send data. {_PDF_EN}",
    ),
    Fault.PDF_ATTACHMENT: Text(
        f"PDF 里夹带了别的文件或音视频，为安全起见不收。{_PDF}", f"The PDF carries other files. {_PDF_EN}"
    ),
    Fault.PDF_PAGES: Text("PDF 页数太多，请只传要求的那几页。", "The PDF has too many pages. Upload those asked for."),
    Fault.PDF_COMPLEX: Text(f"PDF 内部结构过于复杂。{_PDF}", f"The PDF is too complex inside. {_PDF_EN}"),
    Fault.BROKEN_OFFICE: Text(f"文件已损坏，打不开。{_OFFICE}", f"The file is damaged. {_OFFICE_EN}"),
    Fault.OFFICE_ENCRYPTED: Text(f"文件设有打开密码。{_OFFICE}", f"The file has a password. {_OFFICE_EN}"),
    Fault.OFFICE_MACROS: Text(f"文件带有宏，为安全起见不收。{_OFFICE}", f"The file carries macros. {_OFFICE_EN}"),
    Fault.OFFICE_ACTIVE: Text(
        f"文件里嵌入了别的文件或控件，为安全起见不收。{_OFFICE}", f"The file embeds other files. {_OFFICE_EN}"
    ),
    Fault.OFFICE_LINKS: Text(
        f"文件会从外部取内容，为安全起见不收。{_OFFICE}", f"The file fetches content from outside. {_OFFICE_EN}"
    ),
    Fault.OFFICE_ENTITIES: Text(
        f"文件内部含有不允许的定义，为安全起见不收。{_OFFICE}", f"The file holds forbidden definitions. {_OFFICE_EN}"
    ),
    Fault.OFFICE_PARTS: Text(f"文件内部部件太多。{_OFFICE}", f"The file has too many parts inside. {_OFFICE_EN}"),
    Fault.ZIP_BOMB: Text(f"文件解开后异常巨大，为安全起见不收。{_OFFICE}", f"Unpacked, the file is huge. {_OFFICE_EN}"),
    Fault.POLYGLOT: Text(
        "文件里还藏着另一个文件，为安全起见不收。请重新导出一份再传。",
        "Another file is hidden in this one. Export it anew and upload that.",
    ),
    Fault.TOO_SLOW: Text("文件太复杂，处理超时。请重新导出一份再传。", "The file took too long. Export it anew."),
    Fault.TOO_MUCH_MEMORY: Text(
        "文件太复杂，处理不了。请压缩或重新导出一份再传。", "The file needs too much memory. Export a smaller one."
    ),
    Fault.CRASHED: Text("文件异常，打不开。请重新导出一份再传。", "The file could not be opened. Export it anew."),
}


def words_of(code: str) -> Text:
    """Return the words for a stored refusal code, general ones for a code of another edition."""
    return FAULT_WORDS[Fault(code)] if code in set(Fault) else FAULT_WORDS[Fault.CRASHED]


class Unfit(Exception):
    """The file is refused for this fault. `facts` are plain figures that explain it."""

    def __init__(self, fault: Fault, **facts: int | str) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.facts: dict[str, int | str] = facts
