"""Measures loading a line on one core: index, then a class with its whole MRO.

python benchmarks/catalogue/load_time.py
"""

from __future__ import annotations

import statistics
import time

from airflownet.judge.catalogue import store
from airflownet.judge.catalogue.catalogue import Catalogue

REPEATS = 15
CLASSES = (
    "airflow.models.baseoperator.BaseOperator",
    "airflow.providers.google.cloud.operators.bigquery.BigQueryInsertJobOperator",
)


def main() -> None:
    print(f"{'line':6} {'modules':>8} {'load, ms':>9} {'first classes, ms':>18}")
    for line in store.known_lines():
        load_ms, class_ms, n_modules = [], [], 0
        for _ in range(REPEATS):
            store.forget()
            started = time.perf_counter()
            catalogue = Catalogue(line)
            loaded = time.perf_counter()
            for path in CLASSES:
                assert catalogue.class_(path) is not None
            class_ms.append((time.perf_counter() - loaded) * 1000)
            load_ms.append((loaded - started) * 1000)
            n_modules = len(catalogue.modules)
        print(
            f"{line:6} {n_modules:8d} {statistics.median(load_ms):9.1f} {statistics.median(class_ms):18.1f}"
        )
    size_bytes = sum(path.stat().st_size for path in store.DATA.iterdir())
    print(f"all lines: {size_bytes / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
