"""Secrets and personal data inside a text, whatever name it has: found by their own shape.

Tokens of known services are detect-secrets' (https://github.com/Yelp/detect-secrets), telephone numbers are
libphonenumber's; the rest is what Airflow projects hold: connection addresses, account numbers, authors.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from airflownet.mining.redaction.addresses import redacted_email, redacted_ipv4, redacted_ipv6
from airflownet.mining.redaction.placeholders import PLACEHOLDER, is_placeholder

# Repeats that may begin anywhere are bounded: a text of a megabyte without a blank must not take minutes.
_EMAIL = re.compile(r"(?<![\w.+/:@%}-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,18}\b(?![\w@(:])")
_IPV4 = re.compile(
    r"(?<![\w.~<>!=-])(?<!\w=)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)|(?<=[a-z]=)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F:]{1,39}(?![\w:])")
_PHONE = re.compile(r"\+\d[\d ().-]{6,18}\d")
_URI_PASSWORD = re.compile(r"([A-Za-z][\w+.-]{0,30}://[^\s:/@'\"<>{}]*:)([^\s:/@'\"{}$<>]+)(?=@[\w\[{%$.-])")
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_KEY_CHARS = 20_000
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic|token) +([A-Za-z0-9+/_.=-]{16,})")
_ACCOUNT = re.compile(r"(arn:aws[\w-]*:[\w-]*:[\w-]*:)(\d{12})(?=:)|\b(\d{12})(?=\.dkr\.ecr\.)")
_AUTHOR = re.compile(
    r"((?:@author|\b(?:[Aa]uthors?|AUTHOR|[Mm]aintainer|[Cc]reated by|[Ww]ritten by))\b\s*[:=]?\s+)"
    r"([A-Z][a-z'-]+(?: [A-Z]\.?)?(?: [A-Z][a-z'-]+){1,2})\b"
)
# RFC 7519: three parts, the first two of which are JSON objects.
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")
# Substrings come first: a search for one takes a hundredth of the time of a pattern. Two patterns begin with
# their rarest character and look back from it, which takes a sixth of the time.
_HINTS = tuple(
    (literals, re.compile(pattern))
    for literals, pattern in (
        (("@",), r"@(?<=\w@)[\w-]+\.[A-Za-z]|://[^\s/@'\"]*:[^\s/@'\"]+@"),
        (("PRIVATE KEY",), ""),
        (("arn:aws", ".dkr.ecr."), r"arn:aws[\w-]*:[\w-]*:[\w-]*:\d|\d\.dkr\.ecr\."),
        (("Bearer ", "Basic ", "token "), r"\b(?:Bearer|Basic|token) +[\w+/.=-]{16}"),
        (
            ("uthor", "UTHOR", "aintainer", "reated by", "ritten by"),
            r"(?i:author|maintainer|ed by|ten by)s?\W+[A-Z]",
        ),
        (("+",), r"\+\d[\d ().-]{6}"),
        (("::",), r"[0-9a-fA-F]:[0-9a-fA-F]{0,4}:[0-9a-fA-F]"),
        (
            (
                "AKIA",
                "ASIA",
                "gh",
                "glpat-",
                "xox",
                "slack",
                "_live_",
                "sk-",
                "SG.",
                "eyJ",
                "pypi-A",
                "npm_",
                "sq0",
            ),
            r"AKIA|ASIA|gh[opsur]_|github_pat_|glpat-|xox[abposr]|hooks\.slack|[rs]k_live_|\bsk-|SG\.|eyJ|pypi-A|npm_|sq0",
        ),
        (
            (
                "AC",
                "SK",
                "AccountKey",
                "-us",
            ),
            r"\b(?:AC|SK)[a-z0-9]{32}|AccountKey=|[0-9a-z]{32}-us\d",
        ),
    )
)
_DIGITS = re.compile(
    r"\.(?<=\d\.)\d{1,3}\.\d{1,3}\.\d|:(?<=\d:)[0-9a-fA-F]{0,4}:[0-9a-fA-F]{1,4}:|:(?<=\d{8}:)[\w-]{35}"
)
# A literal next to a name that says what it is: in a call, a dictionary, an assignment, or behind its name.
_NAMED_WORDS = (
    "pass", "pwd", "secret", "token", "apikey", "api_key", "access_key", "accesskey", "private_key",
    "privatekey", "fernet", "auth", "account_key", "credential", "webhook", "owner", "maintainer",
    "created_by",
)  # fmt: skip
_NAMED = re.compile(
    r"(?:pass|password|passwd|passphrase|pwd|secret|token|key|key_?id|auth|credentials?|webhook|owners?|"
    r"author__|author|maintainer|created_by)\\?[\"']?\]?\s*(?::\s*\w+\s*=|[,:=])\s*\\?[a-z]?[\"'](?![\"'])"
)
# detect-secrets has one detector for each service; those by entropy or keyword alone are not used.
_DETECTORS = (
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)


class Replacements:
    """Remembers which placeholder stands for which value, so that equal values stay equal."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str], str] = {}

    def of(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        """Returns the placeholder for a value; ``make`` gets the number of its kind, from 1."""
        key = (kind, value)
        if key not in self._chosen:
            number = 1 + sum(known == kind for known, _ in self._chosen)
            self._chosen[key] = make(number)
        return self._chosen[key]


def may_hold_any(text: str) -> bool:
    """Tells whether a text has any sign of what is looked for; most files have none and are not parsed."""
    for literals, pattern in _HINTS:
        for literal in literals:
            if literal in text:
                if pattern.search(text):
                    return True
                break
    if _DIGITS.search(text):
        return True
    lowered = text.lower()
    return any(word in lowered for word in _NAMED_WORDS) and _NAMED.search(lowered) is not None


def redacted_text(text: str, replacements: Replacements) -> str:
    """Returns a text with everything replaced that is recognised by its own shape."""
    if not may_hold_any(text):
        return text
    text = _without_private_keys(text)
    text = _URI_PASSWORD.sub(_redacted_uri, text)
    text = _AUTHORIZATION.sub(_redacted_authorization, text)
    text = _without_service_tokens(text)
    text = _in_quotes(text)
    text = _ACCOUNT.sub(lambda m: (m[1] or "") + "123456789012", text)
    text = _EMAIL.sub(lambda m: redacted_email(m[0], replacements), text)
    if not re.search(r"version", text, re.IGNORECASE):
        text = _IPV4.sub(lambda m: redacted_ipv4(m[0], replacements), text)
    text = _IPV6.sub(lambda m: redacted_ipv6(m[0], replacements), text)
    if _PHONE.search(text):
        text = _without_phone_numbers(text)
    return _AUTHOR.sub(lambda m: m[1] + "Someone", text)


def _redacted_uri(match: re.Match[str]) -> str:
    user = match[1].rpartition("//")[2].rstrip(":")
    is_default = is_placeholder(match[2]) or match[2].lower() == user.lower()
    return match[0] if is_default else match[1] + PLACEHOLDER


def _redacted_authorization(match: re.Match[str]) -> str:
    token = match[2]
    is_random = any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
    return f"{match[1]} {PLACEHOLDER}" if is_random and not is_placeholder(token) else match[0]


def _in_quotes(text: str) -> str:
    """JSON in a string, or code in a comment: ``"password": "..."``, ``password = '...'``."""
    from airflownet.mining.redaction.named_values import QUOTED, is_secret

    def replaced(match: re.Match[str]) -> str:
        return (
            match["before"] + PLACEHOLDER + match["after"]
            if is_secret(match["name"], match["value"])
            else match[0]
        )

    return QUOTED.sub(replaced, text)


@cache
def _service_patterns() -> tuple[re.Pattern[str], ...]:
    """Returns the detectors' patterns; their own ``analyze_string`` may give a part of the token only."""
    patterns = [_WEB_TOKEN]
    for module, name in _DETECTORS:
        detector = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)
        patterns.extend(detector.denylist)
    return tuple(patterns)


def _token(match: re.Match[str]) -> str:
    """The token within a match: a long group of it, else all but the name before it."""
    group = match[1] if match.re.groups and match[1] else ""
    return group if len(group) >= 16 else match[0].removeprefix("AccountKey=")


def _without_private_keys(text: str) -> str:
    """Replaces what stands between a key's first line and the next last line; takes linear time."""
    ends = [end.start() for end in _KEY_END.finditer(text)]
    kept, done, n_passed = [], 0, 0
    for begin in _KEY_BEGIN.finditer(text):
        if begin.start() < done:
            continue
        while n_passed < len(ends) and ends[n_passed] <= begin.end():
            n_passed += 1
        if n_passed == len(ends):
            break
        if ends[n_passed] - begin.end() <= _LONGEST_KEY_CHARS:
            kept += [text[done : begin.end()], PLACEHOLDER]
            done = ends[n_passed]
    return "".join(kept) + text[done:]


def _without_service_tokens(text: str) -> str:
    for pattern in _service_patterns():
        for found in {_token(match) for match in pattern.finditer(text)}:
            if len(found) >= 8 and "EXAMPLE" not in found and not is_placeholder(found):
                is_aws_id = len(found) == 20 and found.startswith(("AKIA", "ASIA"))
                text = text.replace(found, "AKIAIOSFODNN7EXAMPLE" if is_aws_id else PLACEHOLDER)
    return text


def _without_phone_numbers(text: str) -> str:
    import phonenumbers

    found = list(phonenumbers.PhoneNumberMatcher(text, None))
    for match in reversed(found):
        digits = re.sub(r"\D", "", match.raw_string)
        is_fictional = digits.startswith("1500555") or digits[4:9] == "55501"
        if not is_fictional and "+" in match.raw_string:
            text = text[: match.start] + "+12025550100" + text[match.end :]
    return text
