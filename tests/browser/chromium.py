"""Finds Chromium, or installs it, or says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium: $CHROMIUM, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.access(path, os.X_OK) else None


def install() -> None:
    """Install Chromium with apt, else with Playwright; failures are left to the caller's next `find`."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get"):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            if subprocess.run([*sudo, *command], check=False, stdout=subprocess.DEVNULL).returncode:
                break
        if find():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure that there is a Chromium."""
    if find() is None:
        print("Installing Chromium for the browser tests …")
        install()
    if path := find():
        print(f"Chromium: {path}")
        return 0
    print("No Chromium: install one (Debian: apt install chromium), or say where it is with CHROMIUM=/path make test.")
    return 2


if __name__ == "__main__":
    sys.exit(main())
