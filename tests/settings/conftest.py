from __future__ import annotations

import pytest

from pytest_iso23053.settings.load import SettingsError, load_settings


class Project:
    """A folder with a configuration in it, and the mistakes that reading it finds."""

    def __init__(self, root):
        self.root = root

    def write(self, name, content=""):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def load(self, text=None, *, file="iso23053.toml", **options):
        if text is not None:
            self.write(file, text)
        return load_settings(self.root, **options)

    def settings(self, text=None, **options):
        return self.load(text, **options)[0]

    def mistakes(self, text=None, **options):
        """Return key → message of what is wrong, with the error's whole text under the key ``str``."""
        with pytest.raises(SettingsError) as caught:
            self.load(text, **options)
        found = {mistake.key: mistake.message for mistake in caught.value.mistakes}
        self.lines = {mistake.key: mistake.line for mistake in caught.value.mistakes}
        self.text = str(caught.value)
        return found


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)
