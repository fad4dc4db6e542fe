"""The page on a telephone, in a real browser where there is one."""

import html
import re
import shutil
import subprocess

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# A window of the browser has a least width of its own; a frame has not.
FRAME = """<pre id="widths"></pre><iframe width="{width}" height="800" srcdoc="{page}"></iframe>
<script>addEventListener("message", e => document.getElementById("widths").textContent = e.data)</script>"""
TELL = """<script>onload = () => {
  const root = document.documentElement;
  parent.postMessage(`${root.scrollWidth} of ${root.clientWidth}`, "*");
}</script></body>"""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
@pytest.mark.parametrize("width_px", [390, 320])
def test_nothing_is_wider_than_a_telephone(finished_run, tmp_path, width_px):
    page = (finished_run / "evaluation" / "report.html").read_text(encoding="utf-8")
    # Our page forbids scripts. Paths of mined files have no place to break: one such word in every paragraph.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    page = re.sub(r"(<(?:p|li|h3|figcaption|dd)\b[^>]*>)", r"\1" + "folder_name" * 12 + " ", page)
    page = page.replace("<details>", "<details open>").replace("</body>", TELL)
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width_px, page=html.escape(page, quote=True)), encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]
    answer = subprocess.run(
        [*command, frame.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    scroll_px, client_px = re.search(r'id="widths">(\d+) of (\d+)<', answer.stdout).groups()
    assert int(scroll_px) <= int(client_px) <= width_px
