"""One adapter for each tool."""

from __future__ import annotations

from .allure import Allure
from .base import Execution, RefusedError, Tool, UnreadableError
from .gxp import Gxp
from .html_report import Html
from .intent import Intent
from .jamb import Jamb
from .ours import Ours
from .reqcov_cli import ReqcovCommand
from .reqcov_plugin import ReqcovPlugin
from .requirements import Requirements
from .verifies import Verifies
from .vnvspec import Vnvspec

TOOLS: tuple[Tool, ...] = (
    Ours(),
    Verifies(),
    Gxp(),
    Intent(),
    ReqcovPlugin(),
    Requirements(),
    Allure(),
    Jamb(),
    ReqcovCommand(),
    Vnvspec(),
    Html(),
)

__all__ = ["TOOLS", "Execution", "RefusedError", "Tool", "UnreadableError"]
