"""Hello, as Flask's own first page has it: `gunicorn flask_hello:app`."""

from flask import Flask, Response

app = Flask(__name__)


@app.get("/hello/")
def hello() -> Response:
    return Response("Hello, World!", content_type="text/plain; charset=utf-8")


@app.get("/healthz/live")
def live() -> dict[str, str]:
    return {"status": "ok"}
