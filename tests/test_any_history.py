"""Any sequence of edits, builds and releases: what was released keeps its identity and its date, and a build remembers nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from author import Author
from conftest import deck

START = 1_700_000_000


class History(RuleBasedStateMachine):
    """An author at work. `questions` maps an id to its answer, file, retirement and former id."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.author = Author(self.folder)
        self.questions: dict[str, dict[str, Any]] = {}
        self.count = 0
        self.time = START
        self.released: dict[str, dict[str, Any]] = {}
        self.identity: dict[str, str] = {}
        """The guid of each question that is there and was released, by its id."""

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        for _ in range(3):
            self.add("a")

    def pick(self, number: int) -> str:
        return sorted(self.questions)[number % len(self.questions)]

    def write(self) -> None:
        for file in "ab":
            lines = []
            for name, one in self.questions.items():
                if one["file"] == file:
                    extra = (f", retired: {{because: {one['retired']}}}" if one["retired"] else "") + (f", was: {one['was']}" if one["was"] else "")
                    lines.append(f"- {{id: {name}, question: What is {one['asks']}?, answer: {one['answer']}, cite: Swifts sleep in the air.{extra}}}")
            path = f"decks/{file}.yaml"
            self.author.write({path: deck("\n".join(lines), deck=f"Birds::{file}") if lines else f"deck: Birds::{file}\nquestions: []\n"})

    # --- what an author does ---

    @rule(file=st.sampled_from("ab"))
    def add(self, file: str) -> None:
        self.count += 1
        self.questions[f"q{self.count}"] = {"asks": self.count, "answer": f"n{self.count}", "file": file, "retired": "", "was": ""}

    @precondition(lambda self: bool(self.questions))
    @rule(number=st.integers(0, 9), answer=st.sampled_from(["one", "two", "three"]))
    def edit(self, number: int, answer: str) -> None:
        self.questions[self.pick(number)]["answer"] = answer

    @precondition(lambda self: bool(self.questions))
    @rule(number=st.integers(0, 9))
    def move(self, number: int) -> None:
        one = self.questions[self.pick(number)]
        one["file"] = "b" if one["file"] == "a" else "a"

    @precondition(lambda self: bool(self.questions))
    @rule(number=st.integers(0, 9))
    def retire_or_return(self, number: int) -> None:
        one = self.questions[self.pick(number)]
        one["retired"] = "" if one["retired"] else "why"

    @precondition(lambda self: bool(self.questions))
    @rule(number=st.integers(0, 9))
    def rename(self, number: int) -> None:
        name = self.pick(number)
        self.count += 1
        one = self.questions.pop(name)
        new = f"q{self.count}"
        if name in {record["id"] for record in self.released.values()}:
            one["was"] = name
        if name in self.identity:
            self.identity[new] = self.identity.pop(name)
        self.questions[new] = one

    @precondition(lambda self: bool(set(self.questions) - set(self.identity)))
    @rule(number=st.integers(0, 9))
    def drop_a_draft(self, number: int) -> None:
        drafts = sorted(set(self.questions) - set(self.identity))
        del self.questions[drafts[number % len(drafts)]]

    # --- what the tool does ---

    @precondition(lambda self: bool(self.questions))
    @rule(ahead=st.integers(-50_000, 10**6))
    def build(self, ahead: int) -> None:
        self.write()
        lock = self.lock_text()
        result = self.author.run("build", time=self.time + ahead)
        assert result.exit_code == 0, result.output
        assert self.lock_text() == lock, "a build remembers nothing"

    @precondition(lambda self: bool(set(self.identity) & set(self.questions)))
    @rule(number=st.integers(0, 9))
    def lose_a_released_question(self, number: int) -> None:
        name = sorted(set(self.identity) & set(self.questions))[number % len(set(self.identity) & set(self.questions))]
        kept = self.questions.pop(name)
        self.write()
        lock = self.lock_text()
        result = self.author.run("release", time=self.time + 1)
        assert result.exit_code == 1
        assert "question-vanished" in result.output or "no-questions" in result.output
        assert self.lock_text() == lock
        self.questions[name] = kept

    @precondition(lambda self: bool(self.questions))
    @rule(ahead=st.integers(-50_000, 10**6))
    def release(self, ahead: int) -> None:
        self.write()
        before = self.released
        newest = max((record["mod"] for record in before.values()), default=0)
        said = self.author.run("diff", time=0).stdout
        result = self.author.run("release", time=self.time + ahead)
        assert result.exit_code == 0, result.output
        assert result.stdout == said, "diff said what the release changes"
        self.time = max(self.time, self.time + ahead)
        self.released = {record["note"]: record for line in self.lock_text().splitlines() if "note" in (record := json.loads(line))}
        for guid, record in self.released.items():
            if guid in before:
                self.check_kept(before[guid], record, newest)
            else:
                assert record["mod"] > newest
        assert before.keys() <= self.released.keys(), "no released note is lost"
        shipped = {record["id"]: guid for guid, record in self.released.items()}
        for name, guid in self.identity.items():
            assert shipped[name] == guid, "a question keeps its identity through edits, moves and new ids"
        assert set(shipped) == {name for name, one in self.questions.items() if not one["retired"] or name in self.identity}
        self.identity = shipped
        package = (self.author.root / "build/birds.apkg").read_bytes()
        assert self.author.run("build", "--locked", time=START - 10**9).exit_code == 0
        assert (self.author.root / "build/birds.apkg").read_bytes() == package, "with nothing changed, no clock is needed"

    @staticmethod
    def check_kept(old: dict[str, Any], new: dict[str, Any], newest: int) -> None:
        assert new["note id"] == old["note id"]
        same = all(new[key] == old[key] for key in ("text", "citations", "tags"))
        assert new["mod"] == old["mod"] if same else new["mod"] > newest

    @invariant()
    def ids_leave_room(self) -> None:
        seconds = [record["note id"] // 1000 for record in self.released.values()]
        assert len(set(seconds)) == len(seconds)

    def lock_text(self) -> str:
        path = self.author.root / "citedeck.lock"
        return path.read_text(encoding="utf-8") if path.exists() else ""


TestHistory = History.TestCase
# Each step runs commands: shrinking a failure would take minutes.
TestHistory.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
