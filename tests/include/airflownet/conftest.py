"""The real llama-server with a tiny model, for every test of the library."""

from llama_fixtures import llama_cpp, models, server, spec

__all__ = ["llama_cpp", "models", "server", "spec"]
