"""Which licence a whole text is: asked of askalono, a recogniser that holds the SPDX licence list.

askalono compares the text with every licence by the share of common word pairs (Sorensen-Dice) after the
normalisation of SPDX's matching guidelines (https://github.com/jpeddicord/askalono). An answer takes about a
second, so it is kept in the cache under the text's hash.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
from functools import lru_cache
from typing import Final

from airflownet.cache import cache_dir
from airflownet.hashing import sha256_text

RECOGNISED_FROM: Final = 0.90
"""Least share of common word pairs; two licences in one file, or one with conditions added, are below it."""
_LONGEST = 200_000
_SHORTEST = 400
_APACHE_END = "END OF TERMS AND CONDITIONS"
# SPDX's own template holds the appendix, which the licence says how to apply: many copies leave it out.
_APACHE_APPENDIX = """

   APPENDIX: How to apply the Apache License to your work.

      To apply the Apache License to your work, attach the following boilerplate notice, with the fields
      enclosed by brackets "[]" replaced with your own identifying information. (Don't include the brackets!)
      The text should be enclosed in the appropriate comment syntax for the file format. We also recommend
      that a file or class name and description of purpose be included on the same "printed page" as the
      copyright notice for easier identification within third-party archives.

   Copyright [yyyy] [name of copyright owner]

   Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
   compliance with the License. You may obtain a copy of the License at

       http://www.apache.org/licenses/LICENSE-2.0

   Unless required by applicable law or agreed to in writing, software distributed under the License is
   distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
   See the License for the specific language governing permissions and limitations under the License.
"""


@lru_cache(maxsize=4096)
def recognised_text(text: str) -> str | None:
    """Returns the SPDX identifier of the licence a text is; None for none, several, or an altered one."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    version = importlib.metadata.version("pyaskalono")
    kept = cache_dir("licences", f"askalono-{version}-1") / sha256_text(text)
    try:
        return kept.read_text() or None
    except FileNotFoundError:
        pass
    answer = _asked(text)
    partial = kept.with_name(f"{kept.name}.{os.getpid()}.partial")
    partial.write_text(answer or "")
    partial.replace(kept)
    return answer


def _asked(text: str) -> str | None:
    from askalono import identify  # type: ignore[import-untyped]

    if re.search(r"Apache License\s+Version 2\.0, January 2004", text) and "APPENDIX" not in text:
        text = text.rstrip() + ("" if _APACHE_END in text else f"\n{_APACHE_END}") + _APACHE_APPENDIX
    best = identify(text)
    return str(best.name) if best is not None and best.score >= RECOGNISED_FROM else None
