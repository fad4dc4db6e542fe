"""Magpie: requests that a model makes up by itself, and its judged answers to them.

Given its chat template up to where the user's text begins, an instruction-tuned model writes a user's
request; asked again, it answers. Xu et al.: Magpie, ICLR 2025 (arXiv 2406.08464). Here on llama-server, from
the served model's own template, steered over a coverage grid, filtered in counted steps, and judged.
"""
