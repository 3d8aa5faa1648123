"""Why a file cannot be read at all, in words that say what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from anru.rulebook.words import Text


class FileFault(StrEnum):
    """One reason to refuse a whole file."""

    EMPTY = "empty_file"
    TOO_LARGE = "file_too_large"
    NOT_A_ROSTER = "not_a_roster"
    OLD_EXCEL = "old_excel"
    OTHER_SPREADSHEET = "other_spreadsheet"
    WEB_PAGE = "web_page"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    ACTIVE_CONTENT = "active_content"
    BROKEN_ZIP = "broken_zip"
    TOO_MANY_PARTS = "too_many_parts"
    DUPLICATE_PART = "duplicate_part"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    ZIP_BOMB = "zip_bomb"
    XML_ENTITIES = "xml_entities"
    BROKEN_XML = "broken_xml"
    TOO_MANY_ELEMENTS = "too_many_elements"
    NO_SHEET = "no_sheet"
    SEVERAL_SHEETS = "several_sheets"
    UNKNOWN_SHEET = "unknown_sheet"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TEXT_TOO_LONG = "text_too_long"
    HEADER_MERGED = "header_merged"
    HEADER_MISSING = "header_missing"
    UTF16 = "utf16"
    ENCODING = "encoding"
    CSV_QUOTE = "csv_quote"


FAULT_WORDS: Mapping[FileFault, Text] = {
    FileFault.EMPTY: Text("文件是空的，请重新选择文件。", "The file is empty. Choose another file."),
    FileFault.TOO_LARGE: Text(
        "文件有 %(size_mb)s MB，超过 %(limit_mb)s MB 的上限。请拆成几个文件分别导入。",
        "The file has %(size_mb)s MB, more than the limit of %(limit_mb)s MB. Split it into several files.",
    ),
    FileFault.NOT_A_ROSTER: Text(
        "这不是 Excel 工作簿（.xlsx）或 CSV 文件（识别为：%(found)s）。请用 Excel 或 WPS 打开原表，"
        "另存为 .xlsx 后再上传。",
        "This is neither an Excel workbook (.xlsx) nor a CSV file (found: %(found)s). Save the table as .xlsx.",
    ),
    FileFault.OLD_EXCEL: Text(
        "这是旧版 Excel 文件（.xls）。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。",
        "This is an old Excel file (.xls). Open it, save it as an Excel workbook (.xlsx) and upload that.",
    ),
    FileFault.OTHER_SPREADSHEET: Text(
        "这是 %(found)s 文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。",
        "This is a %(found)s file. Open it, save it as an Excel workbook (.xlsx) and upload that.",
    ),
    FileFault.WEB_PAGE: Text(
        "这其实是网页文件，只是名字像 Excel。请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”后再上传。",
        "This is a web page with the name of a spreadsheet. Open it in Excel, save it as .xlsx and upload that.",
    ),
    FileFault.ENCRYPTED: Text(
        "文件设有打开密码，无法读取。请在 Excel 中去掉密码后再上传。",
        "The file is protected by a password. Remove the password in Excel and upload it again.",
    ),
    FileFault.MACROS: Text(
        "文件带有宏（%(part)s），为安全起见不能导入。请另存为不带宏的“Excel 工作簿（.xlsx）”后再上传。",
        "The file carries macros (%(part)s) and is refused for safety. Save it as .xlsx without macros.",
    ),
    FileFault.EXTERNAL_LINKS: Text(
        "表格引用了别的文件或外部数据（%(part)s）。请在 Excel“数据-编辑链接”中断开链接，或把内容粘贴为值后再上传。",
        "The workbook links to other files or outside data (%(part)s). Break the links or paste as values.",
    ),
    FileFault.ACTIVE_CONTENT: Text(
        "表格里嵌入了别的文件或控件（%(part)s）。请删除后再上传，或复制到新表。",
        "The workbook embeds another file or a control (%(part)s). Delete it, or copy the table to a new workbook.",
    ),
    FileFault.BROKEN_ZIP: Text(
        "文件已损坏，打不开（%(part)s）。请用 Excel 打开原表，另存一份后再上传。",
        "The file is damaged and cannot be opened (%(part)s). Open the original in Excel and save it anew.",
    ),
    FileFault.TOO_MANY_PARTS: Text(
        "文件内部有 %(count)s 个以上的部件，超过 %(limit)s 个的上限。请把名单复制到一个新的工作簿再上传。",
        "The file holds more than %(limit)s parts. Copy the roster into a new workbook.",
    ),
    FileFault.DUPLICATE_PART: Text(
        "文件内部有重名的部件（%(part)s），可能被人改动过。请把名单复制到一个新的工作簿再上传。",
        "Two parts of the file share a name (%(part)s); it may have been tampered with. Copy it to a new workbook.",
    ),
    FileFault.UNPACKS_TOO_LARGE: Text(
        "文件解开后有 %(size_mb)s MB，超过 %(limit_mb)s MB 的上限。请删除图片和多余的工作表，或拆成几个文件。",
        "Unpacked, the file has %(size_mb)s MB, more than the limit of %(limit_mb)s MB. Delete pictures or split it.",
    ),
    FileFault.ZIP_BOMB: Text(
        "文件的压缩率异常（%(ratio)s 倍），为安全起见不能导入。请把名单复制到一个新的工作簿再上传。",
        "The file is packed suspiciously tight (%(ratio)s times) and is refused for safety. Copy it to a new workbook.",
    ),
    FileFault.XML_ENTITIES: Text(
        "文件内部含有不允许的定义（%(part)s），为安全起见不能导入。请把名单复制到一个新的工作簿再上传。",
        "The file contains definitions that are not allowed (%(part)s). Copy the roster into a new workbook.",
    ),
    FileFault.BROKEN_XML: Text(
        "文件内容已损坏（%(part)s）。请用 Excel 打开原表，另存一份后再上传。",
        "The content of the file is damaged (%(part)s). Open the original in Excel and save it anew.",
    ),
    FileFault.TOO_MANY_ELEMENTS: Text(
        "表格里的单元格太多（超过 %(limit)s 个），多半是给整行整列设了格式。请把名单复制到一个新的工作簿再上传。",
        "The sheet has too many cells (over %(limit)s), probably formats on whole rows. Copy it to a new workbook.",
    ),
    FileFault.NO_SHEET: Text("文件里没有内容：所有工作表都是空的。", "There is no content: every sheet is empty."),
    FileFault.SEVERAL_SHEETS: Text(
        "文件里有几个工作表：%(sheets)s。请选择要导入哪一个。",
        "The file has several sheets: %(sheets)s. Choose the one to import.",
    ),
    FileFault.UNKNOWN_SHEET: Text("文件里没有名为“%(sheet)s”的工作表。", "There is no sheet named %(sheet)s."),
    FileFault.TOO_MANY_ROWS: Text(
        "第 %(row)s 行还有内容，超过 %(limit)s 行的上限。请删除表格下方多余的内容，或拆成几个文件。",
        "Row %(row)s still holds something, beyond the limit of %(limit)s rows. Delete it, or split the file.",
    ),
    FileFault.TOO_MANY_COLUMNS: Text(
        "第 %(row)s 行的内容超过 %(limit)s 列的上限。请删除右侧多余的列。",
        "Row %(row)s has content beyond the limit of %(limit)s columns. Delete the columns on the right.",
    ),
    FileFault.TEXT_TOO_LONG: Text(
        "第 %(row)s 行有一个单元格的文字超过 %(limit)s 个字。请删短后再上传。",
        "A cell in row %(row)s has more than %(limit)s characters. Shorten it.",
    ),
    FileFault.HEADER_MERGED: Text(
        "第 %(row)s 行的表头合并了 %(depth)s 行单元格，最多只能识别两行表头。请取消合并，每列只留一个标题。",
        "The heading in row %(row)s is merged over %(depth)s rows; two at most can be read. Unmerge it.",
    ),
    FileFault.HEADER_MISSING: Text(
        "第 %(row)s 行没有列标题。请选择标题所在的行。", "Row %(row)s holds no column titles. Choose the row that does."
    ),
    FileFault.UTF16: Text(
        "这是“Unicode 文本”文件。请另存为“CSV UTF-8”或 .xlsx 后再上传。",
        "This is a Unicode text (UTF-16) file. Save it as CSV UTF-8 or .xlsx.",
    ),
    FileFault.ENCODING: Text(
        "文件的文字编码既不是 UTF-8 也不是 GB18030：第 %(offset)s 字节处无法识别。"
        "请另存为“CSV UTF-8”或 .xlsx 后再上传。",
        "The text is neither UTF-8 nor GB18030: byte %(offset)s cannot be read. Save it as CSV UTF-8 or .xlsx.",
    ),
    FileFault.CSV_QUOTE: Text(
        "第 %(row)s 行的引号没有成对，后面的内容无法分列。请检查这一行的英文双引号。",
        'The quotation marks of row %(row)s do not pair up. Check the " in that row.',
    ),
}


class IntakeRefused(ValueError):
    """The file is not read. Says which fault, with its facts; `sheets` names the choices of `several_sheets`."""

    def __init__(self, fault: FileFault, *, sheets: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.sheets = sheets
        self.facts: dict[str, object] = dict(facts)
        if sheets:
            self.facts["sheets"] = "、".join(sheets)

    @property
    def code(self) -> str:
        """The stable code of the fault."""
        return self.fault.value

    @property
    def text(self) -> Text:
        """The sentence in both languages, with its places filled."""
        words = FAULT_WORDS[self.fault]
        return Text(words.zh % self.facts, words.en % self.facts) if self.facts else words
