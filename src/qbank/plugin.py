"""MkDocs as the host: our pages enter its build as finished HTML. The only module that knows MkDocs.

MkDocs' themes do not escape what they are given, so every text handed over here is escaped.
"""

from __future__ import annotations

import html
import json
import logging
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup
from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.config.base import BaseConfigOption, Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure import files as mkdocs_files
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import CountHandler, write_file
from mkdocs.utils.yaml import yaml_load

from qbank import packs, pagefind, policy, project, staging
from qbank.assets import served
from qbank.checks.pages import RUNAWAY_CODE, Published
from qbank.diagnostics import Diagnostic, Finding, Severity, has_errors
from qbank.facts import question_address
from qbank.frames import Frames, Texts
from qbank.page import Page, Site
from qbank.pagefind import Passage
from qbank.pages import site
from qbank.pipeline import examine
from qbank.processes import possible, spread
from qbank.receipt import Receipt, fingerprint, installed
from qbank.render import Renderer, preprocessing
from qbank.reports import block, summary
from qbank.rules import run
from qbank.text import fragments_of

log = logging.getLogger("mkdocs.plugins.qbank")

ASSETS = "assets/qbank/"
"""Scripts and styles; in `vendor/` libraries with their licences, and their types, which only development needs."""
FEWEST_FOR_PROCESSES = 300
"""Fewer pages are made sooner than processes have started."""
UNDATED = "1970-01-01"
"""The date of a page that has none: MkDocs stamps the sitemap with the newest, and our sitemap leaves this one out."""
_PLUGINS = {"qbank", "search", "material/search"}
_EXTENSIONS = set(
    "abbr admonition attr_list codehilite def_list extra fenced_code footnotes md_in_html meta nl2br sane_lists smarty tables toc wikilinks".split()
)
"""Plugins and extensions that read nothing but what they are given; those of `markdown` and `pymdownx` but one are too."""
_NO_PROSE = re.compile(r"(?s)<(pre|script|style)\b.*?</\1>|<a class=\"headerlink\".*?</a>")
_ID = re.compile(r' id="([^"]+)"')


class Misconfigured(Abort):
    """The project is not set up as qbank needs it: exit status 2, where findings in the bank are 1."""

    code = exit_code = 2


class Article(NamedTuple):
    """What a page shows, and what search should find of it, as HTML."""

    content: str
    search_record: str


class QbankPage(MkDocsPage):
    """A page of ours: MkDocs reads and converts nothing, it is handed the result."""

    def __init__(self, page: Page, file: File, config: MkDocsConfig, article: Callable[[QbankPage], Article]) -> None:
        super().__init__(html.escape(page.title), file, config)
        self.of = page
        self._article = article
        self.update_date = page.updated or UNDATED
        self.search_record = ""

    def read_source(self, config: MkDocsConfig) -> None:
        hidden = ["navigation"] if self.of.toc else ["navigation", "toc"]
        self.markdown = ""
        self.meta = {
            "description": html.escape(self.of.description),
            "tags": [html.escape(tag) for tag in self.of.tags],
            "hide": hidden,
            "qbank_styles": [],
        }
        if not self.of.listed:
            self.meta["search"] = {"exclude": True}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content, self.search_record = self._article(self)
        self.toc = TableOfContents([AnchorLink(html.escape(title), id, 2) for id, title in self.of.toc])
        self.meta["qbank_styles"] = [f"assets/qbank/{name}.css" for name in _styles(self.of.template, self.content)]
        self.present_anchor_ids = set(_ID.findall(self.content))


def framed(template: type, frames: Frames) -> type:
    """The same templates of Jinja, which render what stands around pages of ours once for all pages of a kind."""

    class Framed(template):
        def render(self, context: Mapping[str, Any]) -> str:
            page = context.get("page")
            # The menu marks the pages that are in it.
            if not isinstance(page, QbankPage) or page.file.inclusion.is_in_nav():
                return super().render(context)
            texts = {
                "title": page.title,
                "description": page.meta["description"],
                "address": page.canonical_url or "",
                "edit": page.edit_url or "",
                "content": page.content,
            }
            present = tuple(bool(text) for text in texts.values())
            settings = tuple(
                (name, str(value)) for name, value in page.meta.items() if name not in ("description", "tags")
            )
            toc = tuple((item.title, item.url) for item in page.toc)
            kind = (self.name, posixpath.dirname(page.url.rstrip("/")), "<h1" in page.content, present, settings, toc)

            def render(texts: Texts) -> str:
                other = copy(page)
                other.title, other.content = texts["title"], texts["content"]
                other.canonical_url, other.edit_url = texts["address"] or None, texts["edit"] or None
                other.meta = {**page.meta, "description": texts["description"]}
                return template.render(self, {**context, "page": other})

            return frames.render(kind, texts, render)

    return Framed


def _styles(template: str, content: str) -> Iterator[str]:
    """The stylesheets that a page needs besides the one of every page."""
    kind = "question" if template == "question" else "lists" if "data-qb-finder" in content else "home"
    yield kind
    if "<math" in content and kind != "question":
        yield "question"


class _Csp(BaseConfigOption[policy.Sources | None]):
    """What the setting `csp` adds to the pages' policy, or None for no policy."""

    def __init__(self) -> None:
        super().__init__()
        self.default = True

    def run_validation(self, value: object) -> policy.Sources | None:
        try:
            return policy.sources(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Settings(Config):
    """What may stand below `- qbank:` in mkdocs.yml."""

    csp = _Csp()


class QbankPlugin(BasePlugin[Settings]):
    """`plugins: - qbank` in mkdocs.yml."""

    def __init__(self) -> None:
        super().__init__()
        self._serving = False
        self._root = Path()
        self._site = Site(())
        self._cache: packs.Cache | None = None
        self._known: dict[str, str] = {}
        self._prompts: list[Passage] = []
        self._answers: list[Passage] = []
        self._policies: policy.Policies | None = None
        self._findings: list[Finding] = []
        self._articles: Iterator[tuple[str, Article]] = iter(())

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # Besides its purpose, having this hook keeps one plugin object for all rebuilds of `serve`.
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Examine the bank before MkDocs clears the old site; errors end the build here."""
        self._root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        try:
            self._examine(config)
        except Abort as error:
            # MkDocs' server answers nothing after a build that raised, so a preview goes on with the last good pages.
            if not (self._serving and self._site.pages):
                raise
            log.error("%s; the preview keeps the last good state", error)
        self._renderer = Renderer(
            project.template_folders(self._root), directory_urls=config.use_directory_urls, known=self._known.get
        )
        # A preview has none: MkDocs puts a script into its pages, another one after every change.
        without = self._serving or self.config.csp is None
        self._policies = None if without else policy.Policies(self.config.csp)
        # Below the project's own overrides and above the theme.
        position = 1 if config.theme.custom_dir else 0
        config.theme.dirs[position:position] = [
            str(folder / "theme") for folder in project.template_folders(self._root) if (folder / "theme").is_dir()
        ]
        if not config.repo_url and (repository := project.repository_url(self._root)):
            config.repo_url = repository
            config.repo_name = config.repo_name or repository.rpartition("/")[2]
            edit = {"gitlab.com": "-/edit/main/", "bitbucket.org": "src/main/", "codeberg.org": "_edit/main/"}
            docs = posixpath.relpath(Path(config.docs_dir).as_posix(), self._root.as_posix())
            docs = project.folder_in_repository(self._root) + docs
            config.edit_uri = config.edit_uri or edit.get(repository.split("/")[2], "edit/main/") + docs + "/"
        return config

    def _examine(self, config: MkDocsConfig) -> None:
        try:
            examined = examine(
                project.read_files(self._root), today=project.today(), jobs=possible(project.processors())
            )
        except project.ConfigurationError as error:
            raise Misconfigured(f"qbank: {error}") from error
        diagnostics = examined.diagnostics
        planned, cache = Site(()), packs.Cache(self._root / ".cache" / "qbank" / "text")
        if examined.ok:
            planned = site(
                examined.bank,
                fragments=lambda question: fragments_of(question, cache, self._findings.append),
                history=project.read_history(self._root),
                drafts=self._serving,
            )
            own = (file.dest_uri for file in mkdocs_files.get_files(config))
            addresses = {uri.removesuffix("index.html") for uri in own if uri.endswith("index.html")}
            diagnostics += tuple(run(Published(planned, frozenset(addresses - {""}))))
        for diagnostic in diagnostics:
            _log(diagnostic)
        if has_errors(diagnostics):
            raise Abort(f"qbank: {summary(diagnostics)}; the site was not built")
        self._site, self._cache = planned, cache
        shown = {page.address for page in planned.pages}
        self._known = {
            id: question.id for id, question in examined.bank.by_id.items() if question_address(question.id) in shown
        }

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        self._prepare_assets(files, config)
        self._prompts, self._answers = [], []
        docs_to_root = posixpath.relpath(self._root.as_posix(), Path(config.docs_dir).as_posix())
        taken = {file.dest_uri for file in files}
        for page in self._site.pages:
            name = f"{page.address}index.md"
            if f"{page.address}index.html" in taken:
                log.info("%s takes the place of qbank's page", name)
                continue
            file = File.generated(
                config,
                name,
                content="",
                inclusion=InclusionLevel.INCLUDED if page.in_menu else InclusionLevel.NOT_IN_NAV,
            )
            file.edit_uri = f"{docs_to_root}/{page.path}" if page.path else None
            files.append(file)
            QbankPage(page, file, config, self._article)
            if page.prompt:
                self._prompts.append(Passage(url=file.url, title=page.title, markdown=page.prompt))
                self._answers.append(Passage(url=f"{file.url}#answer", title=page.title, markdown=page.answer))
        for address, text in self._site.files().items():
            files.append(File.generated(config, address, content=text))
        for redirect in self._site.redirects:
            html = self._with_policy(self._renderer.redirect(redirect))
            files.append(File.generated(config, f"{redirect.address}index.html", content=html))
        return files

    def _article(self, page: QbankPage) -> Article:
        """A page's article: the next one that is made, or one made now when MkDocs takes pages in another order."""
        for address, article in self._articles:
            if address == page.of.address:
                return article
        return self._noted(self._made(page))

    def _made_in_order(self, pages: Sequence[QbankPage]) -> Iterator[tuple[str, Article]]:
        """Addresses and articles, made in several processes where there is enough to do."""
        jobs = possible(project.processors()) if len(pages) >= FEWEST_FOR_PROCESSES else 1
        if jobs > 1:
            # What pages have in common, so that no process has to find it again.
            for page in {page.of.template: page for page in pages}.values():
                self._made(page)
        last = pages[-jobs:]  # the last of each process

        def made_and_kept(page: QbankPage) -> tuple[Article, set[str], list[Finding]]:
            made = self._made(page)
            if page in last:
                self._cache.flush()
            return made

        for page, made in zip(pages, spread(made_and_kept, pages, jobs=jobs), strict=True):
            yield page.of.address, self._noted(made)

    def _noted(self, made: tuple[Article, set[str], list[Finding]]) -> Article:
        article, used, findings = made
        self._cache.used |= used
        for finding in findings:
            _log(RUNAWAY_CODE.diagnose(finding))
        return article

    def _made(self, page: QbankPage) -> tuple[Article, set[str], list[Finding]]:
        """A page's article, what it used of the cache, and what was noticed on the way."""
        used, self._cache.used, self._findings[:] = self._cache.used, set(), []
        article = Article(
            self._renderer.article(page.of, edit_url=html.unescape(page.edit_url or "")),
            self._renderer.search_record(page.of),
        )
        made, self._cache.used = self._cache.used, used
        return article, made, list(self._findings)

    @staticmethod
    def _prepare_assets(files: Files, config: MkDocsConfig) -> None:
        """Scripts and styles as they are served; the types of libraries stay at home."""
        for file in [file for file in files if file.src_uri.startswith(ASSETS)]:
            if file.src_uri.endswith(".d.ts"):
                files.remove(file)
            elif file.src_uri.endswith((".js", ".css")):
                files.remove(file)
                content = served(file.content_string, file.src_uri)
                files.append(File.generated(config, file.src_uri, content=content))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        # MkDocs dates hand-written pages with the day of the build, which would make every day's sitemap another one.
        if "SOURCE_DATE_EPOCH" not in os.environ:
            for file in files.documentation_pages():
                if file.page is not None and not isinstance(file.page, QbankPage):
                    file.page.update_date = UNDATED
        pages = [file.page for file in files.documentation_pages() if isinstance(file.page, QbankPage)]
        self._articles = self._made_in_order(pages)
        return nav

    @event_priority(100)
    def _show_search_record(self, context: dict, *, page: MkDocsPage, **_: object) -> dict:
        # Search plugins read `page.content` in this hook: while they do, it is only what search should find.
        if isinstance(page, QbankPage):
            page.finished, page.content = page.content, page.search_record
        return context

    @event_priority(-100)
    def _show_content(self, context: dict, *, page: MkDocsPage, **_: object) -> dict:
        if isinstance(page, QbankPage):
            page.content = page.finished
        return context

    on_page_context = CombinedEvent(_show_search_record, _show_content)

    def on_page_content(self, content: str, *, page: MkDocsPage, **_: object) -> None:
        """Full text finds hand-written pages too, unless they say that search should not."""
        if not isinstance(page, QbankPage) and not page.meta.get("search", {}).get("exclude"):
            text = Markup(_NO_PROSE.sub(" ", content)).striptags()
            self._prompts.append(Passage(url=page.url, title=html.unescape(page.title or ""), text=text))

    def on_env(self, env, *, config: MkDocsConfig, **_: object) -> None:
        if self._policies:
            env.add_extension(preprocessing(self._policies.mark))
        # What an owner's own templates, or other plugins, do with a page cannot be known.
        others = {name for name, plugin in config.plugins.items() if hasattr(plugin, "on_page_context")}
        if not config.theme.custom_dir and others <= {"qbank", "search", "material/search"}:
            env.template_class = framed(env.template_class, Frames())

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: MkDocsPage, **_: object) -> str:
        """Every page gets its policy, after all else that may change it."""
        return self._with_policy(output, "" if isinstance(page, QbankPage) else page.content or "")

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, **_: object) -> str:
        return self._with_policy(output_content) if template_name.endswith(".html") else output_content

    def _with_policy(self, html: str, written: str = "") -> str:
        return self._policies.page(html, written) if self._policies else html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._cache:
            self._cache.prune()
        headers = Path(config.site_dir, "_headers")
        if self._policies and not headers.exists():  # the owner's own stays
            write_file(self._policies.headers().encode(), str(headers))
        try:
            pagefind.add_to(
                Path(config.site_dir),
                prompts=self._prompts,
                answers=self._answers,
                language=config.theme.get("language") or "en",
                cache=self._root / project.CACHE / "pagefind",
                jobs=project.processors(),
            )
        except pagefind.Unavailable as error:
            log.info("The site has no full-text search: %s", error)
        except pagefind.Failed as error:
            log.warning("The site has no full-text search: %s", error)

    def on_serve(self, server, *, config: MkDocsConfig, builder):
        for folder in (self._root / project.QUESTIONS, *project.template_folders(self._root)):
            server.watch(str(folder))
        return server


def _log(diagnostic: Diagnostic) -> None:
    log.log(logging.ERROR if diagnostic.severity is Severity.ERROR else logging.WARNING, block(diagnostic))


class Built(NamedTuple):
    """A site: its folder, and whether it had to be made."""

    folder: Path
    anew: bool


def build(
    config_file: str | None = None, *, strict: bool = False, site_dir: str | None = None, force: bool = False
) -> Built:
    """Build the site beside the present one and put it in its place; not when it would be the same, unless by force.

    Raises SystemExit with MkDocs' own status when the configuration or the bank is wrong, or the disk refuses; the old
    site stays.
    """
    config = _load(config_file, strict=strict or None, site_dir=site_dir)
    target = Path(config.site_dir)
    root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
    receipt = Receipt(root / project.CACHE, target)
    made_of = _made_of(config, root)
    if not force and made_of and receipt.holds(made_of):
        return Built(target, anew=False)
    own = tuple(root / name for name in (project.QUESTIONS, project.CACHE, "templates", ".git"))
    try:
        with staging.staged(target, keep=(Path(config.docs_dir), *own)) as folder, _counted() as warnings:
            config.site_dir = str(folder)
            config.plugins.on_startup(command="build", dirty=False)
            try:
                mkdocs_build.build(config)
            finally:
                config.plugins.on_shutdown()
    except staging.Refused as error:
        raise Misconfigured(f"qbank: {error}") from error
    except OSError as error:
        reason = f"{error.strerror or error}{f': `{Path(error.filename).name}`' if error.filename else ''}"
        raise Misconfigured(f"qbank: the site was not built, and the old one stays: {reason}") from error
    # Warnings are told again by every build, and what changed while this one ran may or may not be in it.
    if (
        made_of
        and not warnings.get_counts()
        and _made_of(_load(config_file, strict=strict or None, site_dir=site_dir), root) == made_of
    ):
        receipt.write(made_of)
    return Built(target, anew=True)


def _made_of(config: MkDocsConfig, root: Path) -> str:
    """All that the site depends on, in a few letters; nothing when it may depend on what cannot be seen from here."""
    extensions = {name for name in config.markdown_extensions if name.partition(".")[0] not in ("markdown", "pymdownx")}
    if (
        config.hooks
        or not set(config.plugins) <= _PLUGINS
        or not extensions <= _EXTENSIONS
        or "pymdownx.snippets" in config.markdown_extensions
    ):
        return ""
    folders = [
        root / project.QUESTIONS,
        Path(config.docs_dir),
        *project.template_folders(root),
        *([Path(config.theme.custom_dir)] if config.theme.custom_dir else []),
        Path(__file__).parent,
    ]
    with open(config.config_file_path, "rb") as stream:  # noqa: PTH123 - the files that it inherits from are found by its name
        settings = json.dumps(
            yaml_load(stream), default=lambda value: getattr(value, "__qualname__", None) or repr(value)
        )
    day = os.environ.get("SOURCE_DATE_EPOCH"), project.today()
    return fingerprint(folders, settings, config.strict, day, project.commit(root), installed())


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


def serve(config_file: str | None = None, *, address: str | None = None, open_browser: bool = False) -> None:
    """Serve a preview that is rebuilt on every change, until interrupted."""
    options = {"dev_addr": address} if address else {}
    try:
        mkdocs_serve.serve(config_file, open_in_browser=open_browser, **options)
    except ConfigurationError as error:
        raise Misconfigured(f"qbank: {error}") from error


def _load(config_file: str | None, **options: object) -> MkDocsConfig:
    try:
        return load_config(config_file, **options)
    except MkDocsException as error:
        raise Misconfigured(f"qbank: {error}") from error
