"""The frame of our own pages in Airflow's web interface: the report's style, nothing from elsewhere."""

from __future__ import annotations

import html

from airflownet.evaluation.report_html import report_style

_STYLE = (
    "header,main{max-width:76rem}td .track{width:6.8rem}"
    "progress{width:100%;height:1rem;accent-color:var(--accent)}"
    "#runs tbody th{min-width:9.5rem}tbody th .muted{font-weight:400;font-size:.85rem;overflow-wrap:anywhere}"
    "td.text{min-width:11rem}"
    "nav.order{margin:.2rem 0 .6rem}nav.order b{font-weight:650}"
)


def page(title: str, body: str, *, renew_s: int | None = None, home: str = "") -> str:
    """Returns a whole HTML page.

    Args:
        title: of the page.
        body: HTML; everything foreign in it is escaped already.
        renew_s: the browser asks for the page again after as many seconds.
        home: address of the page above; empty on that page itself.
    """
    renew = f'<meta http-equiv="refresh" content="{renew_s}">' if renew_s else ""
    back = f'<nav><a href="{html.escape(home)}">All runs</a></nav>' if home else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{renew}'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)}</title><style>{report_style()}{_STYLE}</style></head>"
        f'<body><header><p class="kicker">AirflowNet</p><h1>{html.escape(title)}</h1>{back}</header>'
        f"<main>{body}</main></body></html>"
    )
