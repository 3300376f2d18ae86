"""Every rule that qbank has: importing this registers them all, for whoever names or explains rules.

A check that finds everything unchanged imports no module that it does not need, and so knows few of them.
"""

from __future__ import annotations

import qbank.checks
import qbank.parse
import qbank.programs
import qbank.project
import qbank.suppression
import qbank.yamlrules  # noqa: F401 - as all of them
from qbank.rules import RULES

__all__ = ["RULES"]
