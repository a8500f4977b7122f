#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the sample pictures of tests/image and beside each NAME the pixels NAME.raw that it holds.

Needs numpy, Pillow and tifffile. Pictures of lossless formats get the pixels that were put in, those
of lossy ones what Pillow decodes. pictures.txt lists name, width, height, mode and the greatest
difference allowed in a byte.
"""
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

HERE = Path(__file__).parent
W, H = 13, 7
LISTING = []


def ramp(channels, height=H, width=W, seed=0):
    """Smooth, but with no two equal rows or columns; every channel differs."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * (7 + 6 * c) + y * (23 - 5 * c) + 31 * c + seed) % 256 for c in range(channels)]
    array = np.stack(planes, axis=-1).astype(np.uint8)
    return array[..., 0] if channels == 1 else array


def put(name, data, pixels, mode, tolerance=0):
    (HERE / name).write_bytes(data)
    (HERE / (name + ".raw")).write_bytes(np.ascontiguousarray(pixels).tobytes())
    LISTING.append(f"{name} {pixels.shape[1]} {pixels.shape[0]} {mode} {tolerance}\n")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(data, mode):
    return np.array(Image.open(io.BytesIO(data)).convert(mode))


# PNG, written here so that every kind can be made.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, extra=b"", interlace=0, pieces=1):
    stream = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    size = (len(stream) + pieces - 1) // pieces
    idat = b"".join(chunk(b"IDAT", stream[i:i + size]) for i in range(0, len(stream), size))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + idat + chunk(b"IEND", b""))


def packed(array, depth):
    rows = []
    for row in array:
        bits = "".join(format(int(v), f"0{depth}b") for v in row)
        bits += "0" * (-len(bits) % 8)
        rows.append(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


def make_png():
    for name, colour, channels, mode in (("grey8", 0, 1, "L"), ("la8", 4, 2, "LA"),
                                         ("rgb8", 2, 3, "RGB"), ("rgba8", 6, 4, "RGBA")):
        array = ramp(channels)
        rows = [row.tobytes() for row in array]
        put(name + ".png", png(W, H, 8, colour, rows, pieces=3), array, mode)
    for depth in (1, 2, 4):
        array = ramp(1) % (1 << depth)
        put(f"grey{depth}.png", png(W, H, depth, 0, packed(array, depth)),
            (array * (255 // ((1 << depth) - 1))).astype(np.uint8), "L")
    wide = ramp(1).astype(np.uint16) * 251 + 5
    put("grey16.png", png(W, H, 16, 0, [row.astype(">u2").tobytes() for row in wide]),
        wide.astype("<u2"), "I;16")
    for name, colour, channels, mode in (("la16", 4, 2, "LA"), ("rgb16", 2, 3, "RGB"),
                                         ("rgba16", 6, 4, "RGBA")):
        wide = ramp(channels).astype(np.uint16) * 256 + 200
        put(name + ".png", png(W, H, 16, colour, [row.astype(">u2").tobytes() for row in wide]),
            (wide >> 8).astype(np.uint8), mode)
    palette = np.array([[i * 16, 255 - i * 9, i * 5] for i in range(16)], np.uint8)
    plte = chunk(b"PLTE", palette.tobytes())
    index = ramp(1) % 16
    put("palette.png", png(W, H, 4, 3, packed(index, 4), plte), palette[index], "RGB")
    alpha = np.full(16, 255, np.uint8)
    alpha[:3] = (0, 77, 200)
    trns = chunk(b"tRNS", alpha[:3].tobytes())
    put("palette_alpha.png", png(W, H, 8, 3, packed(index, 8), plte + trns),
        np.dstack([palette[index], alpha[index]]), "RGBA")
    rgb = ramp(3)
    key = rgb[2, 3]
    clear = (rgb == key).all(axis=-1)
    put("rgb_key.png", png(W, H, 8, 2, [row.tobytes() for row in rgb],
                           chunk(b"tRNS", struct.pack(">HHH", *map(int, key)))),
        np.dstack([rgb, np.where(clear, 0, 255).astype(np.uint8)]), "RGBA")
    grey = ramp(1)
    put("grey_key.png", png(W, H, 8, 0, [row.tobytes() for row in grey],
                            chunk(b"tRNS", struct.pack(">H", int(grey[1, 1])))),
        np.dstack([grey, np.where(grey == grey[1, 1], 0, 255).astype(np.uint8)]), "LA")
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1))
    rows = [row.tobytes() for y, x, dy, dx in passes for row in rgb[y::dy, x::dx] if row.size]
    put("adam7.png", png(W, H, 8, 2, rows, interlace=1), rgb, "RGB")
    put("ancillary.png", png(W, H, 8, 2, [row.tobytes() for row in rgb],
                             chunk(b"gAMA", struct.pack(">I", 45455)) +
                             chunk(b"tEXt", b"Comment\0a sample") +
                             chunk(b"iCCP", b"bad\0\0not a profile") + chunk(b"vpAg", b"12345678")),
        rgb, "RGB")


def make_jpeg():
    smooth = Image.fromarray(ramp(3, 20, 30))
    for name, image, mode, options in (
            ("rgb.jpg", smooth, "RGB", {}),
            ("rgb444.jpg", smooth, "RGB", {"subsampling": 0}),
            ("progressive.jpg", smooth, "RGB", {"progressive": True}),
            ("restart.jpg", smooth, "RGB", {"restart_marker_blocks": 1}),
            ("grey.jpg", smooth.convert("L"), "L", {}),
            ("cmyk.jpg", smooth.convert("CMYK"), "RGB", {})):
        data = saved(image, "JPEG", quality=85, **options)
        put(name, data, decoded(data, mode), mode, 2)


def lzw(codes, bits):
    """GIF's LZW without compression: a clear code so often that codes never grow."""
    out, value, size = bytearray(), 0, 0
    clear = 1 << bits
    stream = []
    for i, code in enumerate(codes):
        if i % ((1 << bits) - 2) == 0:
            stream.append(clear)
        stream.append(int(code))
    stream.append(clear + 1)
    for code in stream:
        value |= code << size
        size += bits + 1
        while size >= 8:
            out.append(value & 255)
            value >>= 8
            size -= 8
    if size:
        out.append(value)
    blocks = b"".join(bytes([len(out[i:i + 255])]) + bytes(out[i:i + 255])
                      for i in range(0, len(out), 255))
    return bytes([bits]) + blocks + b"\0"


def gif(width, height, palette, frames, version=b"89a"):
    """frames: (left, top, index array, transparent index or None, interlaced, local palette)"""
    data = b"GIF" + version + struct.pack("<HHBBB", width, height, 0x80 | 3, 0, 0)
    data += palette.tobytes()
    for left, top, index, transparent, interlaced, local in frames:
        if transparent is not None:
            data += b"\x21\xf9\x04" + struct.pack("<BHB", 1, 5, transparent) + b"\0"
        h, w = index.shape
        flags = (0x40 if interlaced else 0) | (0x80 | 3 if local is not None else 0)
        data += b"\x2c" + struct.pack("<HHHHB", left, top, w, h, flags)
        data += local.tobytes() if local is not None else b""
        order = list(range(h))
        if interlaced:
            order = [*range(0, h, 8), *range(4, h, 8), *range(2, h, 4), *range(1, h, 2)]
        data += lzw(index[order].reshape(-1), 4)
    return data + b"\x3b"


def make_gif():
    palette = np.array([[i * 16, 255 - i * 9, i * 5] for i in range(16)], np.uint8)
    local = palette[::-1].copy()
    index = ramp(1) % 16
    put("plain.gif", gif(W, H, palette, [(0, 0, index, None, False, None)], b"87a"),
        palette[index], "RGB")
    tall = ramp(1, 19, 5) % 16
    put("interlaced.gif", gif(5, 19, palette, [(0, 0, tall, None, True, None)]), palette[tall],
        "RGB")
    put("clear.gif", gif(W, H, palette, [(0, 0, index, 3, False, None)]),
        np.dstack([palette[index], np.where(index == 3, 0, 255).astype(np.uint8)]), "RGBA")
    small = index[:3, :4]
    canvas = np.zeros((H, W, 4), np.uint8)
    canvas[2:5, 5:9, :3] = local[small]
    canvas[2:5, 5:9, 3] = 255
    put("part.gif", gif(W, H, palette, [(5, 2, small, None, False, local)]), canvas, "RGBA")
    put("animation.gif", gif(W, H, palette, [(0, 0, index, None, False, None),
                                             (1, 1, small, 2, False, None)]), palette[index], "RGB")


def bmp(width, height, depth, compression, data, palette=b"", masks=b"", core=False, header=40):
    if core:
        head = struct.pack("<IHHHH", 12, width, height, 1, depth)
    else:
        head = struct.pack("<IiiHHIIiiII", header, width, height, 1, depth, compression, len(data),
                           2835, 2835, 0, 0) + masks
        if header > 40:
            head = head[:header].ljust(header, b"\0")
    start = 14 + len(head) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) + head + palette + data


def padded(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


def make_bmp():
    rgb = ramp(3)
    up = rgb[::-1]
    bgr = padded([row[:, ::-1].tobytes() for row in up])
    put("rgb24.bmp", bmp(W, H, 24, 0, bgr), rgb, "RGB")
    put("core24.bmp", bmp(W, H, 24, 0, bgr, core=True), rgb, "RGB")
    put("topdown.bmp", bmp(W, -H, 24, 0, padded([row[:, ::-1].tobytes() for row in rgb])), rgb,
        "RGB")
    x = np.full((H, W, 1), 9, np.uint8)
    put("rgb32.bmp", bmp(W, H, 32, 0, np.dstack([up[..., ::-1], x]).tobytes()), rgb, "RGB")
    for depth in (1, 4, 8):
        n = 1 << depth
        palette = np.array([[(i * 37) % 256, (i * 91 + 13) % 256, 255 - i] for i in range(n)],
                           np.uint8)
        index = (ramp(1).astype(int) % n).astype(np.uint8)
        quads = np.dstack([palette[:, ::-1].reshape(1, n, 3), np.zeros((1, n, 1), np.uint8)])
        put(f"palette{depth}.bmp", bmp(W, H, depth, 0, padded(packed(index[::-1], depth)),
                                       quads.tobytes()), palette[index], "RGB")
        if depth == 4:
            put("core4.bmp", bmp(W, H, 4, 0, padded(packed(index[::-1], 4)),
                                 palette[:, ::-1].tobytes(), core=True), palette[index], "RGB")
    grey = b"".join(bytes([i, i, i, 0]) for i in range(256))
    put("grey.bmp", bmp(W, H, 8, 0, padded(packed(ramp(1)[::-1], 8)), grey), ramp(1), "L")
    for name, shifts, widths, masks in (("555", (10, 5, 0), (5, 5, 5), None),
                                        ("565", (11, 5, 0), (5, 6, 5), (0xF800, 0x7E0, 0x1F))):
        values = [rgb[..., c].astype(np.uint32) >> (8 - widths[c]) for c in range(3)]
        pixel = sum(values[c] << shifts[c] for c in range(3)).astype("<u2")
        expected = np.dstack([values[c] * 255 // ((1 << widths[c]) - 1) for c in range(3)])
        put(f"rgb{name}.bmp",
            bmp(W, H, 16, 3 if masks else 0, padded([row.tobytes() for row in pixel[::-1]]),
                masks=struct.pack("<III", *masks) if masks else b""), expected.astype(np.uint8),
            "RGB")
    rgba = ramp(4)
    put("rgba32.bmp", bmp(W, H, 32, 3, rgba[::-1].tobytes(), header=108,
                          masks=struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000)), rgba,
        "RGBA")
    # Run-length coding with every kind of code: runs, pixels as they are, a step, ends.
    palette = np.array([[i, 255 - i, (i * 7) % 256] for i in range(256)], np.uint8)
    quads = np.dstack([palette[:, ::-1].reshape(1, 256, 3), np.zeros((1, 256, 1), np.uint8)])
    index = np.zeros((3, 6), np.uint8)
    index[2] = 9
    index[1, :5] = (1, 2, 3, 4, 5)
    index[0, 4:] = 200
    runs = bytes([6, 9, 0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0, 2, 4, 0, 2, 200, 0, 1])
    put("rle8.bmp", bmp(6, 3, 8, 1, runs, quads.tobytes()), palette[index], "RGB")
    index = np.zeros((2, 7), np.uint8)
    index[1] = (1, 2, 1, 2, 1, 2, 1)
    index[0, :5] = (3, 4, 5, 6, 7)
    runs = bytes([7, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1])
    put("rle4.bmp", bmp(7, 2, 4, 2, runs, quads[:, :16].tobytes()), palette[index], "RGB")


def make_webp():
    rgb = Image.fromarray(ramp(3))
    rgba = Image.fromarray(ramp(4))
    data = saved(rgb, "WEBP", quality=80)
    put("lossy.webp", data, decoded(data, "RGB"), "RGB", 2)
    data = saved(rgba, "WEBP", quality=80, exact=True)
    put("lossy_alpha.webp", data, decoded(data, "RGBA"), "RGBA", 2)
    put("lossless.webp", saved(rgb, "WEBP", lossless=True), ramp(3), "RGB")
    put("lossless_alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True), ramp(4), "RGBA")
    second = Image.fromarray(ramp(4, seed=90))
    data = saved(rgba, "WEBP", lossless=True, exact=True, save_all=True, append_images=[second],
                 duration=100)
    put("animation.webp", data, ramp(4), "RGBA")


def tiff(array, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, array, metadata=None, software=False, datetime=False, **options)
    return out.getvalue()


def make_tiff():
    put("rgb.tif", tiff(ramp(3), photometric="rgb", rowsperstrip=2), ramp(3), "RGB")
    put("big_endian.tif", tiff(ramp(3), photometric="rgb", byteorder=">"), ramp(3), "RGB")
    put("bigtiff.tif", tiff(ramp(1), photometric="minisblack", bigtiff=True), ramp(1), "L")
    put("white_is_zero.tif", tiff(255 - ramp(1), photometric="miniswhite"), ramp(1), "L")
    put("rgba.tif", tiff(ramp(4), photometric="rgb", extrasamples=["unassalpha"]), ramp(4), "RGBA")
    put("planar.tif", tiff(np.moveaxis(ramp(3), 2, 0), photometric="rgb",
                           planarconfig="separate"), ramp(3), "RGB")
    wide = ramp(1).astype(np.uint16) * 251 + 5
    put("grey16.tif", tiff(wide, photometric="minisblack", byteorder=">"), wide, "I;16")
    rgb16 = ramp(3).astype(np.uint16) * 256 + 200
    put("rgb16.tif", tiff(rgb16, photometric="rgb"), ramp(3), "RGB")
    put("tiled.tif", tiff(ramp(3, 21, 37), photometric="rgb", tile=(16, 16)), ramp(3, 21, 37), "RGB")
    put("pages.tif", tiff(np.stack([ramp(1), ramp(1, seed=50)]), photometric="minisblack"),
        ramp(1), "L")
    put("lzw.tif", saved(Image.fromarray(ramp(3)), "TIFF", compression="tiff_lzw"), ramp(3), "RGB")
    put("deflate.tif", saved(Image.fromarray(ramp(1)), "TIFF", compression="tiff_adobe_deflate"),
        ramp(1), "L")
    bits = Image.fromarray(((ramp(1) % 2) * 255).astype(np.uint8)).convert("1")
    put("group4.tif", saved(bits, "TIFF", compression="group4"), np.array(bits.convert("L")), "L")
    flat = Image.fromarray(ramp(3)).quantize(16)
    put("palette.tif", saved(flat, "TIFF"), np.array(flat.convert("RGB")), "RGB")


def make_pnm():
    grey, rgb = ramp(1), ramp(3)
    # One digit at the end of the text, so that no prefix of it is a whole picture.
    grey[-1, -1] = rgb[-1, -1, -1] = 7
    bits = ramp(1) % 2
    text = "\n".join("".join(map(str, row)) for row in bits)
    put("p1.pnm", f"P1 # bits\n{W} {H}\n{text}\n".encode(), ((1 - bits) * 255).astype(np.uint8), "L")
    text = "\n".join(" ".join(map(str, row)) for row in grey)
    put("p2.pnm", f"P2\n{W} {H}\n# a comment\n255\n{text}\n".encode(), grey, "L")
    text = "\n".join(" ".join(map(str, row.reshape(-1))) for row in rgb)
    put("p3.pnm", f"P3\n{W}\n{H}\n255\n{text}\n".encode(), rgb, "RGB")
    put("p4.pnm", f"P4\n{W} {H}\n".encode() + b"".join(packed(bits, 1)),
        ((1 - bits) * 255).astype(np.uint8), "L")
    put("p5.pnm", f"P5 {W} {H} 255\n".encode() + grey.tobytes(), grey, "L")
    wide = grey.astype(np.uint16) * 251 + 5
    put("p5_16.pnm", f"P5 {W} {H} 65535\n".encode() + wide.astype(">u2").tobytes(), wide, "I;16")
    put("p6.pnm", f"P6 {W} {H} 255\n".encode() + rgb.tobytes(), rgb, "RGB")
    wide = rgb.astype(np.uint16) * 3
    put("p6_1000.pnm", f"P6 {W} {H} 1000\n".encode() + wide.astype(">u2").tobytes(),
        np.rint(wide / 1000 * 255).astype(np.uint8), "RGB")
    low = grey % 16
    put("p5_15.pnm", f"P5 {W} {H} 15\n".encode() + low.tobytes(), low * 17, "L")
    put("p7.pnm", f"P7\nWIDTH {W}\nHEIGHT {H}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
        .encode() + ramp(4).tobytes(), ramp(4), "RGBA")


make_png()
make_jpeg()
make_gif()
make_bmp()
make_webp()
make_tiff()
make_pnm()
(HERE / "pictures.txt").write_text("".join(LISTING))
