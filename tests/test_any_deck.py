"""Any collection that real Anki exports survives import, build and import: its learners notice nothing but what its new maintainer changes."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings

from adopting import adopt, contents, learner_state, media_of, succeed
from anki_desk import Desk, Imported, desk
from any_collection import AnyCollection, collections, export
from citedeck.diagnostics import TextFile
from citedeck.yaml_edit import replace_scalars
from citedeck.yaml_reader import Mapping, Scalar, Sequence, read_yaml

WORD = "ZZappended"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(collections())
def test_any_collection_survives(made: AnyCollection) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        survives(made, folder)
    finally:
        shutil.rmtree(folder)


def survives(made: AnyCollection, folder: Path) -> None:
    original = export(made, folder / "author")
    package = adopt(original, folder / "project")
    with desk(folder / "learner") as learner, desk(folder / "fresh") as fresh:
        count = learner.import_package(original).new
        had, had_media, state = contents(learner), media_of(learner), learner_state(learner)
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=count, conflicting=0)
        assert (learner_state(learner), contents(learner), media_of(learner)) == (state, had, had_media)
        fresh.import_package(package)
        assert contents(fresh) == had
        assert media_of(fresh) == had_media
        if append_word(folder / "project"):
            event("a word was appended")
            succeed("release", "--project", folder / "project")
            assert learner.import_package(package) == Imported(new=0, updated=1, unchanged=count - 1, conflicting=0)
            check_changes(had, contents(learner), learner)


def check_changes(before: dict[str, Any], after: dict[str, Any], learner: Desk) -> None:
    """All is as it was but for one field of one note, which has the word at its end."""
    (changed,) = (guid for guid in before if before[guid] != after[guid])
    old, new = before[changed], after[changed]
    assert old[:4] == new[:4]
    (place,) = (number for number, (one, other) in enumerate(zip(old[4], new[4], strict=True)) if one != other)
    assert WORD in learner.col.get_note(new[0]).fields[place]
    assert set(old[5]) <= set(new[5])


def append_word(project: Path) -> bool:
    """Append a word to the first text of a question that is Markdown; False if there is none."""
    for path in sorted((project / "decks").glob("*.yaml")):
        file = TextFile(path.name, path.read_text())
        root, _ = read_yaml(file)
        assert isinstance(root, Mapping)
        questions = root.entries["questions"][1]
        assert isinstance(questions, Sequence)
        for question in questions.items:
            assert isinstance(question, Mapping)
            for key, (_, value) in question.entries.items():
                if key not in ("id", "pack", "guid", "cite", "tags") and isinstance(value, Scalar) and re.search(r"\w$", value.text):
                    changed, refused = replace_scalars(file, {value.start: value.text + WORD})
                    if not refused:
                        path.write_text(changed.text)
                        return True
    return False
