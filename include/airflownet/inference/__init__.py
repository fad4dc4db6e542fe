"""Batch inference on llama.cpp: one server, one client and one engine for every kind of generation.

settings.py       what a recipe may say                  sampling.py      the samplers of every request
server.py         start, find again and stop a server    readiness.py     wait for it, check what it offers
process.py        process groups that end for certain    guard.py         ends a server when its owner dies
client.py         the server's HTTP interface, async     retry.py         which failures are tried again
chat_prompt.py    messages to ids; text stays text       adapter_check.py base and adapter do not leak
work.py           what to generate, and in what order    ledger.py        what was generated, exactly once
endpoint.py       one server as the engine sees it       batch.py         the engine: all slots busy
fingerprint.py    what determined an answer              stage.py         the stage: test split, two models
"""
