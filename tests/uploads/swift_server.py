"""A whole OpenStack Swift in one process: `python swift_server.py DIRECTORY PORT`.

The proxy on that port speaks S3 and believes no signature that is not right; the
three kinds of stores behind it keep one copy of everything in the directory.
"""

import sys
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402 - what is patched comes first
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.utils import NullLogger, set_swift_dir  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

KINDS = ("account", "container", "object")
USER, PASSWORD, REGION = "test:tester", "testing", "us-east-1"
CLUSTER = """
[swift-hash]
swift_hash_path_suffix = any

[storage-policy:0]
name = one
default = yes
"""
STORE = """
[DEFAULT]
swift_dir = {directory}
devices = {directory}
mount_check = false

[pipeline:main]
pipeline = {kind}-server

[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = f"""
[DEFAULT]
swift_dir = {{directory}}

[pipeline:main]
pipeline = catch_errors s3api tempauth bulk slo proxy-server

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:s3api]
use = egg:swift#s3api
location = {REGION}

[filter:tempauth]
use = egg:swift#tempauth
user_{USER.replace(":", "_")} = {PASSWORD} .admin

[filter:bulk]
use = egg:swift#bulk

[filter:slo]
use = egg:swift#slo

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""


def serve_store(directory, kind):
    """A store with a free port of its own, and the ring in which the proxy finds it."""
    listener = eventlet.listen(("127.0.0.1", 0))
    (directory / kind).mkdir()
    ring = RingBuilder(2, 1, 0)  # four partitions, one copy
    place = {"ip": "127.0.0.1", "port": listener.getsockname()[1], "device": kind}
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, **place})
    ring.rebalance()
    ring.get_ring().save(str(directory / f"{kind}.ring.gz"))
    serve(directory / f"{kind}.conf", STORE.format(directory=directory, kind=kind), listener)


def serve(path, configuration, listener):
    path.write_text(configuration)
    application = loadapp(str(path))
    eventlet.spawn(
        wsgi.server, listener, application, NullLogger(), protocol=SwiftHttpProtocol,
        capitalize_response_headers=False,
    )  # fmt: skip


def main(directory, port):
    (directory / "swift.conf").write_text(CLUSTER)
    set_swift_dir(str(directory))
    for kind in KINDS:
        serve_store(directory, kind)
    configuration = PROXY.format(directory=directory)
    serve(directory / "proxy.conf", configuration, eventlet.listen(("127.0.0.1", port)))
    eventlet.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
