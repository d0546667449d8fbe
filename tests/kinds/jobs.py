"""Kinds of job for the tests: they leave a row behind for each thing that they do."""

import os
import time

from jobs.kinds import JobContext, job
from jobs.periodic import every
from tests.kinds.models import Effect

ANYTHING = {"type": "object"}


@job("tests.steps", params=ANYTHING, title="Leaves a row for each of its steps")
def leave_rows(context: JobContext, params):
    """`steps` rows, each after `seconds`, each meant to appear once."""
    for number in range(params["steps"]):
        time.sleep(params["seconds"])
        with context.once(str(number)) as is_first:
            if is_first:
                leave(context, str(number))
        context.progress((number + 1) / params["steps"])
    return {"steps": params["steps"]}


@job("tests.log", params=ANYTHING, title="Writes lines into its log")
def write_lines(context: JobContext, params):
    for number in range(params["lines"]):
        context.log(f"line {number}")


@job("tests.fork", params=ANYTHING, title="Asks for another job from inside")
def ask_for_another(context: JobContext, params):
    from jobs.services import request_job

    with context.once("asked") as is_first:
        if is_first:
            another = request_job("tests.steps", params, owner_id=context.owner_id)
            context.memory["another"] = str(another.pk)
    return {"pid": os.getpid()}


def leave(context, step):
    Effect.objects.create(job=context.id, step=step, pid=os.getpid())


@every(seconds=1)
def tick():
    """Nothing: the beat sends it."""
