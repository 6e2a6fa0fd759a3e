"""What serves the house for real: every figure, rule, unit and proxy setting is what the code says it is."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.api.body import LARGEST
from dashboard.api.mapping import LARGEST_BODY
from dashboard.metrics.families import ALL, FAMILIES
from dashboard.settings import VARIABLES, load_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
BOARD = json.loads((DEPLOY / "grafana" / "lang-son.json").read_text(encoding="utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("lang-son-*.service"))
HEADINGS = set(re.findall(r"^### (\w+)$", OPERATIONS, re.MULTILINE))


def expressions() -> list[str]:
    """Return every PromQL expression of rules and board."""
    panels = [target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", [])]
    return [rule["expr"] for rule in RULES] + panels + [one["expr"] for one in BOARD["annotations"]["list"]]


def used(expression: str) -> list[tuple[str, set[str]]]:
    """Return the metrics of an expression with the labels its selectors name."""
    found = re.findall(r"\b(lso_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))) for name, selector in found]


def test_rules_and_board_name_only_metrics_and_labels_that_exist() -> None:
    """A rule on a misspelt name never fires, and nobody notices until it should have."""
    seen = set()
    for expression in expressions():
        assert expression.count("(") == expression.count(")")
        for name, labels in used(expression):
            family = FAMILIES.get(name) or FAMILIES[re.sub(r"_(bucket|sum|count)$", "", name)]
            assert (family.kind == "histogram") == (family.name != name), name
            assert labels - {"instance", "job", "le"} <= set(family.labels), (name, labels)
            seen.add(family.name)
    assert len(seen) > 40
    assert len(RULES) >= 25


def test_counters_are_watched_by_their_rate() -> None:
    """A counter's value by itself says nothing."""
    for expression in expressions():
        for name, _ in used(expression):
            if name.endswith(("_total", "_bucket")):
                assert re.search(rf"(rate|increase)\({name}", expression), expression


def test_labels_that_texts_show_are_there() -> None:
    """A summary that says "of <no value>" helps nobody at night."""
    for rule in RULES:
        (metric, *_) = [name for name, _ in used(rule["expr"])] or ["up"]
        known = {"instance", "job", *(FAMILIES[metric].labels if metric in FAMILIES else ())}
        texts = " ".join(rule["annotations"].values())
        assert set(re.findall(r"\$labels\.(\w+)", texts)) <= known, rule["alert"]


def test_every_alert_about_the_system_says_what_to_do() -> None:
    """Each default rule on feeds and systems, and each rule for Prometheus, has a heading with cause and remedy."""
    ours = [
        rule["alert"]
        for name in ("feeds", "systems", "programme")
        for group in yaml.safe_load((ROOT / "config" / "rules" / f"{name}.yaml").read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    wanted = [*ours, *(rule["alert"] for rule in RULES)]
    assert len(set(wanted)) == len(wanted)
    assert set(wanted) == HEADINGS
    for name in wanted:
        section = OPERATIONS.split(f"### {name}\n", 1)[1].split("\n### ")[0]
        assert "**Cause:**" in section
        assert "**Remedy:**" in section
    for rule in RULES:
        assert rule["annotations"]["runbook_url"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert {"summary", "description"} <= rule["annotations"].keys()


def test_links_inside_the_documents_lead_somewhere() -> None:
    """At night nobody should search for the page a remedy names."""
    for path in (ROOT / "docs" / "operations.md", ROOT / "docs" / "monitoring.md", ROOT / "docs" / "backup.md"):
        text = path.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)", text):
            page = (path.parent / target) if target else path
            assert page.is_file(), (path.name, target)
            if anchor:
                titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
                anchors = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles}
                assert anchor in anchors, (path.name, anchor)


def test_every_metric_is_documented_as_it_is() -> None:
    """The page a dashboard's author reads is the table in the code."""
    rows = re.findall(
        r"^\| `(lso_\w+)` \| (\w+) \| ([\w, ]*) \|", (ROOT / "docs" / "monitoring.md").read_text(), re.MULTILINE
    )
    assert rows == [(one.name, one.kind, ", ".join(one.labels)) for one in ALL]


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return a unit file: section → key → values."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            current.setdefault(key, []).append(value)
    return sections


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_every_unit_is_shut_in(path: Path) -> None:
    """No unit may gain privileges, write outside its state, or take all memory; each verb exists."""
    service = unit(path)["Service"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["User"] == ["lso"]
    assert service["MemoryMax"]
    assert service["LimitNOFILE"]
    assert service["SystemCallFilter"][0] == "@system-service"
    if path.stem != "lang-son-backup":
        assert service["Restart"] == ["always"]
    verb = re.search(r"-m dashboard (\w+)", service["ExecStart"][0])
    assert verb is None or verb[1] in {"web", "feeds", "recorder", "alerts", "backup"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """No key is misspelt; a hardening that systemd ignores would be none."""
    files = []
    for path in (DEPLOY / "systemd").glob("lang-son*.*"):
        if path.suffix in {".service", ".timer", ".target"}:
            text = path.read_text(encoding="utf-8")
            # What is installed elsewhere cannot be found here; the rest of the line stays.
            text = text.replace("ExecStart=/opt/lang-son/.venv/bin/python", f"ExecStart={shutil.which('env')}")
            (tmp_path / path.name).write_text(text, encoding="utf-8")
            files.append(str(tmp_path / path.name))
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False, timeout=60
    )
    complaints = [line for line in done.stderr.splitlines() if "lang-son" in line]
    assert (complaints, done.returncode) == ([], 0)


def test_the_shipped_environment_starts_once_its_placeholders_are_replaced(tmp_path: Path) -> None:
    """An operator who copies the files and puts secrets in gets a start, and one who does not is told."""
    variables: dict[str, str] = {}
    for name in ("lang-son.env", "secrets.env"):
        parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
        parser.optionxform = str  # type: ignore[assignment]
        parser.read_string("[all]\n" + (DEPLOY / "systemd" / name).read_text(encoding="utf-8"))
        variables |= dict(parser["all"])
    assert {name for name in variables if name.startswith("LSO_")} <= set(VARIABLES)
    variables |= {"LSO_CONFIG_DIR": str(ROOT / "config"), "LSO_DATA_DIR": str(tmp_path)}
    with pytest.raises(ValueError, match="LSO_SECRET_KEY"):
        load_settings(variables)
    settings = load_settings(variables | {"LSO_SECRET_KEY": "k3y" * 20})
    assert settings.public_url.startswith("https://")


def size_bytes(text: str) -> int:
    """Return a size as proxies write it."""
    found = re.fullmatch(r"(\d+)\s*(k|m|KB|MB)", text)
    assert found, text
    return int(found[1]) * {"k": 1024, "m": 1024**2, "KB": 1000, "MB": 1000**2}[found[2]]


def test_the_proxies_let_through_what_the_app_takes() -> None:
    """A push that the app would take must not die at the proxy, nor a hundred megabytes get past it."""
    nginx = (DEPLOY / "nginx" / "lang-son.conf").read_text(encoding="utf-8")
    caddy = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    for limit in (re.search(r"client_max_body_size\s+(\w+);", nginx), re.search(r"max_size (\w+)", caddy)):
        assert limit
        assert max(LARGEST, LARGEST_BODY) <= size_bytes(limit[1]) <= 2 * max(LARGEST, LARGEST_BODY)
    assert "$proxy_add_x_forwarded_for" not in nginx
    for text in (nginx, caddy):
        assert "/metrics" in text
        assert "max-age=31536000" in text


def paths(folder: Path, text: str) -> str:
    """Return nginx's site with its files and ports moved to where a test may use them."""
    moved = text.replace("/etc/lang-son/tls", str(folder)).replace("listen 80;", "listen 127.0.0.1:18080;")
    return moved.replace("listen 443", "listen 127.0.0.1:18443")


@pytest.mark.skipif(not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed")
def test_nginx_understands_its_configuration(tmp_path: Path) -> None:
    """The file works as it is, with any certificate."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", str(tmp_path / "chihuy.key"), "-out", str(tmp_path / "chihuy.crt"), "-subj", "/CN=chihuy"],
        check=True, capture_output=True,
    )  # fmt: skip
    site = paths(tmp_path, (DEPLOY / "nginx" / "lang-son.conf").read_text(encoding="utf-8"))
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary} include site.conf; }}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_understands_its_configuration(tmp_path: Path) -> None:
    """The file works as it is, and renews early enough for the alert to mean something."""
    file = DEPLOY / "caddy" / "Caddyfile"
    environment = {"LSO_PUBLIC_URL": "https://chihuy.langson.example", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [str(shutil.which("caddy")), "adapt", "--validate", "--config", str(file), "--adapter", "caddyfile"],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    adapted = json.dumps(json.loads(done.stdout))
    assert '"lifetime": 7776000000000000' in adapted
    assert "chihuy.langson.example" in adapted


def test_containers_are_shut_in() -> None:
    """Every service: read-only, no capabilities but the one that is named, limits, a restart policy, known secrets."""
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert {"web", "feeds", "recorder", "alerts", "valkey", "postgres", "caddy"} <= services.keys()
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service.get("secrets", [])) <= compose["secrets"].keys(), name
        networks = service["networks"]
        assert set(networks) <= compose["networks"].keys(), name
        if name != "backup":
            assert service["restart"] == "always", name
            assert service["healthcheck"]["test"], name
            assert service["deploy"]["resources"]["limits"]["memory"], name
        if name != "caddy":
            assert "ports" not in service, name
    assert all(compose["networks"][name]["internal"] for name in ("front", "back"))
    variables = set(services["web"]["environment"]) - {"FORWARDED_ALLOW_IPS"}
    assert {name.removesuffix("_FILE") for name in variables} <= set(VARIABLES)


def test_the_account_of_the_bus_is_the_same_everywhere() -> None:
    """Containers, documents and the rules of the account agree on what it may."""
    rules = "~lso:* &* +@all -@admin -@dangerous +info +config|get"
    assert rules in (DEPLOY / "secrets.sh").read_text(encoding="utf-8")
    assert rules in OPERATIONS
    conf = (DEPLOY / "valkey" / "valkey.conf").read_text(encoding="utf-8")
    settings = dict(line.split(" ", 1) for line in conf.splitlines() if line and not line.startswith("#"))
    assert (settings["appendonly"], settings["maxmemory-policy"]) == ("yes", "noeviction")
