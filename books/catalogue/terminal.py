"""What the import command needs besides the import: its options understood, and a progress bar."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth import get_user_model
from tqdm import tqdm

from books.catalogue.files import size_of
from books.catalogue.importing import Put
from books.catalogue.rehearsal import Rehearsal
from books.catalogue.remark_file import remark_file
from books.catalogue.report import CatalogueError, ImportReport, Remark
from books.catalogue.store import Store


def mapping_from(pairs: Sequence[str]) -> dict[str, str]:
    """`["title=Book name"]` as field and column."""
    for pair in pairs:
        if not all(part.strip() for part in pair.partition("=")):
            raise CatalogueError(f"--map takes field=Column, not {pair!r}.")
    return {field.strip(): column for field, _, column in (pair.partition("=") for pair in pairs)}


@contextmanager
def destination(*, owner: str | None, only_count: bool) -> Iterator[Put]:
    """Where entries go: into the catalogue, as books of the owner with this e-mail address."""
    users = get_user_model()
    try:
        owner_id = users.objects.get_by_natural_key(owner).pk if owner else None
    except users.DoesNotExist as error:
        raise CatalogueError(f"There is no user {owner}.") from error
    if not only_count:
        yield Store(owner_id).put
        return
    with closing(Rehearsal()) as rehearsal:
        yield rehearsal.put


def remarks_to(
    report: str | None, source: str
) -> AbstractContextManager[Callable[[Remark], object]]:
    """A function that writes remarks to this file, if any."""
    if report is None:
        return nullcontext(lambda remark: None)
    if Path(report).exists() and Path(source).exists() and Path(report).samefile(source):
        raise CatalogueError("--report would overwrite the file that is to be read.")
    return remark_file(Path(report))


@contextmanager
def progress(file: BinaryIO) -> Iterator[Callable[[ImportReport], object]]:
    """A function that moves a bar to where the file has been read; no bar outside a terminal."""
    with tqdm(
        total=size_of(file), unit="B", unit_scale=True, disable=not sys.stderr.isatty()
    ) as bar:
        yield lambda report: bar.update(file.tell() - bar.n)
