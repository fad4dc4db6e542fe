"""Whether an instruction determines its DAG: the structure it states, or leads to, against the source's."""
