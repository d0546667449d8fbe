"""What the kinds of the tests leave behind."""

from django.db import models


class Effect(models.Model):
    """Nothing keeps it from being there twice, but the way in which jobs are done."""

    job = models.UUIDField()
    step = models.CharField(max_length=20)
    pid = models.IntegerField()

    class Meta:
        db_table = "tests_effect"

    def __str__(self):
        return f"{self.step} of {self.job}"
