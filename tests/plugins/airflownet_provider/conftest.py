"""A web hook on a real socket that keeps what it receives."""

from __future__ import annotations

import pytest

from servers.web_hook import WebHook


@pytest.fixture
def web_hook():
    with WebHook() as hook:
        yield hook.url, hook.received
