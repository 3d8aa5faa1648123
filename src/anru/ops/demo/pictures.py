"""Drawn pictures for the demonstration district, so that no photograph of a real place is needed.

Each is marked 演示 in a corner; a drawn picture must never be taken for evidence.
"""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (1280, 960)
Box = tuple[float, float, float, float]


def draw_picture(kind: str, seed: int, font_path: Path, target: Path) -> None:
    """A JPEG of the named kind of scene lies at `target`; the same seed gives the same picture."""
    dice = random.Random(f"{kind}-{seed}")  # noqa: S311 - pictures, not secrets
    image = _ground(dice)
    draw = ImageDraw.Draw(image)
    scene = SCENES.get(kind, _paper)
    scene(draw, dice, font_path)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    draw = ImageDraw.Draw(image)
    draw.text((24, SIZE[1] - 52), "演示图片", font=_font(font_path, 28), fill=(255, 255, 255))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Anru", "Demo"
    image.save(target, "JPEG", quality=82, exif=exif)


def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def _ground(dice: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (0, 0, 0))
    draw = ImageDraw.Draw(image)
    top = dice.choice([(176, 201, 222), (200, 210, 216), (164, 188, 204)])
    floor = dice.choice([(128, 128, 122), (146, 140, 130), (116, 122, 120)])
    horizon = 330 + dice.randint(-30, 40)
    for y in range(SIZE[1]):
        base, factor = (top, 1 - y / horizon * 0.15) if y < horizon else (floor, 0.75 + (y - horizon) / 2600)
        draw.line([(0, y), (SIZE[0], y)], fill=tuple(int(c * factor) for c in base))
    wall = dice.choice([(214, 208, 196), (190, 196, 198), (206, 190, 170)])
    draw.rectangle((0, horizon - 190, SIZE[0], horizon), fill=wall)
    for x in range(40, SIZE[0], 210):
        draw.rectangle((x, horizon - 150, x + 110, horizon - 70), fill=(112, 140, 156), outline=(90, 100, 108), width=4)
    for _ in range(400):
        x, y = dice.randint(0, SIZE[0]), dice.randint(horizon, SIZE[1])
        shade = dice.randint(-14, 14)
        draw.rectangle((x, y, x + 3, y + 2), fill=tuple(max(0, c + shade) for c in floor))
    return image


def _board(draw: ImageDraw.ImageDraw, at: tuple[int, int], lines: list[str], font_path: Path, colour: str) -> None:
    x, y = at
    draw.rectangle((x + 120, y + 150, x + 140, y + 420), fill=(110, 112, 116))
    draw.rounded_rectangle((x, y, x + 260, y + 190), 12, fill=colour, outline=(30, 30, 30), width=5)
    for number, line in enumerate(lines):
        size = 44 if number == 0 else 28
        width = draw.textlength(line, font=_font(font_path, size))
        fill = (20, 20, 20) if colour == "#f2c230" else (255, 255, 255)
        draw.text((x + 130 - width / 2, y + 18 + number * 56), line, font=_font(font_path, size), fill=fill)


def _rails(draw: ImageDraw.ImageDraw, box: Box) -> None:
    left, top, right, bottom = box
    yellow = (236, 186, 32)
    for x in range(int(left), int(right) + 1, 92):
        draw.rectangle((x, top, x + 10, bottom), fill=yellow)
    for y in (top, (top + bottom) / 2):
        draw.rectangle((left, y, right + 10, y + 11), fill=yellow)


def _pool(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    draw.polygon([(180, 560), (1100, 540), (1240, 820), (60, 850)], fill=(96, 100, 98))
    draw.polygon([(220, 585), (1070, 568), (1180, 795), (120, 822)], fill=(58, 74, 62))
    for _ in range(60):
        x, y = dice.randint(200, 1080), dice.randint(600, 800)
        draw.line([(x, y), (x + dice.randint(20, 90), y)], fill=(80, 98, 82), width=2)
    _rails(draw, (70, 700, 1230, 880))
    _board(draw, (120 + dice.randint(0, 60), 250), ["危险", "有限空间", "未经审批严禁进入"], font_path, "#f2c230")


def _cover(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    draw.ellipse((430, 560, 900, 800), fill=(70, 72, 74), outline=(40, 40, 42), width=8)
    for x in range(490, 850, 44):
        draw.rounded_rectangle((x, 620, x + 18, 742), 8, fill=(26, 26, 28))
    draw.rounded_rectangle((628, 766, 704, 838), 10, fill=(198, 160, 60), outline=(90, 70, 20), width=4)
    draw.arc((640, 720, 692, 796), 180, 360, fill=(180, 180, 186), width=10)
    _board(
        draw,
        (960, 300 + dice.randint(-20, 20)),
        ["有限空间", "先通风再检测", "未经审批严禁入内"],
        font_path,
        "#f2c230",
    )


def _notice(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    x, y = 240 + dice.randint(-40, 40), 210
    draw.rounded_rectangle((x, y, x + 800, y + 560), 16, fill=(250, 250, 246), outline=(24, 88, 140), width=10)
    draw.rectangle((x, y, x + 800, y + 96), fill=(24, 88, 140))
    draw.text((x + 170, y + 18), "有限空间安全风险告知牌", font=_font(font_path, 42), fill=(255, 255, 255))
    rows = [
        "空间名称：污水调节池",
        "主要危险：硫化氢中毒、缺氧窒息、淹溺",
        "作业要求：先通风、再检测、后作业",
        "严禁盲目施救  报警电话 119 / 120",
    ]
    for number, row in enumerate(rows):
        draw.text((x + 50, y + 140 + number * 92), row, font=_font(font_path, 34), fill=(30, 34, 40))


def _gear(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    draw.polygon([(300, 820), (470, 360), (640, 820)], outline=(196, 200, 206), width=16)
    draw.line([(470, 360), (470, 800)], fill=(210, 120, 40), width=7)
    draw.rounded_rectangle((720, 560, 900, 800), 26, fill=(222, 120, 30), outline=(60, 60, 60), width=6)
    draw.ellipse((760, 610, 860, 710), fill=(40, 44, 48))
    draw.rounded_rectangle((960, 620, 1080, 800), 18, fill=(38, 92, 150), outline=(20, 40, 70), width=5)
    draw.rectangle((984, 648, 1056, 700), fill=(190, 220, 190))
    for number, text in enumerate(["三脚架", "送风机", "四合一检测仪"]):
        draw.text((400 + number * 290, 836), text, font=_font(font_path, 32), fill=(250, 250, 250))


def _people(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    for number in range(5):
        x = 190 + number * 200 + dice.randint(-20, 20)
        draw.ellipse((x, 430, x + 74, 504), fill=(232, 196, 168))
        draw.pieslice((x - 8, 404, x + 82, 492), 180, 360, fill=(236, 190, 40))
        draw.rounded_rectangle((x - 28, 510, x + 102, 760), 26, fill=(40, 78, 128))
        draw.rectangle((x - 28, 590, x + 102, 616), fill=(214, 226, 90))
    draw.rectangle((260, 220, 1020, 300), fill=(176, 34, 34))
    draw.text((330, 234), "有限空间安全培训与应急演练", font=_font(font_path, 44), fill=(255, 255, 255))


def _paper(draw: ImageDraw.ImageDraw, dice: random.Random, font_path: Path) -> None:
    draw.rectangle((300, 90, 980, 880), fill=(252, 252, 248), outline=(160, 160, 160), width=3)
    draw.text((430, 140), "有限空间作业管理制度", font=_font(font_path, 40), fill=(20, 20, 24))
    for number in range(13):
        width = dice.randint(360, 560)
        draw.rectangle((360, 240 + number * 42, 360 + width, 252 + number * 42), fill=(168, 170, 174))
    draw.ellipse((740, 690, 900, 850), outline=(206, 40, 40), width=8)
    draw.text((770, 752), "已盖章", font=_font(font_path, 34), fill=(206, 40, 40))


SCENES = {
    "pool": _pool,
    "cover": _cover,
    "notice": _notice,
    "gear": _gear,
    "people": _people,
    "paper": _paper,
}
