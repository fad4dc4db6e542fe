"""Claude through Anthropic's Message Batches: half price, re-attached after a crash, nothing paid twice.

``answer(requests, settings, ledger)`` gives every request its one reply. A service, as ``llama`` is:
stages and judges may use it, it uses no stage. Source: https://platform.claude.com/docs/en/build-with-claude/batch-processing
"""
