"""Mined and generated text must stay text; the page must need nothing from elsewhere."""

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser

import pytest


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.text, self.alts, self.events = set(), [], [], [], []
        self.ids, self.anchors, self.scopes, self.scripts = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "script":
            self.scripts.append(dict(attrs))
        for name, value in attrs:
            if name in ("src", "srcset", "href", "action", "data", "poster"):
                self.addresses.append(value)
            if name == "alt":
                self.alts.append(value)
            if name.startswith("on"):
                self.events.append(name)
            if name == "id":
                self.ids.add(value)
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def html(finished_run):
    return (finished_run / "evaluation" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    parser = Page()
    parser.feed(html)
    return parser


def test_hostile_text_is_shown_but_does_nothing(page):
    assert not page.tags & {"iframe", "object", "embed", "form", "link", "base", "b"}
    assert page.scripts == [{"type": "text/plain", "id": "browser-data"}, {}]
    assert not page.events
    text = "".join(page.text)
    assert "</script><script>alert('x')</script>" in text
    assert "{{ 7 * 7 }}" in text
    assert "49 &" not in text


def test_nothing_is_loaded_from_elsewhere(page):
    assert page.addresses
    assert all(re.match(r"data:image/png;base64,|#", address) for address in page.addresses)


def test_the_policy_forbids_requests_and_every_script_but_ours(html):
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1])
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == 1
    assert (
        policy
        == f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html


def test_it_is_accessible(page, html):
    assert '<html lang="en">' in html
    assert len(page.alts) == 7
    assert all(len(alt) > 40 for alt in page.alts)
    assert page.scopes
    assert all(scope in ("col", "row") for scope in page.scopes)
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= page.ids
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html


def test_what_the_model_is_and_the_leak_check_are_told(page):
    text = " ".join(page.text)
    assert "seedling" in text
    assert "2.5 million parameters" in text
    assert "Leak check" in text
    assert "exact copy: 3" in text


def test_the_broken_line_is_marked(html):
    assert 'class="line marked"' in html
