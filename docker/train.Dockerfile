# The GPU worker: Airflow as in docker/Dockerfile, and beside it the environment that trains.
# Two environments in one image, because Airflow's pins and torch's stack do not mix.
#   docker compose --profile gpu build
ARG AIRFLOW_IMAGE=airflownet:latest
FROM ${AIRFLOW_IMAGE}

USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential git \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=airflow --group=root /opt/train
USER airflow

# Here the CUDA build of torch is wanted: pip takes the index's Linux wheel with its libraries.
COPY --chown=airflow:0 requirements-train.txt /opt/train/requirements-train.txt
RUN python -m venv /opt/train/env \
    && /opt/train/env/bin/python -m pip install --no-cache-dir --requirement /opt/train/requirements-train.txt

ENV AIRFLOWNET_TRAIN_PYTHON=/opt/train/env/bin/python
# llama.cpp for export and quantising: once, from the pinned source, for this image's processor kind.
ENV AIRFLOWNET_CACHE_DIR=/opt/train/cache
RUN airflownet setup --no-training
