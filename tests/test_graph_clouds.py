from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.sources.graph.clouds import CLOUDS, Cloud, base_url_of, cloud_at

TAKEN = {
    "https://graph.microsoft.com": "https://graph.microsoft.com",
    "https://graph.microsoft.us/": "https://graph.microsoft.us",
    "https://DOD-graph.microsoft.us:443/beta/": "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn/v1.0": "https://microsoftgraph.chinacloudapi.cn",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://127.255.3.4": "http://127.255.3.4",
    "https://localhost:1/": "https://localhost:1",
    "http://LocalHost:8080/beta": "http://localhost:8080",
    "http://[::1]:8080/v1.0/": "http://[::1]:8080",
    "http://127.0.0.1:8080/under/here/": "http://127.0.0.1:8080/under/here",
}

REFUSED = (
    "https://graph.microsoft.com.evil.example",
    "https://evil.example/graph.microsoft.com",
    "https://evilgraph.microsoft.com",
    "https://login.microsoftonline.com",
    "http://graph.microsoft.com",
    "https://graph.microsoft.com:444",
    "https://graph.microsoft.com:99999",
    "https://graph.microsoft.com/anywhere",
    "https://graph.microsoft.com?to=evil.example",
    "https://graph.microsoft.com#@evil.example",
    "https://graph.microsoft.com@evil.example",
    "https://user:password@graph.microsoft.com",
    "https://graph.microsoft.com.",
    "https://graph.microsoft.com%2eevil.example",
    "https://graph.microsoft.com\\@evil.example",
    "https://graph.microsoft.com\n",
    "https://graph.microsоft.com",  # noqa: RUF001 - a Cyrillic o is the point
    "graph.microsoft.com",
    "http://127.0.0.1@evil.example",
    "http://127.0.0.1:80@evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://evil.example/localhost",
    "http://127.1",
    "http://2130706433",
    "http://0.0.0.0",
    "http://10.0.0.1",
    "http://[::ffff:10.0.0.1]",
    "http://[::1%25eth0]",
    "http://[::1",
    "http://127.0.0.1 .evil.example",
    "http://127.0.0.1\t.evil.example",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "//127.0.0.1",
    "http://",
    "https:///beta",
)


@pytest.mark.parametrize("text", TAKEN)
def test_only_this_machine_and_the_clouds_are_taken(text: str) -> None:
    assert base_url_of("global", text) == TAKEN[text]


@pytest.mark.parametrize("text", REFUSED)
def test_every_other_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="neither on this machine nor one of") as caught:
        base_url_of("global", text)

    assert "http://127.0.0.1:8080" in caught.value.remedy


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        base_url_of("global", "https://amy:hunter2@graph.microsoft.com")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", CLOUDS)
def test_without_an_override_the_cloud_says_the_address(name: str) -> None:
    address = base_url_of(name, None)

    assert cloud_at(address) == CLOUDS[name]
    assert CLOUDS[name].scope == f"{address}/.default"


def test_clouds_are_those_of_microsoft() -> None:
    found = {cloud.name: (cloud.graph_url, cloud.authority) for cloud in CLOUDS.values()}

    assert found == {
        "global": ("https://graph.microsoft.com", "login.microsoftonline.com"),
        "usgov": ("https://graph.microsoft.us", "login.microsoftonline.us"),
        "dod": ("https://dod-graph.microsoft.us", "login.microsoftonline.us"),
        "china": ("https://microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn"),
    }
    assert all(isinstance(cloud, Cloud) for cloud in CLOUDS.values())
    assert cloud_at("http://127.0.0.1:8080") is None
