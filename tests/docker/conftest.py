"""The tiny models and the real llama-server, for the compose file's command line."""

from llama_fixtures import llama_cpp, models

__all__ = ["llama_cpp", "models"]
