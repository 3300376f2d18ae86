"""MkDocs, told to build a site or to serve a preview of it."""

from __future__ import annotations

import errno
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, MkDocsException
from mkdocs.utils import CountHandler

from qbank import project, staging
from qbank.garbage import collecting_seldom
from qbank.plugin import Misconfigured, inputs_of, root_of
from qbank.receipt import Built, Receipt, listed, packed
from qbank.render import TemplateNotFound


def build(
    config_file: str | None, *, strict: bool, site_dir: str | None, receipt: Receipt
) -> tuple[Path, dict[str, str]]:
    """Build the site beside the present one and put it in its place, with a receipt; returns its folder and its files, as `listed`.

    Raises SystemExit with MkDocs' own status when the configuration or the bank is wrong, or the disk refuses; the old
    site stays.
    """
    config = _load(config_file, strict=strict or None, site_dir=site_dir)
    target = Path(config.site_dir)
    inputs = inputs_of(config)
    before = inputs and inputs.state()
    own = project.own_folders(root_of(config))
    try:
        with (
            _blamed(config, "the site was not built, and the old one stays"),
            staging.staged(target, keep=(Path(config.docs_dir), *own)) as folder,
            _counted() as warnings,
            collecting_seldom(),
        ):
            config.site_dir = str(folder)
            config.plugins.on_startup(command="build", dirty=False)
            try:
                mkdocs_build.build(config)
            finally:
                config.plugins.on_shutdown()
    except staging.Refused as error:
        raise Misconfigured(f"qbank: {error}") from error
    # Warnings are told again by every build, and what changed while this one ran may or may not be in it.
    files = listed(str(target))
    if inputs and before and not warnings.get_counts() and inputs.state() == before:
        receipt.write(Built(inputs, before, str(target)), files, packed(config.plugins["qbank"].remembered))
    return target, files


def serve(config_file: str | None = None, *, address: str | None = None, open_browser: bool = False) -> None:
    """Serve a preview that is rebuilt on every change, until interrupted."""
    from mkdocs.commands import serve as mkdocs_serve  # a build does without

    options = {"dev_addr": address} if address else {}
    config = _load(config_file, **options)  # MkDocs would serve a site without any question
    try:
        with _blamed(config, f"there is no preview at {config.dev_addr.host}:{config.dev_addr.port}"):
            mkdocs_serve.serve(config_file, open_in_browser=open_browser, **options)
    except (ConfigurationError, OverflowError) as error:  # there is no port that high
        raise Misconfigured(f"qbank: {error}") from error


def _load(config_file: str | None, **options: object) -> MkDocsConfig:
    if not config_file and not any(Path(name).exists() for name in ("mkdocs.yml", "mkdocs.yaml")):
        raise Misconfigured(
            "qbank: there is no mkdocs.yml here. Name another with `-f`, or write one: "
            "`site_name: …`, `theme: material`, and below `plugins:` the line `- qbank`."
        )
    try:
        config = load_config(config_file, **options)
    except (MkDocsException, SyntaxError, ImportError) as error:
        raise Misconfigured(f"qbank: {error}") from error
    except OSError as error:
        raise Misconfigured(f"qbank: `{config_file or 'mkdocs.yml'}` cannot be read: {error.strerror}") from error
    except Exception as error:  # hooks are run as they are loaded
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.relpath(last.filename)}:{last.lineno}"
        raise Misconfigured(f"qbank: a hook could not be loaded: {place}: {type(error).__name__}: {error}") from error
    if "qbank" not in config.plugins:
        name = Path(config.config_file_path or "mkdocs.yml").name
        raise Misconfigured(f"qbank: {name} does not list the plugin. Write `- qbank` below `plugins:`.")
    return config


@contextmanager
def _blamed(config: MkDocsConfig, outcome: str) -> Iterator[None]:
    """Says what became of it when the system refuses, or a template or a hook of the owner's is wrong; all else is a bug of ours."""
    try:
        yield
    except MkDocsException:
        raise
    except TemplateNotFound as error:
        raise Misconfigured(f"qbank: {outcome}: there is no template or icon `{error.name}`") from error
    except OSError as error:
        reason = f"{error.strerror or error}{f': `{Path(error.filename).name}`' if error.filename else ''}"
        help = "; name another address with `-a`" if error.errno == errno.EADDRINUSE else ""
        raise Misconfigured(f"qbank: {outcome}: {reason}{help}") from error
    except Exception as error:
        if place := _own_line(error, config):
            raise Misconfigured(f"qbank: {outcome}: {place}: {type(error).__name__}: {error}") from error
        raise


def _own_line(error: Exception, config: MkDocsConfig) -> str:
    """The line of the owner's templates and hooks from which an error comes; empty when it comes from none of them."""
    root = root_of(config)
    hooks = [hook.__file__ for hook in config.hooks.values()]
    own = [*map(str, project.template_folders(root)[:-1]), config.theme.custom_dir, *hooks]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(Path(frame.filename).is_relative_to(folder) for folder in own if folder):
            return f"{os.path.relpath(frame.filename, root)}:{frame.lineno}"
    return ""


@contextmanager
def _counted() -> Iterator[CountHandler]:
    """Counts the warnings that are logged in the meantime."""
    counter = CountHandler()
    counter.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(counter)
    try:
        yield counter
    finally:
        logger.removeHandler(counter)
