# llama-server for the profile "llama", built from the same pinned source as `make setup` builds.
#   docker compose --profile llama build      (after `docker compose build`, whose image it starts from)
ARG AIRFLOW_IMAGE=airflownet:latest
FROM ${AIRFLOW_IMAGE} AS build
USER root
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential
# The build uses this processor's own instructions: run the image on the kind of machine that built it.
RUN AIRFLOWNET_CACHE_DIR=/build airflownet setup --no-training && mv /build/llama.cpp/build-*/bin /llama

FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl libgomp1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /llama /opt/llama
USER nobody
ENTRYPOINT ["/opt/llama/llama-server"]
