"""Writing DAGs with the judge at the elbow: API cards, verified drafts, best of several, repair.

``cards`` puts what the catalogue knows of a request into the prompt; ``unfinished`` judges a file that is
still being written; ``verified`` grows an answer statement by statement on a llama-server.
"""
