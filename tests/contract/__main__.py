"""`python tests/contract check --url …`, from anywhere, with the few dependencies installed."""

import importlib.util
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def as_package() -> ModuleType:
    """This directory as the package `contract`, wherever it lies.

    The directory above is not put on the path: what lies there could hide modules of Python's own.
    """
    sys.path.pop(0)
    spec = importlib.util.spec_from_file_location(
        "contract", HERE / "__init__.py", submodule_search_locations=[str(HERE)]
    )
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["contract"] = package
    return package


if __name__ == "__main__":
    package = __package__ or as_package().__name__
    try:
        main = import_module(f"{package}.command").main
    except ModuleNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed: pip install -r {HERE / 'requirements.txt'}")
    sys.exit(main())
