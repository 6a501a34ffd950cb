"""Anki's packages and other exports, read: files of strangers → what they hold."""
