"""How many processors this process may use."""

import math
import os
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def cores(limit_file: Path = CGROUP_LIMIT) -> int:
    """The processors given to this process, no more than its container may use; at least one.

    The limit is that of control groups, version 2: `quota period`, or `max period`.
    """
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        quota, period = limit_file.read_text().split()
        allowed = math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no container, or no limit
        return given or 1
    return max(1, min(given or 1, allowed))
