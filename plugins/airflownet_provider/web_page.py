"""The frame of our own pages in Airflow's web interface: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import html

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}"
    "th,td{text-align:left;padding:.3rem 1.2rem .3rem 0;vertical-align:top}progress{width:100%;height:1.2rem}"
)


def page(title: str, body: str, *, renew_s: int | None = None) -> str:
    """Returns a whole HTML page; with ``renew_s`` the browser asks for it again after as many seconds."""
    renew = f'<meta http-equiv="refresh" content="{renew_s}">' if renew_s else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{renew}'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{body}</body></html>"
    )
