"""The ten stages, each a file of checks."""

from ..checks import Stage
from . import (
    s01_hello,
    s02_static_files,
    s03_rest,
    s04_authentication,
    s05_database,
    s06_uploads,
    s07_routing,
    s08_jobs,
    s09_real_time,
    s10_services,
)

STAGES: list[Stage] = [
    s01_hello.stage,
    s02_static_files.stage,
    s03_rest.stage,
    s04_authentication.stage,
    s05_database.stage,
    s06_uploads.stage,
    s07_routing.stage,
    s08_jobs.stage,
    s09_real_time.stage,
    s10_services.stage,
]
