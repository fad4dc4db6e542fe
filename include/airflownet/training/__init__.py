"""Training: the seedling base model from scratch, and QLoRA fine-tuning of a base model, with GGUF export.

``seedling_stage.run`` and ``stage.run`` work in Airflow's Python; each starts a worker (``seedling_worker``,
``qlora_worker``) in the training environment, because torch's and Airflow's pins do not mix. Modules with a
worker's imports say so in their first line.
"""
