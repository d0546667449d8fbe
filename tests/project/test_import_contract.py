"""No package of ours is left out of the import contract in pyproject.toml."""

import tomllib

from tests.environment import ROOT

CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_every_package_beside_manage_py_stands_in_the_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    layers = " | ".join(CONTRACT["contracts"][0]["layers"]).split(" | ")
    assert set(CONTRACT["root_packages"]) == packages
    assert set(layers) == packages
