"""What tells where and by whom a run was made: folders of this machine, and names of its user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    Text = Callable[[str], str]

USER = "<user>"
_SHORTEST_NAME = 3
# Names of users that are nobody's, and words that stand in reports for other things.
NOBODY = frozenset({
    "admin", "administrator", "app", "build", "builder", "buildkite", "ci", "circleci", "codespace", "container",
    "conda", "daemon", "data", "debian", "default", "dev", "developer", "docker", "ec2-user", "git", "github",
    "gitlab", "gitlab-runner", "guest", "home", "jenkins", "jovyan", "jupyter", "local", "mambauser", "ml", "model",
    "node", "nobody", "pytest", "python", "root", "runner", "runneradmin", "service", "spark", "sudo", "system",
    "team", "test", "tester", "tests", "travis", "ubuntu", "user", "users", "vagrant", "vscode", "work", "worker",
    "workspace",
})  # fmt: skip
# Folders at the root of a file system, in which whatever else lies is this machine's own.
_ROOTS = (
    "home|Users|root|usr|opt|var|etc|tmp|private|mnt|media|srv|nix|snap|proc|run|Volumes|Library|Applications|"
    "workspace|workspaces|builds|github|__w|dbfs|databricks|kaggle|content"
)
_BEGINNINGS = tuple(f"/{root}/" for root in _ROOTS.split("|"))
_ELSEWHERE = (
    rf"(?:(?<![\w./:~\\>-])|(?<=file://))/(?:{_ROOTS})/(?:[^\s'\"<>|:,;()\[\]{{}}/]{{1,255}}+/)*+"
    rf"(?P<name>[^\s'\"<>|:,;()\[\]{{}}/]{{0,255}}+)"
)
_DRIVE = (
    r"(?<![A-Za-z0-9])(?:[A-Za-z]:|\\\\[\w.$-]{1,64}+)(?:\\{1,2}|/)(?:[^\s'\"<>|:,;()\[\]{}/\\]{1,255}+(?:\\{1,2}|/))*+"
    r"(?P<name>[^\s'\"<>|:,;()\[\]{}/\\]{0,255}+)"
)


def places_taken_out(places: Mapping[str, str]) -> Text:
    """Return what replaces folders by what stands in their place ("": relative), and other absolute paths by their end.

    Parameters
    ----------
    places : mapping
        Folder to its replacement; of two that hold one another the inner one is taken.
    """
    folders = {folder.rstrip("/\\"): place for folder, place in places.items() if len(folder.rstrip("/\\")) > 1}
    spelled = {form: place for folder, place in folders.items() for form in (folder, folder.replace("\\", "\\\\"))}
    known = "|".join(re.escape(folder) for folder in sorted(spelled, key=len, reverse=True))
    located = rf"(?<![\w.\\-])(?:(?<!/)|(?<=//))(?:{known})(?:[/\\]{{1,2}}|(?![\w-]))"

    def place(match: re.Match[str]) -> str:
        found = match[0].rstrip("/\\")
        name, is_inside = spelled[found], len(match[0]) > len(found)
        return f"{name}/" if name and is_inside else name or ("" if is_inside else ".")

    def text(given: str) -> str:
        found = re.sub(located, place, given) if any(map(given.__contains__, spelled)) else given
        if "/" in found and any(map(found.__contains__, _BEGINNINGS)):
            found = re.sub(_ELSEWHERE, _end, found)
        return re.sub(_DRIVE, _end, found) if ":/" in found or "\\" in found else found

    return text


def names_taken_out(names: Iterable[str], keep: Collection[str] = ()) -> Text:
    """Return what replaces the names of users where they stand as words."""
    told = {name for name in names if len(name) >= _SHORTEST_NAME and name.lower() not in NOBODY and name not in keep}
    if not told:
        return lambda given: given
    known = "|".join(re.escape(name) for name in sorted(told, key=len, reverse=True))
    pattern = rf"(?i)(?<![A-Za-z0-9_])(?:{known})(?![A-Za-z0-9_])"
    return lambda given: re.sub(pattern, USER, given)


def _end(match: re.Match[str]) -> str:
    return f"…/{match['name']}"
