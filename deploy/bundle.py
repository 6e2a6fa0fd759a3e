"""The air-gapped bundle: one archive with everything that an installation without a network needs, and its check.

    bundle.py make [--out dist]        wheels by pip download, the project by git archive, sums, licences, one tar.gz
    bundle.py check ARCHIVE            unpacks it, installs it and starts it where there is no network at all

The archive is the same bytes for the same commit and the same wheels: members sorted, times those of the commit.
What is not in it: Python itself (the very minor version it was made with must be there), and the reverse proxy.
"""

from __future__ import annotations

import argparse
import email.parser
import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
LEFT_OUT: Final = (".ci/", "tests/", "docs/pictures/", ".gitignore", "requirements-dev.txt")
"""Of the project's files what an installation does not need."""
SUMS: Final = "SHA256SUMS"
PATIENCE_S: Final = 240.0
"""How long an installed house may take to be healthy; a bound for hangs, not a promise."""
COMPRESSION: Final = 6
"""Wheels are compressed already; more costs minutes and gains nothing."""


class BundleError(Exception):
    """The bundle cannot be made, or is not what it should be; the message says what to do."""


def platform_name() -> str:
    """Return the machines a bundle fits, for example `linux-x86_64-cp311`."""
    return f"{sys.platform}-{platform.machine()}-cp{sys.version_info.major}{sys.version_info.minor}"


def project_files(archive: bytes) -> dict[str, tuple[bytes, int]]:
    """Return path → (content, mode) of a tar that `git archive` made, without what is left out."""
    files: dict[str, tuple[bytes, int]] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            if not member.isfile() or member.name.startswith(LEFT_OUT):
                continue
            opened = tar.extractfile(member)
            assert opened is not None
            files[member.name] = (opened.read(), 0o755 if member.mode & 0o100 else 0o644)
    return files


def component(wheel: Path) -> dict[str, Any]:
    """Return a wheel as a component of CycloneDX: name, version, licences, hash.

    Raises:
        BundleError: when the file is no wheel.
    """
    try:
        with zipfile.ZipFile(wheel) as opened:
            name = next(one for one in opened.namelist() if one.endswith(".dist-info/METADATA"))
            said = email.parser.Parser().parsestr(opened.read(name).decode("utf-8", "replace"), headersonly=True)
    except (zipfile.BadZipFile, StopIteration, OSError) as error:
        raise BundleError(f"{wheel.name} is not a wheel ({error}); delete it and make the bundle again") from error
    licences = [said.get("License-Expression", "")]
    if not licences[0]:
        licences = [
            line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License ::")
        ] or [(said.get("License") or "not stated").strip().splitlines()[0][:100]]
    return {
        "type": "library",
        "name": said["Name"],
        "version": said["Version"],
        "purl": f"pkg:pypi/{said['Name'].lower().replace('_', '-')}@{said['Version']}",
        "licenses": [{"license": {"name": one}} for one in licences],
        "hashes": [{"alg": "SHA-256", "content": sha256(wheel.read_bytes())}],
    }


def bill_of_materials(wheels: Iterable[Path], version: str, revision: str) -> bytes:
    """Return what is in the bundle, as CycloneDX JSON; fonts and layers stand in THIRD_PARTY_NOTICES.md."""
    components = [component(wheel) for wheel in sorted(wheels)]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "lang-son", "version": f"{version}+{revision[:12]}"}},
        "components": components,
    }
    return (json.dumps(bill, ensure_ascii=False, indent=1) + "\n").encode()


def sha256(data: bytes) -> str:
    """Return the hash as text."""
    return hashlib.sha256(data).hexdigest()


def sums(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """Return the text of SHA256SUMS, as `sha256sum -c` reads it."""
    return "".join(f"{sha256(files[path][0])}  {path}\n" for path in sorted(files)).encode()


def write_archive(out: IO[bytes], top: str, files: Mapping[str, tuple[bytes, int]], mtime: int) -> None:
    """Write a tar.gz whose bytes depend on its content and `mtime` alone."""
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=COMPRESSION, mtime=mtime) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in sorted(files):
            data, mode = files[path]
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size, member.mode, member.mtime = len(data), mode, mtime
            tar.addfile(member, io.BytesIO(data))


def _run(*words: str) -> bytes:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise BundleError(f"{' '.join(words[:6])} … failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def download(folder: Path) -> list[Path]:
    """Download the wheels of requirements.txt into a folder and return them; wheels of other versions are deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        # What is there already need not be fetched again; only what this run asks for gets into the bundle.
        known = ["--find-links", str(folder)] if any(folder.iterdir()) else []
        _run(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--only-binary", ":all:", *known, "-r", "requirements.txt", "-d", fresh),
        )
        shutil.rmtree(folder)
        shutil.copytree(fresh, folder)
    return sorted(folder.glob("*.whl"))


def make(out: Path) -> Path:
    """Make the bundle of the commit that is checked out and return its path.

    Raises:
        BundleError: when git or pip fail, or files differ from the commit.
    """
    changed = _run("git", "status", "--porcelain", "--untracked-files=no").decode().strip()
    if changed:
        sys.stderr.write(f"Changes that are not committed stay out of the bundle:\n{changed}\n")
    revision = _run("git", "rev-parse", "HEAD").decode().strip()
    mtime = int(_run("git", "log", "-1", "--format=%ct", revision))
    files = project_files(_run("git", "archive", "--format=tar", revision))
    version = str(tomllib.loads(files["pyproject.toml"][0].decode())["project"]["version"])
    top = f"lang-son-{version}-{platform_name()}"
    out.mkdir(parents=True, exist_ok=True)
    wheels = download(out / "wheels")
    files |= {f"wheels/{wheel.name}": (wheel.read_bytes(), 0o644) for wheel in wheels}
    files["install.sh"] = (files["deploy/install.sh"][0], 0o755)
    files["REVISION"] = (f"{revision}\n".encode(), 0o644)
    files["PYTHON"] = (f"{sys.version_info.major}.{sys.version_info.minor}\n".encode(), 0o644)
    files["bill-of-materials.json"] = (bill_of_materials(wheels, version, revision), 0o644)
    files[SUMS] = (sums(files), 0o644)
    archive = out / f"{top}.tar.gz"
    partial = archive.with_suffix(".partial")
    with partial.open("wb") as opened:
        write_archive(opened, top, files, mtime)
    partial.replace(archive)
    digest = hashlib.sha256()
    with archive.open("rb") as opened:
        while piece := opened.read(1 << 20):
            digest.update(piece)
    (out / f"{archive.name}.sha256").write_text(f"{digest.hexdigest()}  {archive.name}\n", encoding="ascii")
    weight = sum(wheel.stat().st_size for wheel in wheels)
    print(f"{archive}: {archive.stat().st_size:,} bytes, {len(files):,} files")
    print(f"  {len(wheels)} wheels, {weight:,} bytes · commit {revision[:12]} · sha256 {digest.hexdigest()}")
    return archive


def check(archive: Path) -> None:
    """Unpack, install and start the bundle with the network off; say what happened.

    Raises:
        BundleError: when any of it fails.
    """
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-n", "true"], check=False, capture_output=True).returncode == 0:
        command = [unshare, "-n", sys.executable, __file__, "check-here", str(archive.resolve())]
        print("Network: none (a network namespace of its own, with a loopback only)", flush=True)
    else:
        command = [sys.executable, __file__, "check-here", str(archive.resolve())]
        print("Network: package index and proxies lead to a closed port (not allowed to make a namespace)", flush=True)
    if subprocess.run(command, check=False, env=_isolated()).returncode:
        raise BundleError(f"{archive.name} does not install or start without a network; the lines above say where")


def _isolated() -> dict[str, str]:
    """Return an environment that knows no proxy that works, no index, and no settings of ours or of Python's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LSO_", "PIP_", "PYTHON"))}
    dead = "http://127.0.0.1:9"
    return kept | {
        "HTTP_PROXY": dead, "HTTPS_PROXY": dead, "http_proxy": dead, "https_proxy": dead,
        "PIP_INDEX_URL": dead, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }  # fmt: skip


def check_here(archive: Path) -> None:
    """Do the check in this network, whatever it is; raises like `check`."""
    _loopback_up()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        (bundle,) = Path(folder).iterdir()
        prefix = Path(folder) / "opt" / "lang-son"
        install = subprocess.run(
            [str(bundle / "install.sh"), "--prefix", str(prefix), "--python", sys.executable], check=False
        )
        if install.returncode:
            raise BundleError(f"install.sh ended with {install.returncode}")
        print(f"Installed after {time.monotonic() - began:.0f} s", flush=True)
        shutil.rmtree(bundle)  # nothing of the unpacked bundle is needed any more
        _start(prefix, Path(folder) / "var")
    print(f"Started, healthy and ended after {time.monotonic() - began:.0f} s", flush=True)


def _start(prefix: Path, data_dir: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "LSO_DATA_DIR": str(data_dir), "LSO_PORT": str(port), "LSO_LOG": "json"}
    log = data_dir.parent / "up.log"
    with log.open("wb") as opened:
        house = subprocess.Popen(
            [str(prefix / ".venv" / "bin" / "python"), "-m", "dashboard", "up"],
            cwd=prefix, env=environment, stdout=opened, stderr=opened, start_new_session=True,
        )  # fmt: skip
        try:
            answer = _wait_healthy(house, f"http://127.0.0.1:{port}/healthz")
            print(f"/healthz: {answer}", flush=True)
        except BundleError as error:
            raise BundleError(f"{error}\n{log.read_text(errors='replace')[-3000:]}") from error
        finally:
            house.send_signal(signal.SIGINT)
            try:
                status = house.wait(60)
            except subprocess.TimeoutExpired:
                house.kill()
                status = house.wait()
    if status:
        raise BundleError(f"`up` ended with {status}:\n{log.read_text(errors='replace')[-3000:]}")


def _wait_healthy(house: subprocess.Popen[bytes], url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline, last = time.monotonic() + PATIENCE_S, "nobody answered"
    while time.monotonic() < deadline:
        if house.poll() is not None:
            raise BundleError(f"the house ended by itself with {house.returncode}")
        try:
            with opener.open(url, timeout=5) as reply:
                return str(reply.read(300).decode())
        except urllib.error.HTTPError as error:
            last = error.read(600).decode(errors="replace")
        except OSError as error:
            last = str(error)
        time.sleep(0.5)
    raise BundleError(f"not healthy after {PATIENCE_S:.0f} s: {last}")


def _loopback_up() -> None:
    """Turn the loopback on; in a new network namespace it is off, and everything of ours speaks over it."""
    import fcntl

    get_flags, set_flags, up = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP: Linux netdevice(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            said = fcntl.ioctl(one, get_flags, struct.pack("16sh14x", b"lo", 0))
            flags = struct.unpack("16sh14x", said)[1]
            if not flags & up:
                fcntl.ioctl(one, set_flags, struct.pack("16sh14x", b"lo", flags | up))
        except PermissionError:
            pass  # not ours to change: then we are in the machine's own network, where it is on


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make", help="make the bundle")
    making.add_argument("--out", type=Path, default=ROOT / "dist")
    for name in ("check", "check-here"):
        verbs.add_parser(name, help="install and start it with the network off").add_argument("archive", type=Path)
    said = parser.parse_args()
    try:
        if said.verb == "make":
            make(said.out)
        elif said.verb == "check":
            check(said.archive)
        else:
            check_here(said.archive)
    except BundleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
