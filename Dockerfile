FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home famekeeda \
 && install -d -o famekeeda /secrets /media
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
# The settings need these variables; collectstatic uses none of them.
RUN DEBUG=0 SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgres://nobody:nothing@localhost/none REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --no-input
ENV DEBUG=0 MEDIA_ROOT=/media
USER famekeeda
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["granian", "--interface", "rsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "famekeeda.serving.rsgi:application"]
