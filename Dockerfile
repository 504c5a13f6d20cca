# Two stages: the first makes a virtual environment from the pinned, hashed packages; the second is what runs.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/lianxun
ENV PATH=/opt/lianxun/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY constraints.txt ./
RUN pip install --require-hashes -r constraints.txt
COPY pyproject.toml README.md LICENSE ./
COPY messages messages
COPY schedules schedules
COPY bot bot
RUN pip install --no-deps --no-build-isolation --no-index . && pip check && pip uninstall --yes hatchling pathspec pluggy tomlkit trove-classifiers pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin lianxun \
    && install --directory --owner=lianxun --group=lianxun --mode=0700 /data
COPY --from=build /opt/lianxun /opt/lianxun
ENV PATH=/opt/lianxun/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LIANXUN_DATA_DIR=/data \
    LIANXUN_HTTP_HOST=0.0.0.0 \
    LIANXUN_HTTP_PORT=8080 \
    LIANXUN_LOG_FORMAT=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/healthz' % os.environ['LIANXUN_HTTP_PORT'], timeout=4)"]
ENTRYPOINT ["lianxun"]
CMD ["serve"]
