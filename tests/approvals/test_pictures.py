"""What a picture is, by its own bytes."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.showing import pictures
from tests.pictures_of import gif, jpeg, png, url, webp

WHOLE = [("image/png", png), ("image/jpeg", jpeg), ("image/gif", gif), ("image/webp", webp)]


@pytest.mark.parametrize(("kind", "made"), WHOLE)
def test_a_whole_picture_is_measured(kind, made):
    found = pictures.read(url(made(640, 480), kind))
    assert (found.type, found.width, found.height, found.data) == (kind, 640, 480, made(640, 480))


@pytest.mark.parametrize(("kind", "made"), WHOLE)
def test_a_picture_that_was_cut_off_is_none(kind, made):
    with pytest.raises(pictures.NotAPicture):
        pictures.read(url(made()[:-1], kind))


BAD = [
    "data:image/png;base64,%%%", "data:image/png;base64,AAA", "data:image/png,abc", "data:", "hello", "",
    "data:image/svg+xml;base64,PHN2Zy8+", url(png(), "image/jpeg"), url(b"<svg/>"), url(png(9_000, 1)),
    url(gif(0, 5), "image/gif"), url(png()[:30]), url(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
    "data:image/png;base64," + "A" * (pictures.LARGEST * 2), "data:text/html;base64,PGI+",
]  # fmt: skip


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_what_is_no_picture_says_what_to_do(content):
    with pytest.raises(pictures.NotAPicture) as refused:
        pictures.read(content)
    assert str(refused.value) and refused.value.remedy


def test_a_changed_byte_is_noticed_in_a_png():
    data = bytearray(png(8, 8))
    data[45] ^= 1
    with pytest.raises(pictures.NotAPicture):
        pictures.read(url(bytes(data)))


@given(st.binary(max_size=200), st.sampled_from(WHOLE))
def test_any_bytes_are_a_picture_or_refused(tail, whole):
    kind, made = whole
    for data in (tail, made()[:12] + tail, made() + tail):
        try:
            read = pictures.read(url(data, kind))
        except pictures.NotAPicture:
            continue
        assert read.data == data


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def test_a_png_that_ends_between_two_chunks_is_refused_at_once():
    head = png()[: 8 + 25]
    with pytest.raises(pictures.NotAPicture):
        pictures.read(url(head))


def test_a_second_size_cannot_call_a_huge_png_small():
    huge = png()[:8] + _chunk(b"IHDR", (60_000).to_bytes(4) * 2 + b"\x08\0\0\0\0")
    with pytest.raises(pictures.NotAPicture):
        pictures.read(url(huge + png()[8:]))


RIDERS = [b"\x00", b"PK\x03\x04 an archive", b"<script>alert(1)</script>", png(9_000, 9_000)]


@pytest.mark.parametrize(("kind", "made"), WHOLE)
@pytest.mark.parametrize("rider", RIDERS, ids=range(len(RIDERS)))
def test_nothing_rides_along_behind_the_end_of_a_picture(kind, made, rider):
    if kind == "image/jpeg" and not rider.strip(b"\x00"):
        assert pictures.read(url(made() + rider, kind)).width == 4, "cameras pad with zeros"
        return
    with pytest.raises(pictures.NotAPicture, match=r"bytes? follows? the end") as refused:
        pictures.read(url(made() + rider, kind))
    assert refused.value.remedy == "send the picture alone"


@pytest.mark.parametrize(
    ("kind", "made", "end"), [("image/jpeg", jpeg, b"\xff\xd9"), ("image/gif", gif, b";")]
)
def test_nothing_rides_along_between_the_end_and_another_end(kind, made, end):
    with pytest.raises(pictures.NotAPicture, match="bytes follow the end"):
        pictures.read(url(made() + b"PK\x03\x04 an archive" + end, kind))


def test_a_jpeg_is_walked_through_its_scans():
    whole = jpeg(640, 480)
    scan = whole[:-2] + b"\xff\x00data\xff\xd0more\xff\xff\xd9"
    assert pictures.read(url(scan, "image/jpeg")).width == 640
    for broken in (
        b"\xff\xd8",
        whole[2:-2],
        b"\xff\xfe\x00\x01",
    ):  # another beginning, another size, no length
        with pytest.raises(pictures.NotAPicture):
            pictures.read(url(whole[:-2] + broken + b"\xff\xd9", "image/jpeg"))


def test_a_gif_is_walked_through_its_blocks():
    block = b"!\xf9\x04\x00\x00\x00\x00\x00" + b"," + b"\x00" * 9 + b"\x02\x02;;\x00"
    assert pictures.read(url(gif(640, 480)[:-1] + block + b";", "image/gif")).width == 640
