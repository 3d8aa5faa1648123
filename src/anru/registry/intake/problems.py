"""What can be wrong with one row, in words that say what to write instead. Errors stop the row, warnings do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Any

from anru.registry.intake.fields import Field
from anru.rulebook.words import Text


class Severity(StrEnum):
    """Whether the row can be taken over all the same."""

    ERROR = "error"
    WARNING = "warning"


class RowFault(StrEnum):
    """One thing that is wrong or doubtful in a row."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    CELL_ERROR = "cell_error"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    CREDIT_CODE_LENGTH = "credit_code_length"
    CREDIT_CODE_ALPHABET = "credit_code_alphabet"
    CREDIT_CODE_AREA = "credit_code_area"
    CREDIT_CODE_CHECK = "credit_code_check"
    CREDIT_CODE_NUMBER = "credit_code_number"
    TOWN_UNKNOWN = "town_unknown"
    TOWN_AMBIGUOUS = "town_ambiguous"
    WORD_UNKNOWN = "word_unknown"
    PHONE_SHAPE = "phone_shape"
    NOT_A_COUNT = "not_a_count"
    COUNT_RANGE = "count_range"
    NOT_A_LENGTH = "not_a_length"
    LENGTH_RANGE = "length_range"
    NOT_A_VOLUME = "not_a_volume"
    NOT_A_PLACE = "not_a_place"
    PLACE_OUTSIDE = "place_outside"
    PLACE_HALF = "place_half"
    PLACE_SWAPPED = "place_swapped"
    NOT_A_DATE = "not_a_date"
    DATE_FUTURE = "date_future"
    CLASS_MISSING = "class_missing"
    CLASS_CONTRADICTS = "class_contradicts"
    ISOLATION_KIND_MISSING = "isolation_kind_missing"
    DUPLICATE_CODE = "duplicate_code"
    DUPLICATE_NUMBER = "duplicate_number"
    ENTERPRISE_CONFLICT = "enterprise_conflict"
    TOWN_OUTSIDE = "town_outside"
    TOWN_MOVES = "town_moves"
    CODE_ELSEWHERE = "code_elsewhere"
    SPACE_RETIRED = "space_retired"
    COMPANION_STOPPED = "companion_stopped"
    FORMULA = "formula"
    TOWN_PREFIX = "town_prefix"
    PHONE_NO_AREA = "phone_no_area"
    PHONE_SEVERAL = "phone_several"
    UNIT_ASSUMED = "unit_assumed"
    APPROXIMATE = "approximate"
    VOLUME_DISAGREES = "volume_disagrees"
    CLASS_GUESSED = "class_guessed"
    KIND_UNKNOWN = "kind_unknown"
    MOVED_TO_CONSEQUENCES = "moved_to_consequences"
    MOVED_TO_HAZARDS = "moved_to_hazards"
    ENTERPRISE_DIFFERS = "enterprise_differs"
    NUMBER_GIVEN = "number_given"
    DUPLICATE_NAME = "duplicate_name"
    SAME_NAME = "same_name"
    SPACE_COUNT_DIFFERS = "space_count_differs"
    NO_HAZARD = "no_hazard"
    EXAMPLE_ROW = "example_row"
    TOTAL_ROW = "total_row"


WARNINGS = frozenset(list(RowFault)[list(RowFault).index(RowFault.FORMULA) :])

ROW_WORDS: Mapping[RowFault, Text] = {
    RowFault.MISSING: Text("没有填写，必须填写。", "Must not be empty."),
    RowFault.TOO_LONG: Text("超过 %(limit)s 个字，请删短。", "Has more than %(limit)s characters; shorten it."),
    RowFault.CELL_ERROR: Text(
        "单元格显示 %(found)s，是公式出错。请直接填写内容。", "The cell shows %(found)s; type the content itself."
    ),
    RowFault.FORMULA_WITHOUT_VALUE: Text(
        "单元格是公式，文件里没有保存结果。请复制后“粘贴为值”。",
        "The cell is a formula without a saved result; paste it as a value.",
    ),
    RowFault.CREDIT_CODE_LENGTH: Text(
        "统一社会信用代码应为 18 位，这里是 %(count)s 位。", "A credit code has 18 characters, this one %(count)s."
    ),
    RowFault.CREDIT_CODE_ALPHABET: Text(
        "统一社会信用代码里有不允许的字符：%(found)s（不使用字母 I、O、S、V、Z）。%(hint)s",
        "The credit code holds characters that are not allowed: %(found)s (never I, O, S, V, Z). %(hint)s",
    ),
    RowFault.CREDIT_CODE_AREA: Text(
        "统一社会信用代码第 3 至 8 位应为数字。%(hint)s", "Places 3 to 8 of a credit code are digits. %(hint)s"
    ),
    RowFault.CREDIT_CODE_CHECK: Text(
        "统一社会信用代码的校验位不对，至少有一位填错了。请对照营业执照核对。%(hint)s",
        "The check digit of the credit code is wrong; compare it with the licence. %(hint)s",
    ),
    RowFault.CREDIT_CODE_NUMBER: Text(
        "单元格是数字格式，Excel 只保留前 15 位，后几位已经丢失。请把这一列设为“文本”格式后重新填写。",
        "The cell is a number: Excel has dropped all but 15 digits. Format the column as text and type the code again.",
    ),
    RowFault.TOWN_UNKNOWN: Text("不认识这个镇街。%(hint)s", "Unknown town. %(hint)s"),
    RowFault.TOWN_AMBIGUOUS: Text(
        "有几个同名的镇街：%(found)s。请写全称。", "Several towns have this name: %(found)s."
    ),
    RowFault.WORD_UNKNOWN: Text("不认识“%(found)s”。%(hint)s", "Unknown word: %(found)s. %(hint)s"),
    RowFault.PHONE_SHAPE: Text(
        "不是电话号码。请填 11 位手机号，或带区号的固定电话。",
        "Not a phone number: 11 digits, or a landline with area code.",
    ),
    RowFault.NOT_A_COUNT: Text("应为整数。", "Must be a whole number."),
    RowFault.COUNT_RANGE: Text("应在 %(low)s 到 %(high)s 之间。", "Must lie between %(low)s and %(high)s."),
    RowFault.NOT_A_LENGTH: Text("不是长度。请填数字（米），如 3.5。", "Not a length: write metres, such as 3.5."),
    RowFault.LENGTH_RANGE: Text("应大于 0，且不超过 %(high)s。", "Must be above 0 and at most %(high)s."),
    RowFault.NOT_A_VOLUME: Text(
        "不是容积。请填数字（立方米），如 84。", "Not a volume: write cubic metres, such as 84."
    ),
    RowFault.NOT_A_PLACE: Text(
        "不是经纬度。请填度数，如 121.546821。", "Not a coordinate: write degrees, such as 121.546821."
    ),
    RowFault.PLACE_OUTSIDE: Text("这个位置不在国内，请核对。", "This place is outside China."),
    RowFault.PLACE_HALF: Text("经度和纬度要一起填。", "Longitude and latitude belong together."),
    RowFault.PLACE_SWAPPED: Text("经度和纬度像是填反了。", "Longitude and latitude seem to be swapped."),
    RowFault.NOT_A_DATE: Text("不是日期。请填如 2026-05-01。", "Not a date: write it like 2026-05-01."),
    RowFault.DATE_FUTURE: Text("日期在今天之后，请核对。", "The date lies in the future."),
    RowFault.CLASS_MISSING: Text(
        "没有填写有限空间类型，从名称也看不出来。%(hint)s",
        "The class is missing and the name does not tell it. %(hint)s",
    ),
    RowFault.CLASS_CONTRADICTS: Text(
        "“%(kind)s”不属于所填的有限空间类型，请核对。", "%(kind)s is not of the class that was given."
    ),
    RowFault.ISOLATION_KIND_MISSING: Text(
        "已隔离的空间必须填写物理隔离方式。", "An isolated space needs its kind of isolation."
    ),
    RowFault.DUPLICATE_CODE: Text(
        "与第 %(rows)s 行的统一社会信用代码相同。请只留一行。", "Same credit code as row %(rows)s; keep one."
    ),
    RowFault.DUPLICATE_NUMBER: Text(
        "与第 %(rows)s 行的有限空间编号相同。同一企业内编号不能重复。", "Same space number as row %(rows)s."
    ),
    RowFault.ENTERPRISE_CONFLICT: Text(
        "同一统一社会信用代码，这里与第 %(other_row)s 行（%(other)s）不一致。请改成一致。",
        "The same credit code has another value in row %(other_row)s (%(other)s).",
    ),
    RowFault.TOWN_OUTSIDE: Text("%(found)s不在您的辖区，不能导入。", "%(found)s is not in your territory."),
    RowFault.TOWN_MOVES: Text(
        "企业现在登记在%(found)s，换镇街请由区应急管理局办理。",
        "The enterprise is registered in %(found)s; the district bureau moves it.",
    ),
    RowFault.CODE_ELSEWHERE: Text(
        "这个统一社会信用代码已登记在其他镇街，请联系区应急管理局。",
        "The credit code is registered in another town; ask the district bureau.",
    ),
    RowFault.SPACE_RETIRED: Text(
        "编号“%(found)s”的有限空间已经停用，不能再用这个编号。",
        "The space numbered %(found)s is out of use; take another number.",
    ),
    RowFault.COMPANION_STOPPED: Text(
        "同一企业的第 %(rows)s 行有错误，这家企业整体暂不写入。",
        "Row %(rows)s of the same enterprise has an error, so none of it is taken over.",
    ),
    RowFault.FORMULA: Text(
        "单元格是公式，取的是文件里保存的结果。", "The cell is a formula; its saved result was taken."
    ),
    RowFault.TOWN_PREFIX: Text("按“%(found)s”识别，请核对。", "Taken as %(found)s."),
    RowFault.PHONE_NO_AREA: Text("固定电话没有区号。", "The landline has no area code."),
    RowFault.PHONE_SEVERAL: Text("有几个号码，只取了第一个。", "There are several numbers; the first was taken."),
    RowFault.UNIT_ASSUMED: Text(
        "没有写单位，按米计为 %(found)s 米，偏大，请核对。", "No unit; taken as %(found)s m, which is much."
    ),
    RowFault.APPROXIMATE: Text("写的是大约数，按 %(found)s 计。", "An approximate number; taken as %(found)s."),
    RowFault.VOLUME_DISAGREES: Text(
        "容积与长×宽×深（约 %(found)s 立方米）相差很大，请核对。",
        "The volume is far from length × width × depth (about %(found)s m³).",
    ),
    RowFault.CLASS_GUESSED: Text(
        "没有填写类型，按名称判断为“%(found)s”，请核对。", "No class; taken from the name: %(found)s."
    ),
    RowFault.KIND_UNKNOWN: Text("不认识具体类型“%(found)s”，没有采用。", "Unknown kind %(found)s; left out."),
    RowFault.MOVED_TO_CONSEQUENCES: Text(
        "“%(found)s”是后果，已归入“可能后果”。", "%(found)s is a consequence and was put there."
    ),
    RowFault.MOVED_TO_HAZARDS: Text(
        "“%(found)s”是危险有害因素，已归入该栏。", "%(found)s is a hazard and was put there."
    ),
    RowFault.ENTERPRISE_DIFFERS: Text(
        "与同一企业第 %(other_row)s 行不一致，以第 %(other_row)s 行为准。",
        "Differs from row %(other_row)s of the same enterprise, which is taken.",
    ),
    RowFault.NUMBER_GIVEN: Text("没有编号，编为 %(found)s。", "No number; numbered %(found)s."),
    RowFault.DUPLICATE_NAME: Text(
        "与第 %(rows)s 行的有限空间名称相同，请确认不是同一个。",
        "Same space name as row %(rows)s; is it another space?",
    ),
    RowFault.SAME_NAME: Text(
        "与第 %(rows)s 行的企业名称相同，但统一社会信用代码不同，请核对。",
        "Same enterprise name as row %(rows)s with another code.",
    ),
    RowFault.SPACE_COUNT_DIFFERS: Text(
        "填写的有限空间数量是 %(found)s，表里有 %(count)s 个。",
        "The count given is %(found)s, the file lists %(count)s.",
    ),
    RowFault.NO_HAZARD: Text("没有危险有害因素。台账必须写明，请补充。", "No hazards; the ledger must name them."),
    RowFault.EXAMPLE_ROW: Text("这是模板里的示例行，已跳过。", "The example row of the form; skipped."),
    RowFault.TOTAL_ROW: Text("这是合计行，已跳过。", "A row of totals; skipped."),
}


def _hints(facts: Mapping[str, Any]) -> tuple[str, str]:
    if facts.get("alike"):
        return f"是不是：{facts['alike']}？", f"Did you mean {facts['alike']}?"
    return (f"可填：{facts['known']}。", f"Known: {facts['known']}.") if facts.get("known") else ("", "")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One fault of one row: where it stands, what was found there (phones masked), and what to do."""

    row: int
    field: str
    column: str
    shown: str
    fault: RowFault
    facts: Mapping[str, Any] = attribute(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable code of the fault."""
        return self.fault.value

    @property
    def severity(self) -> Severity:
        """Whether the fault stops the row."""
        return Severity.WARNING if self.fault in WARNINGS else Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether the fault stops the row."""
        return self.fault not in WARNINGS

    @property
    def of_space(self) -> bool:
        """Whether the fault stands in a column of the space and not of the enterprise."""
        return bool(self.field) and Field(self.field).of_space

    @property
    def text(self) -> Text:
        """The sentence in both languages, with its places filled."""
        words, (zh, en) = ROW_WORDS[self.fault], _hints(self.facts)
        return Text((words.zh % {"hint": zh, **self.facts}).strip(), (words.en % {"hint": en, **self.facts}).strip())

    def as_json(self) -> dict[str, Any]:
        """Return the problem as it is stored."""
        return {
            "row": self.row,
            "field": self.field,
            "column": self.column,
            "shown": self.shown,
            "code": self.code,
            "severity": self.severity.value,
            "facts": dict(self.facts),
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> RowProblem:
        """Return the problem that was stored. Raises: KeyError, ValueError for what is none."""
        fault = RowFault(stored["code"])
        return RowProblem(
            stored["row"], stored["field"], stored["column"], stored["shown"], fault, dict(stored["facts"])
        )
