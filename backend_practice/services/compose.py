"""The services as containers: `deploy/services/compose.yaml`, made from the registry."""

from typing import Any

import yaml

from backend_practice.registry import PARTS, SERVICES

HEAD = """\
# The site as services on one machine, behind nginx. Made by `manage.py compose_config`.
#
#     sh deploy/services/secrets.sh      # once: a secret a file, each service its own
#     docker compose --file deploy/services/compose.yaml up --build --wait
#
# Each service has its own database, with a role that no other has the password of.
"""
POSTGRESQL = "docker.io/library/postgres:17.6-bookworm"
REDIS = "docker.io/library/redis:7.4.5-bookworm"
RABBITMQ = "docker.io/library/rabbitmq:4.1.4"
NGINX = "docker.io/library/nginx:1.28.0-alpine"
BROKER = "amqp://guest:guest@rabbitmq:5672//"
PORT = 8000


def compose_file() -> str:
    """All of it, as YAML."""
    document = {
        "name": "back-end-practice-services",
        "services": {"gateway": gateway(), "gateway-config": gateway_config(), **all_services()},
        "volumes": {name: {} for name in ("postgresql", "rabbitmq", "gateway", *PARTS)},
        "secrets": {name: {"file": f"./secrets/{name}"} for name in all_secrets()},
    }
    body = yaml.safe_dump(document, sort_keys=False, width=100)
    return f"{HEAD}{body}"


def all_services() -> dict[str, Any]:
    """What runs for each service, and the servers below them."""
    running: dict[str, Any] = {}
    for name in PARTS:
        running[name] = {**site(name), "command": ["serve", f"0.0.0.0:{PORT}"]}
        running[f"{name}-prepare"] = {
            **site(name),
            "command": ["prepare"],
            "restart": "no",
            "healthcheck": {"disable": True},
            "depends_on": {"postgresql": {"condition": "service_healthy"}},
        }
        if SERVICES[name].has_events:
            running[f"{name}-jobs"] = worker(name)
    return {**running, **servers()}


def site(name: str) -> dict[str, Any]:
    """What all containers of one service share."""
    return {
        "image": "back-end-practice",
        "build": {"context": "../..", "dockerfile": "deploy/Dockerfile"},
        "restart": "unless-stopped",
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - the container's own
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "stop_grace_period": "30s",
        "volumes": [f"{name}:/data"],
        "secrets": secrets_of(name),
        "environment": environment(name),
        "depends_on": {
            f"{name}-prepare": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
            "rabbitmq": {"condition": "service_healthy"},
        },
    }


def environment(name: str) -> dict[str, str]:
    has_events = SERVICES[name].has_events
    variables = {
        "ENVIRONMENT": "production",
        "BACKEND_PRACTICE_SERVICE": name,
        "SERVICE_URL": f"http://{{name}}:{PORT}",
        "SITE_URL": "${SITE_URL:-http://localhost:8080}",
        "ALLOWED_HOSTS": "${ALLOWED_HOSTS:-localhost,127.0.0.1}",
        "TRUSTED_PROXIES": "172.16.0.0/12",
        "SECRET_KEY_FILE": f"/run/secrets/{name}_secret_key",
        "DATABASE_URL": f"postgresql://{name}@postgresql:5432/{name}",
        "DATABASE_PASSWORD_FILE": f"/run/secrets/{name}_database_password",
        "REDIS_URL": "redis://redis:6379/0",
        "BROKER_URL": BROKER if has_events else "",
        "CELERY_BROKER_URL": BROKER if has_events else "",
        "CARRY_EVENTS": "true" if has_events else "",
    }
    if name == "accounts":
        variables["SIGNING_KEYS_FILE"] = "/run/secrets/signing_keys"
        variables["EMAIL_URL_FILE"] = "/run/secrets/email_url"
    if name == "uploads":
        variables["X_ACCEL_LOCATION"] = "/protected-uploads/"
    return {key: value for key, value in variables.items() if value}


def secrets_of(name: str) -> list[str]:
    """No service has another's."""
    own = [f"{name}_secret_key", f"{name}_database_password"]
    return [*own, "signing_keys", "email_url"] if name == "accounts" else own


def all_secrets() -> list[str]:
    return [secret for name in PARTS for secret in secrets_of(name)]


def worker(name: str) -> dict[str, Any]:
    """Does the jobs of one service, and keeps its time."""
    command = ["worker", "--beat", "--schedule", "/data/beat", "--pool", "threads"]
    command += ["--concurrency", "4", "--queues", f"back-end-practice.jobs.{name}"]
    return {
        **site(name),
        "entrypoint": ["celery", "-A", "backend_practice.celery"],
        "command": command,
        "healthcheck": {"disable": True},
    }


def gateway() -> dict[str, Any]:
    return {
        "image": NGINX,
        "restart": "unless-stopped",
        "command": ["nginx", "-e", "/dev/stderr", "-c", "/gateway/nginx.conf"],
        "ports": ["127.0.0.1:8080:8080"],
        "tmpfs": ["/tmp"],  # noqa: S108 - the container's own
        "volumes": ["gateway:/gateway:ro", "uploads:/uploads-data:ro"],
        "group_add": ["10001"],  # may read the files of uploads
        "healthcheck": {
            "test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz/live"],
            "interval": "10s",
        },
        "depends_on": {
            "gateway-config": {"condition": "service_completed_successfully"},
            **{name: {"condition": "service_healthy"} for name in PARTS},
        },
    }


def gateway_config() -> dict[str, Any]:
    """Writes nginx's configuration, asked again for names by Docker's own resolver."""
    made = site("web")
    command = ["gateway_config", "--listen", "8080", "--resolver", "127.0.0.11"]
    command += ["--directory", "/tmp", "--uploads", "/uploads-data/uploads"]  # noqa: S108
    command += ["--access-log", "/dev/stdout", "--output", "/gateway/nginx.conf"]
    return {
        **{key: value for key, value in made.items() if key != "depends_on"},
        "user": "root",  # to write into a volume that is new
        "command": command,
        "volumes": ["gateway:/gateway"],
        "tmpfs": ["/tmp", "/data"],  # noqa: S108 - the container's own
        "restart": "no",
        "healthcheck": {"disable": True},
    }


def servers() -> dict[str, Any]:
    return {
        "postgresql": {
            "image": POSTGRESQL,
            "restart": "unless-stopped",
            "environment": {
                "POSTGRES_HOST_AUTH_METHOD": "scram-sha-256",
                "POSTGRES_PASSWORD_FILE": "/run/secrets/accounts_database_password",
                "SERVICES": " ".join(PARTS),
            },
            "secrets": [f"{name}_database_password" for name in PARTS],
            "volumes": [
                "postgresql:/var/lib/postgresql/data",
                "./databases.sh:/docker-entrypoint-initdb.d/databases.sh:ro",
            ],
            "healthcheck": {
                "test": ["CMD", "pg_isready", "--username", "postgres", "--host", "127.0.0.1"],
                "interval": "5s",
                "start_period": "30s",
            },
        },
        "redis": {
            "image": REDIS,
            "restart": "unless-stopped",
            "command": ["redis-server", "--save", "", "--maxmemory", "256mb"],
            "healthcheck": {"test": ["CMD", "redis-cli", "ping"], "interval": "5s"},
        },
        "rabbitmq": {
            "image": RABBITMQ,
            "restart": "unless-stopped",
            "hostname": "rabbitmq",
            "volumes": ["rabbitmq:/var/lib/rabbitmq"],
            "healthcheck": {
                "test": ["CMD", "rabbitmq-diagnostics", "--quiet", "check_port_connectivity"],
                "interval": "10s",
                "timeout": "10s",
                "start_period": "60s",
            },
        },
    }
