"""deploy/nginx/acr-connect.conf: its form, and that it fits the addresses and bounds of the services."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from acr_http.openapi import openapi_document
from acr_registries.catalogue import load_registries
from acr_settings.settings import GatewaySettings, ReaderSettings

CONF = Path(__file__).parents[3] / "deploy" / "nginx" / "acr-connect.conf"
WORD = re.compile(r"#[^\n]*|[;{}]|[^\s;{}]+")
READER = "http://acr_reader"
GATEWAY = "http://acr_gateway"
OPERATORS = ("/metrics", "/livez", "/readyz")


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive with its arguments, and what stands in its block."""

    words: tuple[str, ...]
    block: "tuple[Directive, ...]" = ()

    def values(self, name: str) -> list[tuple[str, ...]]:
        """Give the arguments of each directive of a name in the block."""
        return [each.words[1:] for each in self.block if each.words[0] == name]


def parse(words: Iterator[str], depth: int = 0) -> tuple[Directive, ...]:
    """Read directives up to the end of the block."""
    found: list[Directive] = []
    held: list[str] = []
    for word in words:
        if word == ";":
            assert held, "a directive without a name"
            found.append(Directive(tuple(held)))
            held = []
        elif word == "{":
            found.append(Directive(tuple(held), parse(words, depth + 1)))
            held = []
        elif word == "}":
            assert depth, "a block that never began ends"
            assert not held, f"no semicolon behind {held}"
            return tuple(found)
        else:
            held.append(word)
    assert not depth, "a block has no end"
    assert not held, f"no semicolon behind {held}"
    return tuple(found)


def read_conf() -> tuple[Directive, ...]:
    text = CONF.read_text(encoding="utf-8")
    return parse(word for word in WORD.findall(text) if not word.startswith("#"))


TOP = read_conf()
TLS = next(
    each
    for each in TOP
    if each.words == ("server",) and any("443" in words for words in each.values("listen"))
)
LOCATIONS = [each for each in TLS.block if each.words[0] == "location"]


def location(path: str) -> Directive:
    """Give the location that nginx takes: the first pattern that fits, else the longest prefix."""
    for each in LOCATIONS:
        if each.words[1] == "~" and re.search(each.words[2], path):
            return each
    prefixes = [each for each in LOCATIONS if path.startswith(each.words[-1])]
    return max(prefixes, key=lambda each: len(each.words[-1]))


def seconds(place: Directive, name: str) -> float:
    ((text,),) = place.values(name)
    assert re.fullmatch(r"\d+s", text)
    return float(text[:-1])


def test_each_address_reaches_the_service_that_answers_it() -> None:
    addresses = openapi_document(load_registries())["paths"]
    told = {}
    for address in addresses.keys() - set(OPERATORS):
        operations = addresses[address]
        path = re.sub(r"\{[^}]+\}", "x", address)
        answered = operations.get("get", {}).get("responses", {})
        told[path] = READER if "307" in answered else GATEWAY

    assert set(told.values()) == {READER, GATEWAY}
    for path, service in told.items():
        assert location(path).values("proxy_pass") == [(service,)], path


@pytest.mark.parametrize("path", OPERATORS)
def test_what_operators_read_is_not_served_outside(path: str) -> None:
    place = location(path)

    assert place.values("return") == [("404",)]
    assert not place.values("proxy_pass")


@pytest.mark.parametrize("path", ["/v1/registries/cdsr/submissions", "/v1/registries/cdsr/results"])
def test_what_comes_is_passed_on_as_it_comes(path: str) -> None:
    place = location(path)

    assert place.values("proxy_http_version") == [("1.1",)]
    assert place.values("proxy_buffering") == [("off",)]
    assert ("Connection", '""') in place.values("proxy_set_header")


def test_bodies_go_through_unbuffered_unbounded_and_once() -> None:
    place = location("/v1/registries/cdsr/submissions")

    assert TLS.values("client_max_body_size") == [("0",)]
    assert place.values("proxy_request_buffering") == [("off",)]
    assert place.values("proxy_next_upstream") == [("off",)]


def test_the_proxy_is_more_patient_than_the_services() -> None:
    gateway, reader = GatewaySettings(), ReaderSettings()
    place = location("/v1/registries/cdsr/submissions")
    longest = max(
        gateway.wait_seconds_max,
        gateway.stream_line_timeout_seconds,
        gateway.body_timeout_seconds,
    )

    for name in ("proxy_read_timeout", "proxy_send_timeout", "client_body_timeout"):
        assert seconds(place, name) > longest
    feed = location("/v1/registries/cdsr/results")
    assert seconds(feed, "proxy_read_timeout") > max(
        reader.wait_seconds_max, reader.feed_heartbeat_seconds
    )


def test_old_tls_and_plain_http_are_not_served() -> None:
    plain = [each for each in TOP if each.words == ("server",) and each is not TLS]

    assert TLS.values("ssl_protocols") == [("TLSv1.2", "TLSv1.3")]
    assert [each.values("listen") for each in plain] == [[("80",)]]
    assert all(not each.values("proxy_pass") and each.values("return") for each in plain)


def test_each_upstream_that_is_named_is_there() -> None:
    upstreams = {f"http://{each.words[1]}" for each in TOP if each.words[0] == "upstream"}

    assert {each.values("proxy_pass")[0][0] for each in LOCATIONS if each.values("proxy_pass")} == (
        upstreams
    )


@pytest.mark.parametrize(
    "text", ["a b", "a { b; ", "a; }", "a { b }"], ids=["bare", "open", "closed", "inner"]
)
def test_a_broken_file_would_be_noticed(text: str) -> None:
    with pytest.raises(AssertionError):
        parse(iter(WORD.findall(text)))
