"""The settings: what is taken, what is refused, and that all faults are told together."""

from __future__ import annotations

from pathlib import Path

import pytest

import settings
from settings import SettingsError

NAMES = (
    "CLAIMTRAIL_FIRST_KEY",
    "CLAIMTRAIL_RATE_LIMIT",
    "CLAIMTRAIL_PORT",
    "CLAIMTRAIL_WORKERS",
    "CLAIMTRAIL_LOG_LEVEL",
    "CLAIMTRAIL_KEEP_JOBS_DAYS",
    "CLAIMTRAIL_KEEP_CHECKS_HOURS",
    "CLAIMTRAIL_KEEP_DELIVERIES_DAYS",
    "CLAIMTRAIL_ALLOWED_NETWORKS",
    "CLAIMTRAIL_ALLOWED_PORTS",
    "CLAIMTRAIL_VERDICTS",
    "CLAIMTRAIL_FETCH_HOSTS",
    "CLAIMTRAIL_KEEP_HTML",
    "CLAIMTRAIL_NINJS_SECRET",
    "CLAIMTRAIL_NINJS_BASE_URL",
    "DATABASE_URL",
    "REDIS_URL",
)


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path / "a folder"))


def refusal() -> str:
    with pytest.raises(SettingsError) as told:
        settings.read()
    return str(told.value)


def test_nothing_need_be_set(tmp_path: Path) -> None:
    read = settings.read()
    assert (read.host, read.port) == ("127.0.0.1", 8000)
    assert read.database_url == f"sqlite:///{tmp_path / 'a folder' / 'claimtrail.sqlite3'}"
    assert read.redis_url == f"unix://{str(read.run_dir / 'valkey.sock').replace(' ', '%20')}"
    assert read.embedded_valkey


@pytest.mark.parametrize(("processors", "workers"), [(1, 1), (2, 2), (8, 8), (96, 8)])
def test_there_is_a_worker_for_each_processor(monkeypatch: pytest.MonkeyPatch, processors: int, workers: int) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(processors)), raising=False)
    assert settings.read().workers == workers
    monkeypatch.setenv("CLAIMTRAIL_WORKERS", "3")
    assert settings.read().workers == 3


def test_all_faults_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"PORT": "ten", "WORKERS": "0", "LOG_LEVEL": "loud", "FIRST_KEY": "hunter2", "RATE_LIMIT": "-1"}
    given |= {"KEEP_JOBS_DAYS": "-1", "KEEP_CHECKS_HOURS": "0", "VERDICTS": "true,,false", "NINJS_SECRET": "hunter2"}
    given |= {"FETCH_HOSTS": "https://a.example", "ALLOWED_NETWORKS": "10.0.0.1/8", "ALLOWED_PORTS": "80,0"}
    given |= {"KEEP_HTML": "perhaps", "KEEP_DELIVERIES_DAYS": "0"}
    given["NINJS_BASE_URL"] = "https://desk:hunter2@news.example/"
    for name, value in given.items():
        monkeypatch.setenv(f"CLAIMTRAIL_{name}", value)
    monkeypatch.setenv("DATABASE_URL", "mysql://desk:hunter2@db/claimtrail")
    monkeypatch.setenv("REDIS_URL", "http://queue:6379/0")
    said = refusal()
    assert [name for name in NAMES if f"  {name}: " not in said] == []
    assert "hunter2" not in said


def test_networks_and_ports_that_may_be_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read().allowed_networks == ()
    assert settings.read().allowed_ports == (80, 443, 8080, 8443)
    monkeypatch.setenv("CLAIMTRAIL_ALLOWED_NETWORKS", "10.1.0.0/16, fd00:1::/32")
    monkeypatch.setenv("CLAIMTRAIL_ALLOWED_PORTS", "443,9000")
    assert [str(one) for one in settings.read().allowed_networks] == ["10.1.0.0/16", "fd00:1::/32"]
    assert settings.read().allowed_ports == (443, 9000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0", "claimtrail.example"])
def test_any_address_can_be_listened_on(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("CLAIMTRAIL_HOST", host)
    assert settings.read().host == host


@pytest.mark.parametrize("url", ["redis://h:6379/0", "rediss://:pw@h", "unix:///run/redis.sock?db=1"])
def test_any_redis_will_do(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    read = settings.read()
    assert read.redis_url == url
    assert not read.embedded_valkey


@pytest.mark.parametrize("url", ["queue:6379", "redis:queue", "redis://h:port/0", "redis://h:99999", "redis://[h"])
def test_a_redis_that_cannot_be_reached_by_its_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert "  REDIS_URL: A URL such as redis://" in refusal()


@pytest.mark.parametrize("url", ["sqlite:////srv/c.sqlite3", "postgresql://u:p@h/d", "postgresql://u@/d?host=/tmp/pg"])
def test_both_engines_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert settings.read().database_url == url


def test_the_scale_of_verdicts_is_the_desks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read().verdicts[:3] == ("true", "mostly true", "half true")
    monkeypatch.setenv("CLAIMTRAIL_VERDICTS", " wahr ,falsch, offen")
    assert settings.read().verdicts == ("wahr", "falsch", "offen")
    for scale in ("", "true,", "true,true", "x" * 101, "a\tb", ",".join(map(str, range(51)))):
        monkeypatch.setenv("CLAIMTRAIL_VERDICTS", scale)
        assert "  CLAIMTRAIL_VERDICTS: " in refusal(), scale
    monkeypatch.setenv("CLAIMTRAIL_VERDICTS", ",".join([*map(str, range(49)), "x" * 100]))
    assert len(settings.read().verdicts) == 50


def test_nothing_is_fetched_unless_hosts_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings.read()
    assert not read.fetch_hosts.hold("news.example")
    assert (read.allowed_networks, read.allowed_ports, read.keep_html) == ((), (80, 443, 8080, 8443), True)
    monkeypatch.setenv("CLAIMTRAIL_FETCH_HOSTS", " News.example, *.daily.example,.weekly.example,")
    monkeypatch.setenv("CLAIMTRAIL_ALLOWED_NETWORKS", "127.0.0.0/8, fd00::/8")
    monkeypatch.setenv("CLAIMTRAIL_ALLOWED_PORTS", "8000")
    monkeypatch.setenv("CLAIMTRAIL_KEEP_HTML", "no")
    read = settings.read()
    assert (len(read.allowed_networks), read.allowed_ports, read.keep_html) == (2, (8000,), False)
    held = ("news.example", "NEWS.example", "www.daily.example", "a.b.weekly.example")
    others = ("daily.example", "weekly.example", "xnews.example", "news.example.evil.example", "www.news.example", "")
    assert [read.fetch_hosts.hold(host) for host in held + others] == [True] * 4 + [False] * 6
    monkeypatch.setenv("CLAIMTRAIL_FETCH_HOSTS", "*")
    assert settings.read().fetch_hosts.hold("any.example")


@pytest.mark.parametrize("hosts", ["a b", "новини.приклад", "a.example:80", "a.*.example", "-a", "**", "1/2"])
def test_what_is_no_host_is_not_listed(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("CLAIMTRAIL_FETCH_HOSTS", hosts)
    assert "  CLAIMTRAIL_FETCH_HOSTS: Host names are wanted" in refusal()


def test_pushed_items_stand_where_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings.read()
    assert (read.ninjs_secret, read.ninjs_base_url) == ("", "https://ninjs.invalid/")
    monkeypatch.setenv("CLAIMTRAIL_NINJS_SECRET", "x" * 16)
    assert "x" * 16 not in repr(settings.read())
    for url in ("https://news.example/items/", "http://127.0.0.1:8080/find?id="):
        monkeypatch.setenv("CLAIMTRAIL_NINJS_BASE_URL", url)
        assert settings.read().ninjs_base_url == url
    for url in ("", "news.example/", "https://news.example", "https://news.example/#/", "ftp://news.example/"):
        monkeypatch.setenv("CLAIMTRAIL_NINJS_BASE_URL", url)
        assert "NINJS_BASE_URL" in refusal()
