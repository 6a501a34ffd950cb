"""An existing deck becomes a project: what an export holds → deck files, packs, media, sources, and the lock of what learners have."""
