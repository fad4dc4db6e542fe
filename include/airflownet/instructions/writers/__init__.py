"""Language models that write instructions beside the describer: any llama-server, or Claude in batches."""
