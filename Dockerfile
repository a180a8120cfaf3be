# Build: everything from the registry goes in here, pinned by hash; the result needs no network.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/run.txt requirements/build.txt requirements/
RUN /venv/bin/pip install --require-hashes -r requirements/run.txt \
 && /venv/bin/pip install --require-hashes --target /build-tools -r requirements/build.txt
COPY . .
ENV PYTHONPATH=/build-tools
RUN mkdir -p assets \
 && /venv/bin/pip install --no-deps --no-build-isolation --editable . \
 && /venv/bin/python -m claims.values.gazetteer_build assets/gazetteer.sqlite3 \
 && /venv/bin/python -m compileall -q claimtrail service workers store schemas claims logs.py settings.py

# Run: slim, without compilers, caches or build tools, as a user without rights.
FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /home/claimtrail claimtrail \
 && mkdir -p /data \
 && chown claimtrail:claimtrail /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CLAIMTRAIL_DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"CLAIMTRAIL_PORT\", \"8000\")}/healthz', timeout=2)"]
CMD ["claimtrail", "up"]
