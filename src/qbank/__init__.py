"""qbank: a folder of question files becomes a site to prepare for interviews with."""

__version__ = "0.1.0"
