"""citedeck compiles flashcard questions written in YAML, each tied to a passage of a source, into Anki decks whose cards carry their citation."""

__version__ = "0.1.0"
