"""A process that writes: `python -m tests.books.writer BOOK NUMBER COUNT` adds reviews of a book.

Each review is by a user made for it, so that as many increments of one row as
there are reviews must add up.
"""

import sys

import django

django.setup()

from accounts.models import User  # noqa: E402
from books.services import add_review  # noqa: E402


def write(book_id, number, count):
    names = [f"writer{number}-{turn}@example.com" for turn in range(count)]
    users = User.objects.bulk_create(User(email=name) for name in names)
    for turn, user in enumerate(users):
        add_review(book_id, owner=user, rating=1 + turn % 5, text=f"{number}.{turn}")


if __name__ == "__main__":
    write(*map(int, sys.argv[1:]))
