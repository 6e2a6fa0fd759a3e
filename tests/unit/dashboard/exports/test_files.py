"""The files: their text is the deck's, the font is in them, and the programs people have can open and edit them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pptx import Presentation

from dashboard.exports import export, extension
from dashboard.exports.fonts import printable
from layouts.slides.model import Slide
from tests.unit.dashboard.exports.decks import crisis, deck, wild
from tests.unit.dashboard.exports.test_pages import said_by

ONE = deck(Slide("a", "gate", "Chi Ma: 230 xe"))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """Return the PDF of a bad morning."""
    return export(crisis(), "pdf")


@pytest.fixture(scope="module")
def pptx() -> bytes:
    """Return the PowerPoint file of a bad morning."""
    return export(crisis(), "pptx")


def squeezed(text: str) -> str:
    """Return a text without spaces and line ends: where a file breaks its lines says nothing."""
    return re.sub(r"[\s\u00a0\ufffe]", "", text)


def pdf_text(data: bytes) -> str:
    """Return the text of every page."""
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    finally:
        document.close()


def test_the_text_of_a_pdf_is_the_text_of_the_deck(pdf: bytes) -> None:
    """What is searched for or copied out of the file is what was said, to the last diacritic."""
    # A reader takes a page line by line: the mark stands between the two lines of a long headline.
    text = squeezed(pdf_text(pdf).replace("MÔ PHỎNG", ""))
    assert [each for each in said_by(crisis()) if squeezed(printable(each)) not in text] == []


def test_a_pdf_carries_its_fonts(pdf: bytes) -> None:
    """It looks the same on a machine that has never heard of Inter."""
    streams = len(re.findall(rb"/FontFile2 ", pdf))
    names = set(re.findall(rb"/BaseFont /([\w+-]+)", pdf))
    assert streams >= 3
    assert names
    assert all(re.fullmatch(rb"[A-Z]+\+Inter-\w+", name) for name in names), (
        "every font is a part that lies in the file"
    )


def test_the_same_deck_gives_the_same_pdf(pdf: bytes) -> None:
    """Two exports of one frozen moment can be compared byte by byte."""
    assert export(crisis(), "pdf") == pdf


def test_a_pdf_has_pages_of_16_to_9_with_bookmarks_and_a_title(pdf: bytes) -> None:
    """A reader shows what it is and jumps to a slide by its headline."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert {document[at].get_size() for at in range(len(document))} == {(1280.0, 720.0)}
        titles = [each.get_title() for each in document.get_toc()]
        assert titles == [printable(slide.headline) for slide in crisis().slides]
        assert document.get_metadata_dict()["Title"] == crisis().title
    finally:
        document.close()


def test_pictures_are_twice_the_size_one_a_page() -> None:
    """One slide is one picture; several come in one archive, in their order."""
    single = export(ONE, "png")
    assert (extension("png", single), single[16:24]) == ("png", (2560).to_bytes(4, "big") + (1440).to_bytes(4, "big"))
    told: list[tuple[int, int]] = []
    packed = export(deck(*ONE.slides, Slide("b", "gate", "x")), "png", lambda done, total: told.append((done, total)))
    assert extension("png", packed) == "zip"
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["trang-01.png", "trang-02.png"]
    assert told == [(0, 2), (1, 2), (2, 2)]


def texts(shapes: Any) -> Iterator[str]:
    """Yield every text of shapes that can be edited, those of groups and charts too."""
    for shape in shapes:
        if shape.shape_type is not None and hasattr(shape, "shapes"):
            yield from texts(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_chart", False):
            chart = shape.chart
            yield from [chart.chart_title.text_frame.text] if chart.has_title else []
            yield from chart.plots[0].categories
            for series in chart.plots[0].series:
                yield series.name
                yield from re.findall(r"<a:t>([^<]*)</a:t>", series._element.xml)


def test_every_text_of_a_powerpoint_file_can_be_edited(pptx: bytes) -> None:
    """Nothing is a picture of text; headlines are titles, which outlines and screen readers find."""
    opened = Presentation(io.BytesIO(pptx))
    text = squeezed(" ".join(each for slide in opened.slides for each in texts(slide.shapes)))
    assert [each for each in said_by(crisis()) if squeezed(printable(each)) not in text] == []
    assert [squeezed(slide.shapes.title.text_frame.text) for slide in opened.slides] == [
        squeezed(printable(slide.headline)) for slide in crisis().slides
    ]
    assert not any(shape.shape_type == 13 for slide in opened.slides for shape in slide.shapes), "no pictures"


def test_charts_of_a_powerpoint_file_have_their_figures(pptx: bytes) -> None:
    """A chart can be edited, and a gap in it is a gap."""
    charts = {
        shape.chart.chart_title.text_frame.text: shape.chart
        for slide in Presentation(io.BytesIO(pptx)).slides
        for shape in slide.shapes
        if getattr(shape, "has_chart", False)
    }
    assert set(charts) == {"Xe theo bước, chiều xuất", "Xe chờ 24 giờ qua (xe)"}
    assert list(charts["Xe theo bước, chiều xuất"].plots[0].series[0].values) == [57, 74, 1261, 142, 17]
    line = charts["Xe chờ 24 giờ qua (xe)"].plots[0]
    assert [series.name for series in line.series] == ["Hôm nay", "Hôm qua", "Chủ nhật thường", "ngưỡng 1.200"]
    assert list(line.series[0].values)[15:] == [None] * 9
    assert set(line.series[3].values) == {1200}


def test_the_speaker_finds_the_notes(pptx: bytes) -> None:
    """What the presenter's window shows stands under the slide."""
    slides = Presentation(io.BytesIO(pptx)).slides
    notes = [slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "" for slide in slides]
    assert notes == [slide.notes for slide in crisis().slides]


def test_a_powerpoint_file_carries_its_font_and_its_time(pptx: bytes) -> None:
    """It asks for Inter, brings it along, and says of which instant it is."""
    opened = Presentation(io.BytesIO(pptx))
    named = {run.font.name for slide in opened.slides for shape in slide.shapes if shape.has_text_frame
             for paragraph in shape.text_frame.paragraphs for run in paragraph.runs}  # fmt: skip
    assert named == {"Inter"}
    inside = zipfile.ZipFile(io.BytesIO(pptx))
    assert len([name for name in inside.namelist() if name.endswith(".fntdata")]) == 2
    assert b'typeface="Inter"' in inside.read("ppt/presentation.xml")
    assert int(opened.core_properties.created.timestamp()) > 0
    assert opened.core_properties.title == crisis().title


@pytest.mark.parametrize(("form", "lang"), [("pdf", "vi"), ("pptx", "en")])
def test_a_wild_deck_becomes_a_file_all_the_same(form: str, lang: str) -> None:
    """No text of any feed makes an export fail: control characters, emoji, infinite values."""
    whole = deck(
        *wild(lang).slides, Slide("x", "alerts", "a\x00b\x0bc \ud7ff", sentences=("\x1b[31m",), notes="n\x00\x07")
    )
    data = export(whole, form)  # type: ignore[arg-type]
    if form == "pptx":
        assert len(Presentation(io.BytesIO(data)).slides) > 6
    else:
        assert squeezed("ký tự không in được") in squeezed(pdf_text(data))


def test_libreoffice_opens_a_powerpoint_file_with_its_text(pptx: bytes, tmp_path: Path) -> None:
    """An office without PowerPoint opens it and reads every headline and figure."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-impress)")
    (tmp_path / "deck.pptx").write_bytes(pptx)
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(tmp_path / "deck.pptx")],
        capture_output=True, check=True, timeout=150,
    )  # fmt: skip
    text = squeezed(pdf_text((tmp_path / "deck.pdf").read_bytes()))
    whole = crisis()
    wanted = [slide.headline for slide in whole.slides]
    wanted += [figure.value for slide in whole.slides for figure in slide.figures]
    assert [each for each in wanted if squeezed(each) not in text] == []
