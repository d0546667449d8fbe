"""What decoding really takes, in a process of its own, is what was said before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.environment import ROOT
from tests.processes import site_environment

pytestmark = pytest.mark.once
MEBIBYTE = 1024 * 1024
SIZE = (2400, 1600)
ROOM = 10 * MEBIBYTE  # for what does not grow with the image
MEASURE = r"""
import json, re, sys
from pathlib import Path
import django
django.setup()
from uploads import decoding, images
from uploads.kinds import IMAGES

types = {format.lower(): kind for kind, format in IMAGES.items()}
status = Path("/proc/self/status")

def memory(name):
    return int(re.search(name + r":\s+(\d+) kB", status.read_text())[1]) * 1024

for name in sys.argv[1:]:
    path = Path(name)
    kind = types[path.suffix[1:]]
    with images.opened(path, kind, at_least=256) as (image, size):
        said = decoding.memory_for(image, kind, size)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    images.check_image(path, kind)
    checked = memory("VmHWM") - before
    Path("/proc/self/clear_refs").write_text("5")
    with path.open("rb") as file:
        images.thumbnail(file, kind, 256)
    print(json.dumps([path.name, said, checked, memory("VmHWM") - before]))
"""
PICTURES = {
    "colours.png": ("RGB", {"compress_level": 1}),
    "see-through.png": ("RGBA", {"compress_level": 1}),
    "grey.png": ("L", {"compress_level": 1}),
    "palette.gif": ("P", {}),
    "plain.jpeg": ("RGB", {"subsampling": "4:4:4"}),
    "progressive.jpeg": ("RGB", {"subsampling": "4:4:4", "progressive": True}),
    "print.jpeg": ("CMYK", {"progressive": True}),
    "lossy.webp": ("RGB", {"method": 0}),
    "see-through.webp": ("RGBA", {"method": 0}),
    "lossless.webp": ("RGB", {"method": 0, "lossless": True}),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """By name: what was said, and what the check and a thumbnail took, in bytes."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("a measure that this system lacks: /proc/self/clear_refs")
    directory = tmp_path_factory.mktemp("pictures")
    for name, (mode, options) in PICTURES.items():
        Image.new(mode, SIZE, 0).save(directory / name, **options)
    lines = subprocess.run(
        [sys.executable, "-c", MEASURE, *[str(directory / name) for name in PICTURES]],
        cwd=ROOT, env=site_environment({"DATA_DIR": str(directory)}),
        stdout=subprocess.PIPE, check=True, text=True,
    ).stdout  # fmt: skip
    return {name: took for name, *took in map(json.loads, lines.splitlines())}


@pytest.mark.parametrize("name", PICTURES)
def test_decoding_takes_no_more_than_was_said(measured, name):
    said, checked, copied = measured[name]

    assert checked < said + ROOM
    assert copied < said + ROOM
