from __future__ import annotations

import pytest

from airflownet.mining.github.rate_limits import (
    LONGEST_SECONDARY_PAUSE_S,
    pause_after,
    reset_when_spent,
    resource_of,
)

NOW = 1_000_000.0
SPENT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000100"}
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

REFUSALS = {
    "retry-after": (403, {"Retry-After": "7", **SPENT}, "", 0, (7, 7), False),
    "retry-after-secondary": (
        429,
        {"retry-after": "7", "x-ratelimit-remaining": "9"},
        SECONDARY,
        2,
        (7, 7),
        True,
    ),
    "primary-403": (403, SPENT, "API rate limit exceeded for user ID 1.", 0, (101, 106), False),
    "primary-429": (429, SPENT, "API rate limit exceeded", 0, (101, 106), False),
    "reset-has-passed": (403, SPENT | {"X-RateLimit-Reset": "999000"}, "", 0, (1, 6), False),
    "secondary-first": (403, {"X-RateLimit-Remaining": "4000"}, SECONDARY, 0, (60, 72), True),
    "secondary-third": (403, {}, SECONDARY, 2, (240, 288), True),
    "secondary-bounded": (403, {}, SECONDARY, 20, (900, LONGEST_SECONDARY_PAUSE_S * 1.2), True),
    "429-without-a-word": (429, {}, "", 0, (60, 72), True),
    "primary-by-words-alone": (403, {}, "API rate limit exceeded for 1.2.3.4.", 0, (60, 60), False),
    "odd-retry-after": (429, {"Retry-After": "soon"}, "", 0, (60, 72), True),
}


@pytest.mark.parametrize(
    ("status", "headers", "message", "refusals", "bounds", "is_secondary"), REFUSALS.values(), ids=REFUSALS
)
def test_a_refusal_is_waited_for(status, headers, message, refusals, bounds, is_secondary):
    pause = pause_after(status, headers, message, refusals, NOW)
    assert pause is not None
    assert bounds[0] <= pause.until - NOW <= bounds[1]
    assert pause.is_secondary == is_secondary


NO_LIMITS = {
    "blocked": (403, {"X-RateLimit-Remaining": "4000"}, "Repository access blocked"),
    "no-rights": (403, {}, "Resource not accessible by integration"),
    "not-found": (404, SPENT, "Not Found"),
    "bad-token": (401, SPENT, "Bad credentials"),
    "invalid": (422, {"Retry-After": "5"}, "Validation Failed"),
    "fine": (200, SPENT, ""),
}


@pytest.mark.parametrize(("status", "headers", "message"), NO_LIMITS.values(), ids=NO_LIMITS)
def test_what_is_no_limit_is_not(status, headers, message):
    assert pause_after(status, headers, message, 0, NOW) is None


def test_the_last_allowed_answer_tells_the_reset():
    assert reset_when_spent(SPENT, NOW) == pytest.approx(NOW + 103.5, abs=3)
    assert reset_when_spent({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1000100"}, NOW) is None
    assert reset_when_spent({}, NOW) is None


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/search/code?q=x", "code_search"),
        ("/search/repositories?q=x", "search"),
        ("/api/graphql", "graphql"),
        ("/repos/a/graphql-examples", "core"),
    ],
)
def test_each_request_counts_against_one_limit(path, resource):
    assert resource_of(path) == resource
