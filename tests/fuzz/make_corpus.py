#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of corpus/: small valid inputs of each format, and inputs that were once read
wrongly. Run it after a change here, and commit what it writes."""

import base64
import hashlib
import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent / "corpus"


def seed(target, name, data):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([0x80 | value & 0x7F])
        value >>= 7
    return out + bytes([value])


def text(value):
    return varint(len(value)) + value


def u64(value):
    return struct.pack("<Q", value)


def sha(data):
    return hashlib.sha256(data).digest()


# ---- Pictures; most seeds are the files of tests/data/pictures, which tools/fuzz adds


def ifd(tags, at=8):
    """A little-endian TIFF of one directory; values that do not fit lie behind it."""
    behind = at + 2 + 12 * len(tags) + 4
    entries = extra = b""
    for tag, kind, values in sorted(tags):
        form = {3: "H", 4: "I", 1: "B"}[kind]
        data = struct.pack("<%d%s" % (len(values), form), *values)
        if len(data) <= 4:
            place = data.ljust(4, b"\0")
        else:
            place = struct.pack("<I", behind + len(extra))
            extra += data
        entries += struct.pack("<HHI", tag, kind, len(values)) + place
    return (b"II*\0" + struct.pack("<I", at) + struct.pack("<H", len(tags)) + entries
            + struct.pack("<I", 0) + extra)


def tiff(width, height, more):
    return ifd([(256, 4, [width]), (257, 4, [height]), (258, 3, [8]), (259, 3, [1]),
                (262, 3, [1]), (277, 3, [1])] + more)


def pictures():
    seed("tiff", "strip", tiff(2, 2, [(273, 4, [8]), (278, 4, [2]), (279, 4, [4])]))
    seed("tiff", "tile", tiff(16, 16, [(322, 4, [16]), (323, 4, [16]), (324, 4, [0]),
                                       (325, 4, [0])]))
    # A tile of 1 GiB.
    seed("tiff", "tile_of_1_gib", tiff(37, 21, [(322, 4, [65536]), (323, 4, [16384]),
                                                (324, 4, [8]), (325, 4, [8])]))
    seed("pnm", "text", "P3\n# a comment\n2 1\n255\n1 2 3 4 5 6\n")
    seed("pnm", "bitmap", "P1 3 2\n101010")
    seed("pnm", "pam", b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcd")
    seed("bmp", "rle8", b"BM" + struct.pack("<IHHIIiiHHIIiiII", 0, 0, 0, 62, 40, 4, 2, 1, 8, 1, 0,
                                           0, 0, 2, 0) + b"\0\0\0\0\xff\xff\xff\0"
         + b"\4\1\0\0\0\4\0\1\0\1\0\1")

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    seed("png", "grey", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
         + chunk(b"IDAT", zlib.compress(b"\0ab\0cd")) + chunk(b"IEND", b""))
    seed("gif", "pixel", b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")
    seed("webp", "empty", b"RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0")
    seed("jpeg", "start", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9")


# ---- JSON and what is made of it


def documents():
    seed("json", "kinds", '{"a": [1, -2, 3.5e-7, NaN, Infinity, -Infinity, true, false, null], '
         '"b": {"c": "\\u00e9\\ud83d\\ude00\\ud800\\n"}, "_type": "x", "a": 123456789012345678901234567890}')
    seed("json", "deep", "[" * 30 + "]" * 30)
    seed("json", "number", "-9223372036854775809")
    md5 = base64.b64encode(bytes(range(16))).decode()
    seed("manifest", "two_entries", json.dumps({
        "version": 1, "storagePolicy": "wandb-storage-policy-v1",
        "storagePolicyConfig": {"storageLayout": "V2"},
        "contents": {"a/b.png": {"digest": md5, "size": 12, "birthArtifactID": "abc"},
                     "c": {"digest": "x", "ref": "wandb-artifact://6162/c.json", "size": 0,
                           "extra": {"etag": "\"y\""}}}}))
    seed("manifest", "unsafe", json.dumps({
        "version": 1, "storagePolicy": "wandb-storage-policy-v1", "storagePolicyConfig": {},
        "contents": {"../a": {"digest": md5, "size": -1}}}))
    digest = "ab" * 32
    seed("records", "record", json.dumps({
        "format": 1, "name": "cells", "number": 3, "type": "dataset", "id": "6162",
        "content": digest, "digest": "cd" * 16,
        "kept": [{"id": "61", "name": "other:v0", "content": digest}], "metadata": {"a": 1},
        "description": "", "dialect": "wandb-0.10", "created_at": "2024-01-02T03:04:05Z",
        "run": None, "base": {"name": "cells", "number": 2}}, indent=4) + "\n")
    seed("records", "head", json.dumps({
        "format": 1, "name": "cells", "type": "dataset", "next_number": 4,
        "aliases": {"best": 2, "old": 0}}))
    seed("records", "run", json.dumps({
        "format": 1, "id": "run-1", "directory": "/a", "created_at": "2024-01-02T03:04:05Z",
        "used": [{"id": "61", "name": "cells", "number": 1}], "made": []}))
    seed("records", "settings", json.dumps({
        "format": 1, "store": "0123456789abcdef" * 2, "dialect": "wandb-0.10",
        "durability": "fast", "pack_limit": 65536}))
    seed("records", "manifest", json.dumps({
        "content": digest, "entries": 12, "format": 1,
        "runs": [{"items": 3, "object": digest, "size": 100}]}))
    types = {"wb_type": "dictionary", "params": {"type_map": {
        "n": {"wb_type": "union", "params": {"allowed_types": [{"wb_type": "none"}, {"wb_type": "number"}]}},
        "t": {"wb_type": "string"}}}}
    seed("table", "scalars", json.dumps({
        "_type": "table", "column_types": types, "columns": ["n", "t"],
        "data": [[1, "a"], [None, "b"], [float("nan"), "c"], [2 ** 70, "d"]], "ncols": 2, "nrows": 4}))
    seed("table", "values", json.dumps({
        "_type": "table", "columns": [0, 1],
        "data": [[{"_type": "image-file", "path": "a.png", "width": 2, "height": 2}, [1, {"k": True}]]],
        "ncols": 2, "nrows": 1}))
    seed("table", "no_columns", '{"_type": "table", "columns": [], "data": [[], []], "ncols": 0, "nrows": 2}')
    box = {"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}, "class_id": 1,
           "box_caption": "b", "scores": {"s": 0.5}}
    values = {
        "image": {"_type": "image-file", "path": "a.png", "format": "png", "width": 2, "height": 2,
                  "caption": "c", "grouping": 1,
                  "classes": {"type": "classes-file", "path": "c.json", "digest": "x"},
                  "boxes": {"truth": {"_type": "boxes2D", "box_data": [box]}},
                  "masks": {"m": {"_type": "mask", "path": "a.png"}}},
        "boxes": {"_type": "boxes2D", "box_data": [box]},
        "classes": {"_type": "classes", "class_set": [{"id": 1, "name": "a"}]},
        "audio": {"_type": "audio-file", "path": "a.txt", "caption": "x"},
        "video": {"_type": "video-file", "path": "a.gif", "width": 1, "height": 1},
        "html": {"_type": "html-file", "path": "a.html"},
        "points": {"_type": "object3D-file", "path": "a.pts.json"},
        "histogram": {"_type": "histogram", "values": [1, 2], "bins": [0, 0.5, 1]},
        "joined": {"_type": "joined-table", "table1": "t.table.json", "table2": "t.table.json", "join_key": "x"},
        "parts": {"_type": "partitioned-table", "parts_path": "parts"},
        "graph": {"_type": "graph", "format": "keras", "nodes": [{"name": "a", "id": "a"}], "edges": []},
        "other": {"_type": "other", "path": "a.txt", "files": ["c.json"]},
    }
    for name, value in values.items():
        seed("value", name, json.dumps(value))
    seed("points", "points", "[[1, 2.5, -3, 4], [true, 0, 1e3, 14]]")
    seed("points", "scene", json.dumps({
        "type": "lidar/beta", "points": [[1, 2, 3]],
        "boxes": [{"corners": [[0, 0, 0]] * 8, "label": "a", "color": [1, 2, 3]}], "vectors": []}))
    # An integer that no double holds.
    seed("points", "big_integer", "[[" + "9" * 400 + ", 1, 2]]")
    seed("voc", "annotation", "<annotation><size><width>5</width></size><object><name>cat</name>"
         "<pose>Left</pose><truncated>0</truncated><difficult>1</difficult><bndbox><xmin>1</xmin>"
         "<ymin>2.5</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object></annotation>")
    seed("voc", "entity", '<!DOCTYPE a [<!ENTITY x "y">]><annotation>&x;&#65;<object/></annotation>')


# ---- The store's own binary formats


def binary():
    digest = bytes(range(32))
    plain = b"\x06" + digest + varint(5) + text(b"digest") + varint(5)
    rich = (b"\x78" + text(b"d") + text(b"http://host/x") + text(b"birth")
            + text(b'{"etag": "e"}') + text(b"image-file"))
    blocks = [[(b"a", b"a", 0, plain), (b"a/b", b"/b", 1, rich)], [(b"b", b"b", 0, b"\x01")]]
    body, index = b"vitrine-run 1\n", b""
    for block in blocks:
        data = b"".join(varint(shared) + text(rest) + fields for _, rest, shared, fields in block)
        index += text(block[0][0]) + varint(len(data)) + varint(len(block)) + sha(data)
        body += data
    seed("segment", "two_blocks", body + index + u64(len(body)) + u64(2) + u64(3) + sha(index))
    empty = b"vitrine-run 1\n"
    seed("segment", "empty", empty + u64(len(empty)) + u64(0) + u64(0) + sha(b""))
    seed("segment", "fields", rich)
    body = b"vitrine-pack 1\n" + b"onetwo"
    index = b"".join(sorted(sha(data) + u64(15 + at) + u64(3)
                            for data, at in ((b"one", 0), (b"two", 3))))
    seed("pack", "two_objects", body + index + u64(len(body)) + u64(2) + sha(index))


# ---- Movies and sounds


def box(kind, content):
    return struct.pack(">I", 8 + len(content)) + kind + content


def media():
    track = bytes(4 + 20 + 16 + 36) + struct.pack(">II", 640 << 16, 480 << 16)
    mp4 = box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"trak", box(b"tkhd", track)))
    seed("movie", "mp4", mp4)
    seed("movie", "mp4_long", box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4sQ", 1, b"free", 16)
         + struct.pack(">I", 0) + b"moov" + box(b"trak", box(b"tkhd", track)))
    video = b"\xe0" + b"\x86" + b"\xb0\x81\x10" + b"\xba\x81\x08"
    tracks = b"\x16\x54\xae\x6b" + bytes([0x80 | 2 + len(video)]) + b"\xae" + bytes([0x80 | len(video)]) + video
    seed("movie", "webm", b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + tracks)
    theora = b"\x80theora\3\2\1\0\1\0\1" + b"\0\x00\x10\0\0\x08" + bytes(20)
    seed("movie", "ogg", b"OggS\0\2" + bytes(20) + bytes([1, len(theora)]) + theora)
    seed("movie", "gif", b"GIF89a\2\0\3\0")

    def wav(form, channels, bits, data):
        frame = channels * bits // 8
        return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt "
                + struct.pack("<IHHIIHH", 16, form, channels, 8000, 8000 * frame, frame, bits)
                + b"data" + struct.pack("<I", len(data)) + data)

    seed("sound", "pcm", wav(1, 2, 16, bytes(range(16))))
    seed("sound", "float", wav(3, 1, 32, struct.pack("<4f", 0, 1, -1, 2)))
    seed("sound", "ulaw", wav(7, 1, 8, bytes(range(16))))
    seed("sound", "au", b".snd" + struct.pack(">IIIII", 24, 8, 3, 8000, 1) + bytes(8))
    seed("sound", "aiff", b"FORM" + struct.pack(">I", 46) + b"AIFFCOMM"
         + struct.pack(">IhIh", 18, 1, 2, 16) + b"\x40\x0b\xfa\0\0\0\0\0\0\0"
         + b"SSND" + struct.pack(">III", 12, 0, 0) + bytes(4))


# ---- Names, URIs and answers of servers


def names():
    for i, name in enumerate(["a/b.png", "./a//b", "../a", "a\\b/.", "cells:v3", "cells:best",
                              "cells:latest", "x:v18446744073709551616", "YQ==", "ab" * 32,
                              "a.image-file.json"]):
        seed("names", "%02d" % i, name)
    for i, uri in enumerate(["http://user:secret@host:80/a/b?x=1#y", "file:///a/b", "file://host/%41",
                             "s3://bucket/key?x#y", "gs://bucket", "wandb-artifact://6162/a/b.json",
                             "HTTP:a", "//host/a", "a%4", "wandb-artifact://6/../x"]):
        seed("uri", "%02d" % i, uri)
    seed("aws_profile", "profiles", "[default]\nregion = eu-west-1 # near\naws_access_key_id=a\n"
         "s3 =\n  endpoint_url = http://host\n; a comment\n[profile b]\nrole_arn = x\n[open\n= y\n")
    seed("http", "file", "200\nContent-Length: 4\nETag: \"abc\"\n\nabcd")
    seed("http", "wait", "503\nRetry-After: Sun, 06 Nov 2020 08:49:37 GMT\n\n\n%%\n200\nContent-Length: 0\n\n")
    # A year that the clock cannot hold.
    seed("http", "year_997", "503\nRetry-After: Sun, 06 Nov 0997 08:49:37 GMT\n\n\n%%\n404\n\n")
    seed("http", "redirect", "302\nLocation: https://other/x\n\n\n%%\n206\nContent-Range: bytes 0-3/4\n"
         "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\nabcd")
    listing = ("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>folder/a%20b+c</Key>"
               "<Size>4</Size><ETag>&quot;e2fc714c4727ee9395f324cd2e7f331f&quot;</ETag></Contents>"
               "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
               "</ListBucketResult>")
    last = listing.replace("<IsTruncated>true", "<IsTruncated>false")
    head = "404\n\n\n%%\n"
    seed("http", "s3_listing", head + "200\n\n" + listing + "\n%%\n200\n\n" + last)
    seed("http", "s3_object", "200\nContent-Length: 4\nETag: \"e2fc714c4727ee9395f324cd2e7f331f\"\n"
         "x-amz-version-id: 3\n\nabcd")
    seed("http", "s3_error", "403\nx-amz-bucket-region: eu-west-1\n\n<Error><Code>AccessDenied</Code>"
         "<Message>no</Message></Error>")
    seed("http", "aws_credentials", "200\n\n" + json.dumps({
        "AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c",
        "Expiration": "2030-01-01T00:00:00Z"}))
    item = {"name": "folder/a", "size": "4", "etag": "x", "md5Hash": "4vxxTEcn7pOV8yTNLn8zHw==",
            "generation": "7"}
    seed("http", "gs_listing", head + "404\n\n\n%%\n404\n\n\n%%\n200\n\n"
         + json.dumps({"items": [item], "nextPageToken": "t"}) + "\n%%\n200\n\n"
         + json.dumps({"items": [item]}))
    seed("http", "gs_object", "200\n\n" + json.dumps(dict(item, name="folder")))
    seed("http", "gs_error", "403\n\n" + json.dumps({"error": {"message": "no"}}))
    seed("http", "gs_token", "200\n\n" + json.dumps({"access_token": "a", "expires_in": 3599}))


for write in (pictures, documents, binary, media, names):
    write()
