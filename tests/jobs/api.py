"""The API's addresses, and what its answers say."""

JOBS = "/api/v1/jobs/"
KINDS = f"{JOBS}kinds/"
OVERVIEW = f"{JOBS}overview/"
SLEEP = {"kind": "jobs.sleep", "params": {"seconds": 0}}


def address_of(job, action=""):
    """`address_of(job, "cancel/")`"""
    return f"{JOBS}{job.pk}/{action}"


def errors_of(response):
    """What a problem says is wrong: (pointer, code) of each error."""
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]
