FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data PORT=3000
WORKDIR /app

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

RUN useradd --system --uid 10001 bot && mkdir --mode 700 /data && chown bot /data
COPY config ./config
COPY handlers ./handlers
COPY bot ./bot

USER bot
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/live', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
