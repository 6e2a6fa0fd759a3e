"""Every slide can be read after a video-conference has made 640×360 of it, by a reader that knows Vietnamese.

The picture is scaled to 640×360 and compressed (JPEG, quality 30), as a conference does to it; then it is enlarged four
times and read tile by tile with Debian's tesseract.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageOps, ImageStat
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens.podium import Podium, busy_day, opened
from tests.browser.screens.stage import now_ms

pytestmark = pytest.mark.browser

SIZE = (1280, 720)
SENT = (640, 360)
QUALITY = 30
ENLARGED = 4
FIGURES_BACK = 0.95
WORDS_BACK = 0.85
"""Shares that must come back. Source: issue 4, "Briefing"."""
PATIENCE_S = 150
"""A bound for hangs, not a promise."""
PARTS = """() => [...document.querySelectorAll(
    ".slide-headline, .slide-instant, .slide-subtitle, .slide-label, .slide-note, .slide-cited, .slide-unit, " +
    ".slide-chart-title, .slide-bar-label, .slide-bar-value, .slide-sentence, .slide-legend li, .slide-gate text, " +
    ".slide-table td, .slide-from, .slide-page, .head-sim > span")]
  .filter((e) => e.checkVisibility() && e.textContent.trim())
  .map((e) => { const b = e.getBoundingClientRect();
    const said = e instanceof HTMLElement ? e.innerText : e.textContent;
    return [e.classList.contains("slide-cited"), said.trim(), b.left, b.top, b.right, b.bottom]; })"""


@dataclass(frozen=True)
class Tile:
    """A piece of text on a slide: whether it is a cited figure, what it says, and its picture after the journey."""

    slide: int
    cited: bool
    said: str
    picture: bytes


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The podium and the browser."""
    reader = shutil.which("tesseract")
    if reader is None:
        pytest.skip("tesseract is not installed (Debian: tesseract-ocr, tesseract-ocr-vie), so nobody can read slides")
    listed = subprocess.run([reader, "--list-langs"], capture_output=True, text=True, check=False).stdout
    if "vie" not in listed.split():
        pytest.skip("tesseract has no Vietnamese (Debian: tesseract-ocr-vie), so nobody can read the slides")
    with opened() as both:
        yield both


def journey(png: bytes) -> Image.Image:
    """Return the picture as a conference shows it, enlarged to be read."""
    small = Image.open(io.BytesIO(png)).convert("RGB").resize(SENT, Image.Resampling.LANCZOS)
    packed = io.BytesIO()
    small.save(packed, "JPEG", quality=QUALITY)
    far = Image.open(packed)
    return far.resize((SENT[0] * ENLARGED, SENT[1] * ENLARGED), Image.Resampling.LANCZOS).convert("L")


def cut(picture: Image.Image, box: list[float]) -> bytes:
    """Return one piece of the picture with some air around it."""
    scale = SENT[0] * ENLARGED / SIZE[0]
    left, top, right, bottom = (edge * scale for edge in box)
    air = 10
    piece = picture.crop((int(left - air), int(top - air / 2), int(right + air), int(bottom + air / 2)))
    if ImageStat.Stat(piece).median[0] < 128:
        piece = ImageOps.invert(piece)  # the reader was taught on dark letters; people read light ones as well
    framed = Image.new("L", (piece.width + 40, piece.height + 40), piece.getpixel((2, 2)))
    framed.paste(piece, (20, 20))
    data = io.BytesIO()
    framed.save(data, "PNG")
    return data.getvalue()


def mode_of(tile: Tile) -> str:
    """Return how tesseract looks at a piece: one short word (8), one line (7), or a block of lines (6)."""
    piece = Image.open(io.BytesIO(tile.picture))
    if tile.cited:
        return "8" if piece.width < piece.height else "7"
    return "7" if piece.height < 150 else "6"


def read_all(tiles: list[Tile], folder: Path) -> list[str]:
    """Return what tesseract reads in each piece; one process for each way of looking."""
    answers: dict[int, str] = {}

    def run(mode: str, chosen: list[int]) -> None:
        names = []
        for at in chosen:
            (folder / f"{at}.png").write_bytes(tiles[at].picture)
            names.append(str(folder / f"{at}.png"))
        listed = folder / f"mode{mode}.txt"
        listed.write_text("\n".join(names) + "\n")
        command = ["tesseract", str(listed), "stdout", "-l", "vie", "--psm", mode]
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE_S, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
        )
        # Each piece is a page of its own; form feeds part the pages.
        pages = done.stdout.decode().removesuffix("\f").split("\f")
        answers.update(zip(chosen, pages, strict=True))

    modes = [mode_of(tile) for tile in tiles]
    with ThreadPoolExecutor(2) as readers:
        chosen = {mode: [at for at, its in enumerate(modes) if its == mode] for mode in sorted(set(modes))}
        for finished in [readers.submit(run, mode, pieces) for mode, pieces in chosen.items()]:
            finished.result()
    return [answers[at] for at in range(len(tiles))]


def words(text: str) -> Counter[str]:
    """Return the words of a text, whatever their case and whatever stands between them: `2 / 12` is `2/12`."""
    plain = unicodedata.normalize("NFC", text.replace("\u2212", "-").replace("\u2013", "-")).lower()
    plain = re.sub(r"(?<=\d)\s*(%|/)\s*", r"\1 ", plain).replace("/ ", "/")
    return Counter(re.findall(r"[\w.,:%/+₫-]*\w[\w.,:%/+₫-]*", plain))


def digits(text: str) -> str:
    """Return a cited figure as it is compared: its digits and what parts them."""
    return re.sub(r"[^0-9.,]", "", unicodedata.normalize("NFKC", text)).strip(".,")


def quiet_day(stage: Podium) -> None:
    """The same gates, communes, sites and targets on a day without an alert."""
    busy_day(stage)
    stage.topics["alerts"]["items"] = {}
    for one in stage.topics["gates"]["gates"].values():
        one |= {"priority": None, "alert": None, "bottleneck": None}


def tiles_of(page: Page) -> list[Tile]:
    """Turn the deck from its first slide to its last and return every piece of text as it arrives."""
    # The controls leave the picture by themselves; here nobody waits for that.
    page.evaluate("document.querySelector('main').dataset.idle = 'true'")
    expect(page.locator(".slide-page")).to_have_text(re.compile(r"1 / \d+"))
    pages = int(page.locator(".slide-page").inner_text().split("/")[1])
    tiles: list[Tile] = []
    for at in range(pages):
        expect(page.locator(".slide-page")).to_have_text(f"{at + 1} / {pages}")
        picture = journey(page.screenshot())
        for cited, said, *box in page.evaluate(PARTS):
            tiles.append(Tile(at + 1, cited, said, cut(picture, box)))
        page.keyboard.press("ArrowRight")
        page.evaluate("document.querySelector('main').dataset.idle = 'true'")
    # The same words stand at every slide's foot; they are read once.
    once = {(tile.cited, tile.said, tile.slide if tile.cited else 0): tile for tile in reversed(tiles)}
    return list(once.values())


@pytest.mark.parametrize(("theme", "day"), [("light", busy_day), ("dark", quiet_day)])
def test_every_slide_is_read_after_a_conference_has_shrunk_it(stage, open_screen, tmp_path, theme, day):
    """A commune at the end of a thin line reads the same figures as the operations room, in either theme."""
    day(stage)
    # A frozen moment: what is compared with the picture cannot change after the picture was taken.
    code = stage.frozen.keep(stage.topics, now_ms(), "lan", "briefing").code
    tiles = tiles_of(open_screen(f"/briefing?frozen={code}&theme={theme}", SIZE))
    answers = read_all(tiles, tmp_path)
    figures = [(tile, answer) for tile, answer in zip(tiles, answers, strict=True) if tile.cited]
    wrong = [(t.slide, t.said, a.strip()) for t, a in figures if digits(t.said) != digits(a)]
    assert len(figures) > 25
    assert 1 - len(wrong) / len(figures) >= FIGURES_BACK, wrong
    wanted = sum((words(tile.said) for tile in tiles), Counter())
    missed = sum((words(t.said) - words(a) for t, a in zip(tiles, answers, strict=True)), Counter())
    back = 1 - missed.total() / wanted.total()
    print(f"{theme}: figures {1 - len(wrong) / len(figures):.3f}, words {back:.3f} of {wanted.total()}", wrong)
    assert wanted.total() > 150
    assert back >= WORDS_BACK, missed
