"""Pictures, good and hostile, built byte by byte: each with what must become of it."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageDraw

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Case:
    """A file and its fate: one of the codes, or "" for read; `told` must be among the findings."""

    make: Callable[[], bytes]
    codes: tuple[str, ...] = ("",)
    told: dict[str, Any] = field(default_factory=dict)


def scene(width: int = 640, height: int = 480, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """Return a drawn picture with edges, surfaces and a mark in its upper left corner."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (width, height), (90, 120, 150))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top = dice.randrange(width), dice.randrange(height)
        colour = tuple(dice.randrange(256) for _ in range(3))
        draw.rectangle((left, top, left + dice.randrange(10, 120), top + dice.randrange(10, 90)), fill=colour)
    draw.rectangle((0, 0, width // 4, height // 4), fill=(250, 10, 10))
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the bytes of a picture."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(scene(), "JPEG", quality=88, **options)


def png(mode: str = "RGB", **options: Any) -> bytes:
    return saved(scene(mode=mode), "PNG", **options)


def webp(**options: Any) -> bytes:
    return saved(scene(), "WEBP", **options)


def heic(**options: Any) -> bytes:
    return saved(scene(), "HEIF", **options)


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def raw_png(width: int, height: int, body: bytes, *, colour: int = 0, depth: int = 8, before: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zeros_packed(size: int) -> bytes:
    """Return `size` zeros, packed: one packed million, said as often as it takes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    million = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, zlib.DEFLATED, -15)
    last = rest.compress(bytes(size % 1_000_000)) + rest.flush()
    return b"\x78\x9c" + million * (size // 1_000_000) + last + struct.pack(">I", size % 65_521 << 16 | 1)


def small_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
        archive.writestr("Evil.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


def animated(kind: str) -> bytes:
    frames = [scene(seed=number) for number in range(3)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def grey16() -> bytes:
    ramp = Image.linear_gradient("L").resize((300, 200))
    return saved(
        Image.frombytes("I;16", ramp.size, b"".join(struct.pack("<H", step * 257) for step in ramp.tobytes())), "PNG"
    )


def rgb16() -> bytes:
    row = b"\0" + b"".join(struct.pack(">HHH", x * 600 % 65_536, 30_000, 65_535 - x * 600 % 65_536) for x in range(100))
    return raw_png(100, 80, zlib.compress(row * 80), colour=2, depth=16)


def patched(content: bytes, place: int, change: bytes) -> bytes:
    return content[:place] + change + content[place + len(change) :]


def jpeg_of_size(width: int, height: int) -> bytes:
    content = jpeg()
    place = content.index(b"\xff\xc0") + 5
    return patched(content, place, struct.pack(">HH", height, width))


def exif_block(body: bytes) -> bytes:
    content = jpeg()
    block = b"Exif\0\0" + body
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + content[2:]


def exif_loop() -> bytes:
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return exif_block(b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8))


def exif_huge_count() -> bytes:
    entry = struct.pack("<HHII", 0x010F, 2, 0xFFFFFFF0, 26)
    return exif_block(b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 0))


def noisy(content: bytes, seed: int) -> bytes:
    """Return the file with 200 bytes of its body changed."""
    dice = random.Random(seed)
    out = bytearray(content)
    for _ in range(200):
        out[dice.randrange(600, len(out))] = dice.randrange(256)
    return bytes(out)


def webp_canvas() -> bytes:
    body = webp()[12:]
    head = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xfe\x3f\0" + b"\xfe\x3f\0"
    anim = b"ANIM" + struct.pack("<I", 6) + bytes(6)
    frame = bytes(6) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little") + bytes(4) + body
    content = b"WEBP" + head + anim + b"ANMF" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(content)) + content


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def large(kind: str, width: int, height: int, **options: Any) -> bytes:
    noise = Image.effect_noise((width // 8, height // 8), 60).resize((width, height))
    slope = Image.linear_gradient("L").resize((width, height))
    return saved(Image.merge("RGB", (noise, slope, slope.rotate(180))), kind, **options)


def mpo() -> bytes:
    return saved(scene(), "MPO", save_all=True, append_images=[scene(seed=9)])


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(document.cookie)</script></html>"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(2_000)
BROKEN = ("broken_picture", "truncated")

PICTURES: dict[str, Case] = {
    "jpeg": Case(jpeg, told={"colour": "RGB", "exif": "missing"}),
    "jpeg-progressive": Case(lambda: jpeg(progressive=True)),
    "jpeg-cmyk": Case(lambda: saved(scene(mode="CMYK"), "JPEG"), told={"colour": "CMYK"}),
    "jpeg-grey": Case(lambda: saved(scene(mode="L"), "JPEG"), told={"colour": "L"}),
    "jpeg-colour-profile": Case(lambda: jpeg(icc_profile=srgb_profile()), told={"colour_profile": "converted"}),
    "jpeg-garbage-profile": Case(lambda: jpeg(icc_profile=b"\0" * 4_000), told={"colour_profile": "ignored"}),
    "jpeg-then-jar": Case(lambda: jpeg() + small_zip(), told={"trailing_kind": "zip", "carries": ["zip"]}),
    "jpeg-then-html": Case(lambda: jpeg() + HTML, told={"trailing_kind": "html", "carries": ["html"]}),
    "jpeg-then-pdf": Case(lambda: jpeg() + b"%PDF-1.4 ...", told={"trailing_kind": "pdf", "carries": ["pdf"]}),
    "jpeg-then-film": Case(lambda: jpeg() + FILM, told={"trailing_kind": "film"}),
    "jpeg-comment-php": Case(lambda: jpeg(comment=b"<?php system($_GET[1]); ?>"), told={"carries": ["php"]}),
    "jpeg-comment-svg": Case(lambda: jpeg(comment=SVG), told={"carries": ["html", "svg"]}),
    "jpeg-two-pictures": Case(mpo, told={"frames": 2, "animated": False}),
    "jpeg-half": Case(lambda: jpeg()[: len(jpeg()) // 2], ("truncated",)),
    "jpeg-head-alone": Case(lambda: jpeg()[:400], BROKEN),
    "jpeg-three-bytes": Case(lambda: b"\xff\xd8\xff", BROKEN),
    "jpeg-65500-squared": Case(lambda: jpeg_of_size(65_500, 65_500), ("too_many_pixels",)),
    "jpeg-just-above-limit": Case(lambda: jpeg_of_size(5_001, 5_000), ("too_many_pixels",)),
    "jpeg-no-height": Case(lambda: jpeg_of_size(640, 0), BROKEN),
    "jpeg-exif-loop": Case(exif_loop),
    "jpeg-exif-huge-count": Case(exif_huge_count),
    "jpeg-exif-garbage": Case(lambda: exif_block(random.Random(3).randbytes(500))),
    "jpeg-noise-1": Case(lambda: noisy(jpeg(), 1), ("", *BROKEN)),
    "jpeg-noise-2": Case(lambda: noisy(jpeg(), 2), ("", *BROKEN)),
    "jpeg-25-megapixels": Case(lambda: large("JPEG", 5_000, 5_000, quality=60)),
    "jpeg-25-megapixels-progressive": Case(lambda: large("JPEG", 5_000, 5_000, quality=60, progressive=True)),
    "png": Case(png),
    "png-16-bit-grey": Case(grey16),
    "png-16-bit-colour": Case(rgb16),
    "png-palette": Case(lambda: png("P"), told={"colour": "P"}),
    "png-one-bit": Case(lambda: png("1")),
    "png-alpha": Case(lambda: png("RGBA"), told={"colour": "RGBA"}),
    "png-grey-alpha": Case(lambda: png("LA")),
    "png-animated": Case(lambda: animated("PNG"), told={"animated": True, "frames": 3}),
    "png-900-megapixels": Case(lambda: raw_png(30_000, 30_000, zeros_packed(900_030_000)), ("too_many_pixels",)),
    "png-giant-sides": Case(lambda: raw_png(0x7FFFFFFF, 0x7FFFFFFF, b""), ("too_many_pixels",)),
    "png-25-megapixels-of-nothing": Case(lambda: raw_png(5_000, 5_000, zeros_packed(100_005_000), colour=6)),
    "png-needle": Case(lambda: raw_png(1, 60_000, zeros_packed(120_000))),
    "png-small-with-much-data": Case(lambda: raw_png(8, 8, zeros_packed(300_000_000))),
    "png-no-size": Case(lambda: raw_png(0, 0, zlib.compress(b"")), BROKEN),
    "png-half": Case(lambda: png()[: len(png()) // 2], BROKEN),
    "png-wrong-head-checksum": Case(lambda: patched(png(), 29, b"\0\0\0\0"), BROKEN),
    "png-damaged-body": Case(lambda: patched(png(), len(png()) // 2, b"\1\2\3\4"), BROKEN),
    "png-text-bomb": Case(
        lambda: raw_png(8, 8, zlib.compress(bytes(72)), before=chunk(b"zTXt", b"c\0\0" + zeros_packed(200_000_000))),
        ("", *BROKEN),
    ),
    "png-profile-bomb": Case(
        lambda: raw_png(8, 8, zlib.compress(bytes(72)), before=chunk(b"iCCP", b"c\0\0" + zeros_packed(200_000_000))),
        ("", *BROKEN),
    ),
    "png-then-html": Case(lambda: png() + HTML, told={"trailing_kind": "html", "carries": ["html"]}),
    "png-then-zip": Case(lambda: png() + small_zip(), told={"trailing_kind": "zip", "carries": ["zip"]}),
    "webp": Case(webp),
    "webp-lossless-alpha": Case(lambda: saved(scene(mode="RGBA"), "WEBP", lossless=True)),
    "webp-animated": Case(lambda: animated("WEBP"), told={"animated": True, "frames": 3}),
    "webp-half": Case(lambda: webp()[: len(webp()) // 2], BROKEN),
    "webp-giant-canvas": Case(webp_canvas, ("too_many_pixels",)),
    "webp-13-megapixels": Case(lambda: large("WEBP", 4_160, 3_120, quality=50, method=0)),
    "webp-above-its-limit": Case(lambda: large("WEBP", 4_168, 3_120, quality=50, method=0), ("too_many_pixels",)),
    "webp-then-zip": Case(lambda: webp() + small_zip(), ("", *BROKEN), {}),
    "heic": Case(heic),
    "heic-alpha": Case(lambda: saved(scene(mode="RGBA"), "HEIF")),
    "heic-half": Case(lambda: heic()[: len(heic()) // 2], BROKEN),
    "heic-head-alone": Case(lambda: heic()[:64], BROKEN),
    "heic-then-zip": Case(lambda: heic() + small_zip(), told={"carries": ["zip"], "trailing_kind": "zip"}),
    "heic-24-megapixels": Case(lambda: large("HEIF", 6_000, 4_000, quality=50, enc_params={"preset": "ultrafast"})),
    "heic-noise": Case(lambda: noisy(heic(), 5), ("", *BROKEN)),
    "avif": Case(lambda: saved(scene(), "AVIF"), ("picture_format",)),
    "gif": Case(lambda: saved(scene(mode="P"), "GIF"), ("picture_format",)),
    "gifar": Case(lambda: saved(scene(mode="P"), "GIF") + small_zip(), ("picture_format",)),
    "gif-that-is-script": Case(lambda: b"GIF89a=1;alert(1)//", ("picture_format",)),
    "bmp": Case(lambda: saved(scene(), "BMP"), ("picture_format",)),
    "tiff": Case(lambda: saved(scene(), "TIFF"), ("picture_format",)),
    "ico": Case(lambda: saved(scene(), "ICO"), ("picture_format",)),
    "jpeg-2000": Case(lambda: saved(scene(), "JPEG2000"), ("picture_format",)),
    "photoshop": Case(lambda: b"8BPS\0\1" + bytes(400), ("picture_format",)),
    "postscript": Case(lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n", ("picture_format",)),
    "svg": Case(lambda: SVG, ("svg",)),
    "svg-with-declaration": Case(lambda: b'<?xml version="1.0"?>\n<!-- x -->\n' + SVG, ("svg",)),
    "svg-utf16": Case(lambda: b"\xff\xfe" + SVG.decode().encode("utf-16-le"), ("svg",)),
    "html": Case(lambda: HTML, ("web_page",)),
    "html-with-mark": Case(lambda: b"\xef\xbb\xbf\n  <!DOCTYPE html><title>x</title>", ("web_page",)),
    "html-utf16": Case(lambda: b"\xff\xfe" + HTML.decode().encode("utf-16-le"), ("web_page",)),
    "film-mp4": Case(lambda: FILM, ("video",)),
    "film-webm": Case(lambda: b"\x1aE\xdf\xa3" + bytes(300), ("video",)),
    "film-avi": Case(lambda: b"RIFF\x10\0\0\0AVI LIST" + bytes(300), ("video",)),
}
