"""The report again, with what an LLM judge and people say of the same answers."""
