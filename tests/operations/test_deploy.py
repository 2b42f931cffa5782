"""What `deploy/` says is true: its variables, its commands, its files."""

import re
import shlex
from pathlib import Path

import pytest
from axes.handlers.database import AxesDatabaseHandler
from django.core.management import get_commands

from feedback.forms.imports import MOST_BYTES
from feedback.throttle import SignInThrottle
from objections.files import MAX_BYTES

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "DOMAIN", "WEB", "PATH", "PYTHONDONTWRITEBYTECODE"}


def known():
    table = re.search(r"\| Variable \|.*?\n\n", (ROOT / "README.md").read_text(), re.DOTALL).group()
    return {name for row in table.strip().splitlines() for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("closed-loop.env", r"^([A-Z_]+)="),
        ("compose.yaml", r"^ +([A-Z_]+):|\$\{([A-Z_]+)"),
        ("Containerfile", r"\b([A-Z_]{3,})="),
    ],
)
def test_it_names_no_variable_that_the_portal_does_not_read(path, pattern):
    found = re.findall(pattern, (DEPLOY / path).read_text(), re.MULTILINE)
    named = {name for each in found for name in ([each] if isinstance(each, str) else each) if name}
    assert named
    assert named - OF_OTHERS <= known()


def test_it_runs_only_commands_that_exist():
    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    named = set(re.findall(r"(?:manage\.py|^portal|&& portal) ([a-z_]+)\b(?!\.)", text, re.MULTILINE))
    assert {"backup", "restore", "migrate"} <= named
    assert named <= set(get_commands())


def test_the_web_server_is_started_alike_everywhere():
    """As `manage.py up` does, but for address and port, so that one is measured and all are meant."""
    unit = (DEPLOY / "systemd/closed-loop-web@.service").read_text().replace("\\\n", "")
    options = re.search(r"ExecStart=\S+/granian (.*)", unit).group(1)
    container = re.search(r'CMD \["granian", (.*)\]', (DEPLOY / "Containerfile").read_text()).group(1)
    up = (ROOT / "config/management/commands/up.py").read_text()

    def plain(words):
        return [word for word in words if word not in ("127.0.0.1", "0.0.0.0", "%i", "8000")]  # noqa: S104  compared

    words = plain(shlex.split(options))
    assert words == plain(re.findall(r'"([^"]+)"', '"' + container.lstrip('"')))
    assert [word for word in words if f'"{word}"' not in up] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_every_unit_is_shut_in(unit):
    lines = unit.read_text().splitlines()
    for line in ("User=closed-loop", "NoNewPrivileges=true", "ProtectSystem=strict", "PrivateTmp=true", "UMask=0077"):
        assert line in lines


def test_the_image_installs_by_hash_and_runs_as_nobody_special():
    text = (DEPLOY / "Containerfile").read_text()
    assert text.count("pip install") == text.count("--require-hashes") == 2
    assert re.search(r"^USER closed-loop$", text, re.MULTILINE)
    copied = {
        name.split("/")[0] for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for name in line.split()
    }
    assert all((ROOT / name).exists() for name in copied)
    assert "tests" not in copied


FORM = 1_000_000  # bytes around the files: the other fields and the boundaries


def test_both_proxies_keep_the_monitoring_inside_and_let_an_import_through_and_no_more():
    caddy, nginx = (DEPLOY / "Caddyfile").read_text(), (DEPLOY / "nginx.conf").read_text()
    assert all(path in text for path in ("/metrics", "/readyz") for text in (caddy, nginx))
    most = {
        int(re.search(r"max_size (\d+)MB", caddy).group(1)) * 1000**2,
        int(re.search(r"client_max_body_size (\d+)m;", nginx).group(1)) * 1024**2,
    }
    assert all(MOST_BYTES + FORM < limit < MOST_BYTES * 1.2 for limit in most)
    assert MOST_BYTES > MAX_BYTES
    assert "X-Forwarded-Proto $scheme" in nginx
    assert "X-Forwarded-For $remote_addr" in nginx


def test_the_proxy_of_the_containers_is_held_by_the_same_file():
    proxy = re.search(r"^  proxy:\n(?:    .*\n)+", (DEPLOY / "compose.yaml").read_text(), re.MULTILINE).group()
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in proxy
    assert "command:" not in proxy
    used = set(re.findall(r"\{\$([A-Z]+):", (DEPLOY / "Caddyfile").read_text()))
    assert used == set(re.findall(r"^      ([A-Z]+):", proxy, re.MULTILINE)) == {"DOMAIN", "WEB"}


def test_what_each_web_process_counts_for_itself_is_said(settings):
    """Django's cache is each process's own, so the API's throttles are; wrong passwords and codes are rows."""
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert issubclass(SignInThrottle, AxesDatabaseHandler)
    rates = {kind: int(rate.split("/")[0]) for kind, rate in api_rates().items()}
    words = {name: " ".join((ROOT / name).read_text().split()) for name in ("README.md", "deploy/README.md")}
    assert f"{2 * rates['reading']:,} reads and {2 * rates['writing']} writes a minute" in words["README.md"]
    assert f"twice its {rates['reading']} reads and {rates['writing']} writes a minute" in words["deploy/README.md"]
    unit = (DEPLOY / "systemd/closed-loop-web@.service").read_text()
    assert re.search(r"--workers 1\b", unit)


def api_rates():
    """Those of the settings; under test there are none."""
    from config.settings import REST_FRAMEWORK

    return REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]


def test_its_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)", (DEPLOY / "README.md").read_text())
    assert links
    assert [link for link in links if not (DEPLOY / link).exists()] == []


def test_its_figures_exist(client, settings, db):
    settings.METRICS_TOKEN = "t"
    shown = client.get("/metrics", headers={"authorization": "Bearer t"}).content.decode()
    alerts = (DEPLOY / "alerts.yml").read_text()
    asked = set(re.findall(r"closed_loop_\w+", alerts))
    assert asked
    assert [name for name in asked if name.removesuffix("_bucket").removesuffix("_count") not in shown] == []
