"""The code in a model's answer; shared by stages, so it lives in ``airflownet.code_extraction``."""

from airflownet.code_extraction import Extraction, extract_code

__all__ = ["Extraction", "extract_code"]
