"""`make lighthouse`: Lighthouse 12 (by npx where it is not installed) on the main screens of a house of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from tests.bench.settled import settle
from tests.browser.chromium import find
from tests.house import House

SCREENS = ("wall", "tablet", "duty", "briefing", "feeds", "entry")
GOALS = {"performance": 90, "accessibility": 100, "best-practices": 100}
RUNS = 3
"""Openings of a screen; Lighthouse's own advice against the noise of a machine is the middle one."""
PASSWORD = "lighthouse-only-2026"


def main() -> int:
    """Measure each screen and print a row: the middle of its runs, and their range; 1 when a goal is missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory)).start()
        try:
            house.cli("user", "add", "looker", "--role", "admin", PASSWORD=PASSWORD)
            headers = Path(directory) / "headers.json"
            headers.write_text(json.dumps({"Cookie": _settled(house)}))
            for screen in SCREENS:
                runs = [_scores(house, screen, headers, Path(directory)) for _ in range(RUNS)]
                found = {name: sorted(run[name] for run in runs) for name in GOALS}
                missed += any(median(found[name]) < goal for name, goal in GOALS.items())
                print(f"/{screen:10}", "  ".join(f"{name} {_told(all_)}" for name, all_ in found.items()), flush=True)
        finally:
            house.stop()
    return 1 if missed else 0


def _told(scores: list[int]) -> str:
    middle = f"{median(scores):g}"
    return middle if scores[0] == scores[-1] else f"{middle} ({scores[0]}–{scores[-1]})"


def _settled(house: House) -> str:
    """Return the cookie of somebody signed in, once the house has filled in its past."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        settle(browser, house, house.token("viewer"))
        page = browser.new_page()
        page.goto(f"{house.url}/sign-in")
        page.locator("input[name=name]").fill("looker")
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        cookies = page.context.cookies()
        browser.close()
    return "; ".join(f"{one['name']}={one['value']}" for one in cookies)


def _scores(house: House, screen: str, headers: Path, folder: Path) -> dict[str, int]:
    found = shutil.which("lighthouse")
    command = [found] if found else ["npx", "--yes", "lighthouse@12"]
    report = folder / f"{screen}.json"
    flags = ["--preset=desktop", f"--extra-headers={headers}", "--chrome-flags=--headless=new --no-sandbox", "--quiet"]
    flags += ["--output=json", f"--output-path={report}", f"--only-categories={','.join(GOALS)}"]
    subprocess.run(
        [*command, f"{house.url}/{screen}", *flags], check=True, env={**os.environ, "CHROME_PATH": str(find())}
    )
    categories = json.loads(report.read_text())["categories"]
    return {name: round(100 * categories[name]["score"]) for name in GOALS}


if __name__ == "__main__":
    sys.exit(main())
