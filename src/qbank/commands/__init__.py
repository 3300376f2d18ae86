"""The commands, one module each: `add` describes the command's arguments, `run` does it and returns the exit status.

A new command is a module here and its name in `cli.COMMANDS`.
"""
