"""The tools the stages call: llama.cpp's programs and the training environment, found or made once.

``find_*`` looks and never changes anything; ``ensure_*`` downloads and builds what is missing into the
user's cache folder, where all clones share it. ``airflownet setup`` calls both ``ensure_*`` functions.
"""
