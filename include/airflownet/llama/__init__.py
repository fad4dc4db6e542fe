"""llama.cpp as a service: one server, one client and one engine for every kind of generation.

Stages import it; it imports no stage. With a model file at hand, the whole way is::

    with serving(settings, models, [], folder) as servers, open_ledger(path) as ledger:
        async with open_endpoints(servers, settings, models) as endpoints:
            await generate(endpoints, items, sampling, ledger)

settings.py       what a recipe may say                  sampling.py      the samplers of every request
batch.py          the engine: all slots busy             work.py          what to generate, and in what order
ledger.py         what was generated, exactly once       fingerprint.py   what determined an answer
serving.py        which servers a stage uses             endpoint.py      one server as the engine sees it
server.py         start, find again and stop a server    server_spec.py   what is asked for; the handle
readiness.py      wait for it, check what it offers      process.py       process groups that end for certain
guard.py          ends a server when its owner dies      client.py        the server's HTTP interface, async
retry.py          which failures are tried again         chat_prompt.py   messages to ids; text stays text
adapter_check.py  base and adapter do not leak           calibration.py   how many slots suit a machine
lost_answers.py   what a server failed at                errors.py         what can go wrong
quantised.py      the base in the type that answers
"""
