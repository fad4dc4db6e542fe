"""Names of the codemods, as settings give them; ``codemods`` itself takes LibCST to import."""

from __future__ import annotations

from typing import Literal

CodemodName = Literal["doc-markers", "test-harness"]
