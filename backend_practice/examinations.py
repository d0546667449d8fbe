"""What `manage.py doctor` examines of the project itself."""

import secrets
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.signing import dumps, loads
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backend_practice.broker import ask
from backend_practice.doctor import Failed, NotSetUp, examination
from backend_practice.health import brokers

SECONDS = 5

LISTENER = """
import sys, redis
url, channel = sys.stdin.readline().split()
listening = redis.Redis.from_url(url, socket_timeout=8, socket_connect_timeout=4).pubsub()
listening.subscribe(channel)
listening.get_message(timeout=8)
print("listening", flush=True)
message = listening.get_message(timeout=8)
print(message["data"].decode() if message else "nothing", flush=True)
"""


@examination("database")
def database_keeps_what_was_written() -> str:
    """Written over one connection, read over another."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    session, proof = sessions(), secrets.token_hex(8)
    session["doctor"] = proof
    session.create()
    try:
        connection.close()
        if sessions(session.session_key).get("doctor") != proof:
            raise Failed("what was written is not there over another connection")
    finally:
        session.delete()
    return f"{connection.display_name} keeps what was written"


@examination("migrations")
def database_has_every_migration() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Failed(f"{len(missing)} are missing: run manage.py prepare")
    return "none is missing"


@examination("deployment check")
def deployment_check_has_nothing_to_say() -> str:
    if not settings.PRODUCTION:
        raise NotSetUp("ENVIRONMENT is not production")
    found = checks.run_checks(include_deployment_checks=True)
    serious = [each for each in found if each.is_serious(checks.WARNING) and not each.is_silenced()]
    if serious:
        raise Failed(", ".join(f"{each.id}: {each.msg}" for each in serious))
    return "nothing to say"


@examination("secret key")
def secret_key_signs_and_verifies() -> str:
    proof = secrets.token_hex(8)
    if loads(dumps(proof)) != proof:
        raise Failed("what SECRET_KEY signed does not verify")
    return "signs and verifies"


@examination("static files")
def static_names_are_hashed_and_there() -> str:
    """The name that pages ask for holds a hash, and such a file was collected."""
    plain = "hello/base.css" if finders.find("hello/base.css") else "admin/css/base.css"
    url = staticfiles_storage.url(plain)
    if url.endswith(plain):
        raise Failed(f"{plain} has no hash in its name: run manage.py collectstatic")
    path = Path(settings.STATIC_ROOT) / url.removeprefix(settings.STATIC_URL)
    if not path.is_file():
        raise Failed(f"{url} was not collected: run manage.py collectstatic")
    return f"{plain} is {path.name}, and there"


@examination("redis", seconds=15)
def a_message_crosses_processes() -> str:
    """Another process listens, this one speaks."""
    if not settings.REDIS_URL:
        raise NotSetUp("REDIS_URL")
    channel, proof = f"doctor.{secrets.token_hex(8)}", secrets.token_hex(8)
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )
    client.ping()  # or the other process would have to say what is wrong
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LISTENER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as listener:  # fmt: skip
        try:
            said = listener.stdin, listener.stdout
            if said[0] is None or said[1] is None:
                raise Failed("no other process could be started")
            print(settings.REDIS_URL, channel, file=said[0], flush=True)
            if said[1].readline().strip() != "listening":
                raise Failed("another process cannot listen")
            client.publish(channel, proof)
            heard = said[1].readline().strip()
        finally:
            listener.kill()
            client.close()
    if heard != proof:
        raise Failed("another process has not heard it")
    return "a message crosses processes"


@examination("brokers")
def brokers_answer() -> str:
    known = brokers()
    if not known:
        raise NotSetUp("CELERY_BROKER_URL, BROKER_URL")
    for name, url in known.items():
        try:
            ask(url, SECONDS)
        except Exception as error:
            raise Failed(f"the {name} does not answer: {type(error).__name__}") from error
    return f"{' and '.join(known)} answers" if len(known) == 1 else f"{' and '.join(known)} answer"
