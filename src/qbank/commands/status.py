"""What a command's exit status says."""

from __future__ import annotations

CLEAN, FINDINGS, MISUSE, INTERNAL = 0, 1, 2, 3
EXPLAINED = "Exit status: 0 clean, 1 findings, 2 wrong use or configuration, 3 internal error."
