"""The columns of a space weighed against each other: class and kind, hazards and consequences, size and volume."""

from __future__ import annotations

from decimal import Decimal

from anru.registry.intake.fields import Field
from anru.registry.intake.lookups import Lookups, WordIndex
from anru.registry.intake.problems import RowFault
from anru.registry.intake.reading import SHOWN, Reading
from anru.registry.states import IsolationState

# A cone fills a quarter of its box, a slurry pit is rarely fuller than its box and a tenth.
_DIMENSIONS = (Field.SPACE_LENGTH, Field.SPACE_WIDTH, Field.SPACE_DEPTH)
_LEAST_FILLED, _MOST_FILLED = Decimal("0.15"), Decimal("1.1")


def judge_class(reading: Reading, lists: Lookups) -> None:
    """The row holds the class and kind of its space, or says why it does not."""
    class_text = reading.values.pop(Field.SPACE_CLASS, "")
    kind_text = reading.values.pop(Field.SPACE_SUB_TYPE, "")
    # 类型 often holds the kind (化粪池) and not the class.
    space_class = lists.classes.find(class_text) if class_text else ""
    kind = lists.sub_types.find(kind_text) if kind_text else ""
    if class_text and not space_class:
        from_class = lists.sub_types.find(class_text)
        if not from_class:
            suggested = lists.classes.suggested(class_text)
            reading.add(Field.SPACE_CLASS, RowFault.WORD_UNKNOWN, found=class_text[:SHOWN], **suggested)
            return
        kind = kind or from_class
    if kind_text and not kind:
        reading.add(Field.SPACE_SUB_TYPE, RowFault.KIND_UNKNOWN, found=kind_text[:SHOWN])
    implied = lists.sub_type_class.get(kind, "")
    if kind and space_class and implied and implied != space_class:
        reading.add(Field.SPACE_CLASS, RowFault.CLASS_CONTRADICTS, kind=lists.sub_types.word_of(kind))
    reading.values[Field.SPACE_SUB_TYPE] = kind
    reading.values[Field.SPACE_CLASS] = space_class or implied or _guessed_class(reading, lists)


def _guessed_class(reading: Reading, lists: Lookups) -> str:
    if reading.failed(Field.SPACE_CLASS):
        return ""
    kind = lists.sub_types.inside(reading.values.get(Field.SPACE_NAME, ""))
    guessed = lists.sub_type_class.get(kind, "")
    if not guessed:
        reading.add(Field.SPACE_CLASS, RowFault.CLASS_MISSING, **lists.classes.suggested(""))
        return ""
    reading.add(Field.SPACE_CLASS, RowFault.CLASS_GUESSED, found=lists.classes.word_of(guessed))
    reading.values[Field.SPACE_SUB_TYPE] = kind
    return guessed


def judge_hazards(reading: Reading, lists: Lookups) -> None:
    """The row holds hazards and consequences as codes, each in its own list whichever column it stood in."""
    hazards = _listed(reading, Field.SPACE_HAZARDS, lists.hazards, lists.consequences)
    consequences = _listed(reading, Field.SPACE_CONSEQUENCES, lists.consequences, lists.hazards)
    # A word in the wrong one of the two columns is kept: to drop a hazard silently could cost a life.
    reading.values[Field.SPACE_HAZARDS] = tuple(dict.fromkeys(hazards[0] + consequences[1]))
    reading.values[Field.SPACE_CONSEQUENCES] = tuple(dict.fromkeys(consequences[0] + hazards[1]))
    if not reading.values[Field.SPACE_HAZARDS] and not reading.failed(Field.SPACE_HAZARDS):
        reading.add(Field.SPACE_HAZARDS, RowFault.NO_HAZARD)


def _listed(
    reading: Reading, field: Field, own: WordIndex, other: WordIndex
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = reading.values.pop(field, "")
    if not text:
        return (), ()
    codes, unknown = own.find_many(text)
    moved: list[str] = []
    for word in unknown:
        code = other.find(word)
        if code:
            moved.append(code)
            to_consequences = field is Field.SPACE_HAZARDS
            fault = RowFault.MOVED_TO_CONSEQUENCES if to_consequences else RowFault.MOVED_TO_HAZARDS
            reading.add(field, fault, found=word[:SHOWN])
        else:
            reading.add(field, RowFault.WORD_UNKNOWN, found=word[:SHOWN], **own.suggested(word))
    return codes, tuple(moved)


def judge_dimensions(reading: Reading) -> None:
    """The row holds its dimensions, from their columns or from one text; the volume is weighed against them."""
    values = reading.values
    for field, side in zip(_DIMENSIONS, _sides(values.pop(Field.SPACE_SIZE, ())), strict=True):
        if side is not None and field not in values:
            values[field] = side
    length, width, depth = (values.get(field) for field in _DIMENSIONS)
    volume = values.get(Field.SPACE_VOLUME)
    if volume is None or length is None or width is None or depth is None:
        return
    box: Decimal = length * width * depth
    if box > 0 and not box * _LEAST_FILLED <= volume <= box * _MOST_FILLED:
        reading.add(Field.SPACE_VOLUME, RowFault.VOLUME_DISAGREES, found=str(box.quantize(Decimal("0.01"))))


def _sides(size: tuple[Decimal, ...]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    if len(size) == 3:
        return size[0], size[1], size[2]
    # Two numbers are a diameter and a depth.
    return (None, size[0], size[1]) if len(size) == 2 else (None, None, None)


def judge_isolation(reading: Reading) -> None:
    """An isolation that stands has a kind, or the row says that it is missing."""
    kind = Field.SPACE_ISOLATION_KIND
    stands = reading.values.get(Field.SPACE_ISOLATION_STATE) == IsolationState.IN_PLACE
    if stands and not reading.values.get(kind) and not reading.failed(kind):
        reading.add(kind, RowFault.ISOLATION_KIND_MISSING)
