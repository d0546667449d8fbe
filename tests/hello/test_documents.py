"""The texts of the stages: complete, safe, and no link leads nowhere."""

import re

import pytest

from hello.documents import EXTERNAL, address_of, document_at, file_named
from hello.stages import STAGES
from tests.environment import ROOT

pytestmark = pytest.mark.once

WRITTEN = [stage for stage in STAGES if (ROOT / stage.document).exists()]
BY_STAGE = pytest.mark.parametrize("stage", WRITTEN, ids=lambda stage: stage.slug)
HEADINGS = [
    *("Read the code", "How it goes wrong", "In production"),
    *("Break it", "Exercises", "Standards"),
]


@BY_STAGE
def test_a_text_has_the_same_parts_as_the_others(stage):
    document = document_at(stage.document)

    assert [section.title for section in document.sections] == HEADINGS
    assert (ROOT / stage.document).read_text().startswith(f"# {stage.number} · {stage.name}\n")


@BY_STAGE
def test_every_exercise_says_how_it_is_checked(stage):
    exercises = document_at(stage.document).sections[4].html

    assert exercises.count("<li>") == exercises.count("<em>Check</em>") >= 3
    assert f"practice check --stage {stage.number} " in exercises


@BY_STAGE
def test_every_link_to_a_file_leads_to_one(stage):
    for link in document_at(stage.document).links:
        if not EXTERNAL.match(link):
            path = ROOT / file_named(link.partition("#")[0], written_in=stage.document)
            assert path.is_file(), link


@BY_STAGE
def test_a_link_to_a_standard_leads_where_standards_are_kept(stage):
    kept = r"https://(www\.rfc-editor\.org/rfc/rfc\d+|[\w.-]+\.(org|io|com)/)"
    for link in document_at(stage.document).links:
        assert not EXTERNAL.match(link) or re.match(kept, link), link


def test_a_link_to_another_stage_leads_to_its_page():
    link = address_of("02-static-files.md#exercises", written_in=STAGES[0].document)

    assert link == "/stages/2-static-files/#exercises"


def test_markup_in_a_text_is_shown_and_does_nothing(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "text.md").write_text(
        "# T\n\nA <script>alert(1)</script>\n\n## S\n\n[x](javascript:alert(1)) <b>bold</b>"
    )

    document = document_at("text.md")

    assert "&lt;script&gt;" in document.lead
    assert "<b>" not in document.sections[0].html
    assert "href" not in document.sections[0].html


def test_a_text_is_read_anew_once_it_has_changed(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "text.md").write_text("# T\n\nfirst")
    assert "first" in document_at("text.md").lead
    (tmp_path / "text.md").write_text("# T\n\nsecond")

    assert "second" in document_at("text.md").lead


def test_a_text_that_is_not_there_is_none():
    assert document_at("docs/stages/11-nothing.md") is None
