"""MkDocs as the host: our pages enter its build as finished HTML. What knows MkDocs is here, and in `host` how it is started.

MkDocs' themes do not escape what they are given, so every text handed over here is escaped.
"""

from __future__ import annotations

import html
import logging
import os
import posixpath
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.commands.build import get_context
from mkdocs.config.base import BaseConfigOption, Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure import files as mkdocs_files
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_theme_dir, write_file

from qbank import assets, checkcache, packs, pagefind, policy, project, repository, staging
from qbank.checks.pages import RUNAWAY_CODE, Published
from qbank.diagnostics import Diagnostic, Finding, Severity, has_errors
from qbank.facts import question_address
from qbank.frames import Kept
from qbank.page import Page, Site
from qbank.pagefind import Passage, StoredPassage
from qbank.pages import site
from qbank.pipeline import examine
from qbank.press import Blank, Press
from qbank.preview import Preview
from qbank.processes import Ahead, possible
from qbank.receipt import Inputs
from qbank.render import Renderer, add_folder, keep_compiled, preprocessing
from qbank.reports import block, summary
from qbank.rules import run
from qbank.sheets import Location, Sheet, sheet, surroundings
from qbank.text import fragments_of, prose, words

log = logging.getLogger("mkdocs.plugins.qbank")

ASSETS = "assets/qbank/"
"""Scripts and styles; in `vendor/` libraries with their licences, and their types, which only development needs."""
_FEW = 2_000
"""As many files can be looked at several times a second."""
UNDATED = "1970-01-01"
"""The date of a page that has none: MkDocs stamps the sitemap with the newest, and our sitemap leaves this one out."""
_FONTS_OF_MATERIAL = {"text": "Roboto", "code": "Roboto Mono"}
"""The setting where `mkdocs.yml` says nothing of fonts."""
_PLUGINS = {"qbank", "search", "material/search"}
_EXTENSIONS = set(
    "abbr admonition attr_list codehilite def_list extra fenced_code footnotes md_in_html meta nl2br sane_lists smarty tables toc wikilinks".split()
)
"""Plugins and extensions that read nothing but what they are given; those of `markdown` and `pymdownx` but one are too."""
_NO_PROSE = re.compile(r"(?s)<(pre|script|style)\b.*?</\1>|<a class=\"headerlink\".*?</a>")


class Misconfigured(Abort):
    """The project is not set up as qbank needs it: exit status 2, where findings in the bank are 1."""

    code = exit_code = 2


class QbankPage(MkDocsPage):
    """A page of ours: MkDocs reads and converts nothing, it is handed the result."""

    def __init__(self, page: Page, file: File, config: MkDocsConfig, sheet: Callable[[QbankPage], Sheet]) -> None:
        super().__init__(html.escape(page.title), file, config)
        self.of = page
        self._sheet = sheet
        self.update_date = page.updated or UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.show(self._sheet(self))
        self.present_anchor_ids = self.sheet.ids

    def show(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.title, self.content, self.meta = sheet.title, sheet.content, sheet.meta
        self.canonical_url, self.edit_url = sheet.at.canonical or None, sheet.at.edit or None
        self.toc = TableOfContents([AnchorLink(title, id, 2) for title, id in sheet.toc])


class PressedFile(File):
    """The file of a page that MkDocs neither reads nor writes: it is for links from pages that were written by hand."""

    page: QbankPage

    def is_documentation_page(self) -> bool:
        return False

    def copy_file(self, dirty: bool = False) -> None:
        pass


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
        self._written: list[Passage] = []
        self._begun: Ahead | None = None
        self._files: dict[str, File] = {}
        self._keys: dict[str, str] = {}
        self._policies: policy.Policies | None = None
        self._findings: list[Finding] = []
        self._preview = Preview(_log)
        self._pressed: list[PressedFile] = []
        self._menu: list[str] = []
        self.remembered: dict[str, Any] | None = None
        """What `amend` needs to know of the site, when it can be amended."""
        self._theme: Callable[[QbankPage], str] = str

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # Besides its purpose, having this hook keeps one plugin object for all rebuilds of `serve`.
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Examine the bank before MkDocs clears the old site; errors end the build here."""
        _require(config)
        if config.theme.get("font") == _FONTS_OF_MATERIAL:
            config.theme["font"] = False  # what nobody asked for comes from no other host
        for palette in _palettes(config):  # Material's default would look as if the owner had chosen it
            palette.setdefault("primary", "custom")
            palette.setdefault("accent", "custom")
        self._root = root_of(config)
        if not self._serving:  # MkDocs empties the folder of the site, whatever is in it
            _spare(config)
        self._preview.building(inputs_of(config) if self._serving else None)
        try:
            self._examine(config)
        except Abort as error:
            # MkDocs' server answers nothing after a build that raised, so a preview goes on with the last good pages.
            if not (self._serving and self._site.pages):
                raise
            log.error("%s; the preview keeps the last good state", error)
        self._renderer = Renderer(
            project.template_folders(self._root),
            directory_urls=config.use_directory_urls,
            known=self._known.get,
            compiled=project.Compiled(),
        )
        self.remembered = None
        # A preview has none: MkDocs puts a script into its pages, another one after every change.
        without = self._serving or self.config.csp is None
        self._policies = None if without else policy.Policies(self.config.csp)
        # Below the project's own overrides and above the theme.
        position = 1 if config.theme.custom_dir else 0
        config.theme.dirs[position:position] = [
            str(folder / "theme") for folder in project.template_folders(self._root) if (folder / "theme").is_dir()
        ]
        if not config.repo_url and (address := repository.url(self._root)):
            config.repo_url = address
            config.repo_name = config.repo_name or address.rpartition("/")[2]
            edit = {"gitlab.com": "-/edit/main/", "bitbucket.org": "src/main/", "codeberg.org": "_edit/main/"}
            docs = posixpath.relpath(Path(config.docs_dir).as_posix(), self._root.as_posix())
            docs = repository.folder(self._root) + docs
            config.edit_uri = config.edit_uri or edit.get(address.split("/")[2], "edit/main/") + docs + "/"
        return config

    def _examine(self, config: MkDocsConfig) -> None:
        verdicts = checkcache.CheckCache(self._root / project.CACHE / checkcache.FOLDER)
        try:
            files = project.read_files(self._root)
            jobs = possible(project.processors())
            examined = examine(files, today=project.today(), known=verdicts, jobs=jobs)
        except project.ConfigurationError as error:
            raise Misconfigured(f"qbank: {error}") from error
        verdicts.save()
        checkcache.note(self._root, files)
        del verdicts, files  # what has been looked at is not held any longer
        diagnostics = examined.diagnostics
        planned, cache = Site(()), packs.Cache(self._root / ".cache" / "qbank" / "text")
        if examined.ok:
            planned = site(
                examined.bank,
                fragments=lambda question: fragments_of(question, cache, self._findings.append),
                history=repository.history(self._root),
                drafts=self._serving,
            )
            own = (file.dest_uri for file in mkdocs_files.get_files(config) if self._is_shown(file))
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
        self._written, self._pressed, self._files, self._keys = [], [], {}, {}
        docs_to_root = posixpath.relpath(self._root.as_posix(), Path(config.docs_dir).as_posix())
        taken = {file.dest_uri for file in files if self._is_shown(file)}
        alone = _alone(config)
        self._prompts = [
            Passage(url=self._renderer.relative(page.address, ""), title=page.title, text=words(page.prompt))
            for page in self._site.pages
            if page.prompt and f"{page.address}index.html" not in taken
        ]
        self._stop_indexing()
        self._begun = pagefind.begin(self._prompts, _language(config), self._indexes)
        for page in self._site.pages:
            name = f"{page.address}index.md"
            if f"{page.address}index.html" in taken:
                log.info("%s takes the place of qbank's page", name)
                continue
            kind = PressedFile if alone and not page.in_menu else File
            inclusion = InclusionLevel.INCLUDED if page.in_menu else InclusionLevel.NOT_IN_NAV
            file = kind.generated(config, name, content="", inclusion=inclusion)
            file.dest_uri = f"{page.address}index.html"
            file.edit_uri = f"{docs_to_root}/{page.path}" if page.path else None
            if excluded := files.get_file_from_path(name):
                files.remove(excluded)
            files.append(file)
            QbankPage(page, file, config, self._sheet)
            if isinstance(file, PressedFile):
                self._pressed.append(file)
            self._files[page.address] = file
        for address, text in self._site.files().items():
            files.append(File.generated(config, address, content=text))
        for redirect in self._site.redirects:
            html = self._finished(self._renderer.redirect(redirect))
            files.append(File.generated(config, f"{redirect.address}index.html", content=html))
        return files

    def _is_shown(self, file: File) -> bool:
        """Whether the site has this page: not when `exclude_docs` leaves it out, or `draft_docs` all but a preview."""
        return file.inclusion.is_in_serve() if self._serving else file.inclusion.is_included()

    def _sheet(self, page: QbankPage) -> Sheet:
        at = Location(page.canonical_url or "", page.edit_url or "", surroundings(page.file.url, self._menu))
        return sheet(page.of, self._renderer.article(page.of, edit_url=html.unescape(at.edit)), at)

    def _press(self, config: MkDocsConfig) -> None:
        """Make the pages that MkDocs does not."""
        press = Press(
            sheet=lambda page: self._sheet(self._files[page.address].page),
            theme=self._themed,
            menu=self._menu,
            cache=self._cache,
            policies=self._policies,
            findings=self._findings,
        )
        blanks = [Blank(file.page.of, file.url, Path(file.abs_dest_path)) for file in self._pressed]
        questions: dict[str, dict[str, Any]] = {}
        frames: dict[str, Kept] = {}
        for done in press.pages(blanks, jobs=possible(project.processors())):
            self._cache.used |= done.used
            questions |= done.remembered
            frames |= done.frames
            self._keys |= done.keys
            if self._policies:
                self._policies.all |= done.inline
            for finding in done.findings:
                _log(RUNAWAY_CODE.diagnose(finding))
        if not _alone(config):
            return
        in_order = [page.path for page in self._site.pages if page.path in questions]
        self.remembered = {
            "directory_urls": config.use_directory_urls,
            "language": _language(config),
            "drafts": self._serving,
            "frames": frames,
            "questions": {path: questions[path] for path in in_order},
        }

    def _themed(self, of: Page, sheet: Sheet) -> str:
        """The finished page around a sheet."""
        page = self._files[of.address].page
        page.show(sheet)
        page.active = page.url in self._menu  # while it is made, and never on another page
        try:
            return self._finished(self._theme(page))
        finally:
            page.active = False

    def _answers(self) -> list[StoredPassage]:
        """What full text finds in answers."""
        answers: list[StoredPassage] = []
        for page in self._site.pages:
            file = self._files.get(page.address)
            if page.prompt and file is not None:
                key = self._keys.get(page.address) or prose(page.answer(), self._cache)[1]
                read = partial(self._words, key, page)
                answers.append(StoredPassage(url=f"{file.url}#answer", title=page.title, read=read))
        return answers

    def _words(self, key: str, page: Page) -> str:
        """The words of an answer, from the cache unless that has lost them."""
        stored = self._cache.get(key)
        return stored["words"] if stored and "words" in stored else words(page.answer())

    @staticmethod
    def _prepare_assets(files: Files, config: MkDocsConfig) -> None:
        """Scripts and styles as they are served; the types of libraries stay at home."""
        for file in [file for file in files if file.src_uri.startswith(ASSETS)]:
            if file.src_uri.endswith(".d.ts"):
                files.remove(file)
            elif file.src_uri.endswith((".js", ".css")):
                files.remove(file)
                content = assets.served(file.content_string, file.src_uri)
                files.append(File.generated(config, file.src_uri, content=content))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        # MkDocs dates hand-written pages with the day of the build, which would make every day's sitemap another one.
        if "SOURCE_DATE_EPOCH" not in os.environ:
            for file in files.documentation_pages():
                if file.page is not None and not isinstance(file.page, QbankPage):
                    file.page.update_date = UNDATED
        if config.nav is None:  # MkDocs has made a folder of each page's address
            nav.items[:] = map(_without_folder, nav.items)
        self._menu = [page.url for page in nav.pages]

        def theme(page: QbankPage) -> str:
            return self._environment.get_template("main.html").render(get_context(nav, files, config, page))

        self._theme = theme
        return nav

    @event_priority(100)
    def _show_search_record(self, context: dict, *, page: MkDocsPage, **_: object) -> dict:
        # Search plugins read `page.content` in this hook: while they do, it is only what search should find.
        if isinstance(page, QbankPage):
            page.finished, page.content = page.content, self._renderer.search_record(page.of)
        return context

    @event_priority(-100)
    def _show_content(self, context: dict, *, page: MkDocsPage, **_: object) -> dict:
        if isinstance(page, QbankPage):
            page.content = page.finished
        return context

    on_page_context = CombinedEvent(_show_search_record, _show_content)

    def on_page_content(self, content: str, *, page: MkDocsPage, **_: object) -> None:
        """Full text finds hand-written pages too, unless they say that search should not."""
        search = page.meta.get("search") or {}
        if not isinstance(search, dict):
            log.warning("%s: `search: %s` says nothing. Write `search: {exclude: true}`.", page.file.src_uri, search)
            search = {}
        if not isinstance(page, QbankPage) and not search.get("exclude"):
            text = Markup(_NO_PROSE.sub(" ", content)).striptags()
            # What stands in the front matter may be a number or a date.
            self._written.append(Passage(url=page.url, title=html.unescape(str(page.title or "")), text=text))

    def on_env(self, env, *, config: MkDocsConfig, **_: object) -> None:
        if self._begun:
            self._begun.send(self._written)  # now all of them have been read
        add_folder(env, "material", get_theme_dir("material"))
        if self._policies:
            env.add_extension(preprocessing(self._policies.mark))
        if _alone(config):  # else others may have changed what templates mean
            keep_compiled(env, project.Compiled(), self._policies.word if self._policies else "")
        self._environment = env

    def on_template_context(self, context: dict, *, template_name: str, **_: object) -> dict:
        if template_name == "sitemap.xml":
            context["pages"] = [*context["pages"], *self._pressed]
        return context

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: MkDocsPage, **_: object) -> str:
        """After all else that may change a page."""
        return self._finished(output, "" if isinstance(page, QbankPage) else page.content or "")

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, **_: object) -> str:
        return self._finished(output_content) if template_name.endswith(".html") else output_content

    def _finished(self, html: str, written: str = "") -> str:
        """A page as it is served, with its policy."""
        html = assets.page(html)
        return self._policies.page(html, written) if self._policies else html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self._press(config)
        self._preview.built(self.remembered, self._renderer)
        answers = self._answers()
        if self._cache:
            self._cache.prune()
        headers = Path(config.site_dir, "_headers")
        if self._policies and not headers.exists():  # the owner's own stays
            write_file(self._policies.headers().encode(), str(headers))
        try:
            pagefind.add_to(
                Path(config.site_dir),
                prompts=self._prompts + self._written,
                answers=answers,
                language=_language(config),
                cache=self._indexes,
                jobs=project.processors(),
                begun=self._begun,
            )
        except pagefind.Unavailable as error:
            log.info("The site has no full-text search: %s", error)
        except pagefind.Failed as error:
            log.warning("The site has no full-text search: %s", error)

    def on_build_error(self, **_: object) -> None:
        self._stop_indexing()

    def _stop_indexing(self) -> None:
        if self._begun:
            self._begun.stop()
            self._begun = None

    @property
    def _indexes(self) -> Path:
        """The folder in which indexes of full text are kept."""
        return self._root / project.CACHE / pagefind.FOLDER

    def on_serve(self, server, *, config: MkDocsConfig, builder):
        from watchdog.observers.polling import PollingObserver  # a build does without

        # MkDocs looks for changes twice a second, which is longer than it takes to make a page anew.
        watched = list(server._watched_paths)
        for path in watched:
            server.unwatch(path)
        server.observer = PollingObserver(timeout=0.1 if self._preview.questions <= _FEW else 0.5)
        server.build_delay = 0.02  # it finds at once what was written at once
        for path in (*watched, self._root / project.QUESTIONS, *project.template_folders(self._root)):
            server.watch(str(path))

        def build() -> None:
            if not self._preview.amend(Path(config.site_dir)):
                with self._preview.alone():
                    builder()

        server.builder = build
        return server


def _require(config: MkDocsConfig) -> None:
    """Raises `Misconfigured` when pages cannot be made with this theme, or with the plugin as it is listed."""
    if get_theme_dir("material") not in config.theme.dirs:
        raise Misconfigured(
            f"qbank: the theme `{config.theme.name}` is not Material, of which the pages are made. Write `theme: material`."
        )
    language = config.theme.get("language")
    if not any(Path(folder, f"partials/languages/{language}.html").is_file() for folder in config.theme.dirs):
        raise Misconfigured(
            f"qbank: Material does not speak `{language}`. Below `theme:`, write a `language` that it has, such as `en`, `pt-BR` or `zh`."
        )
    if sum(isinstance(plugin, QbankPlugin) for plugin in config.plugins.values()) > 1:
        raise Misconfigured("qbank: the plugin is listed twice. Leave one `- qbank` below `plugins:`.")


def _spare(config: MkDocsConfig) -> None:
    """Raises `Misconfigured` when the folder of the site has to do with one of the bank."""
    try:
        staging.apart(Path(config.site_dir), project.own_folders(root_of(config)))
    except staging.Refused as error:
        raise Misconfigured(f"qbank: {error}") from error


def _language(config: MkDocsConfig) -> str:
    return config.theme.get("language") or "en"


def root_of(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def inputs_of(config: MkDocsConfig) -> Inputs | None:
    """Where all that the site depends on is; None when it may depend on what cannot be seen from here."""
    extensions = {name for name in config.markdown_extensions if name.partition(".")[0] not in ("markdown", "pymdownx")}
    if (
        config.hooks
        or not config.config_file_path
        or not set(config.plugins) <= _PLUGINS
        or not extensions <= _EXTENSIONS
        or "pymdownx.snippets" in config.markdown_extensions
    ):
        return None
    root = root_of(config)
    folders = [
        Path(config.docs_dir),
        root / "templates",  # also before there are any
        *project.template_folders(),
        *([Path(config.theme.custom_dir)] if config.theme.custom_dir else []),
        Path(__file__).parent,
    ]
    return Inputs(str(root), config.config_file_path, tuple(map(str, folders)), bool(config.strict))


def _palettes(config: MkDocsConfig) -> list[dict[str, Any]]:
    """The sets of colours between which a visitor can choose."""
    given = config.theme.get("palette")
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict)]


def _alone(config: MkDocsConfig) -> bool:
    """Whether nobody but MkDocs, its theme and this plugin has to do with our pages.

    An owner's own templates, hooks and other plugins may do anything with a page, and may look for all of them.
    """
    return set(config.plugins) == {"qbank"} and not config.theme.custom_dir


def _without_folder(item: StructureItem) -> StructureItem:
    """The page of ours that is all there is in a folder of the menu, in its place."""
    match item:
        case Section(children=[QbankPage() as page]):
            page.parent = item.parent
            return page
    return item


def _log(diagnostic: Diagnostic) -> None:
    log.log(logging.ERROR if diagnostic.severity is Severity.ERROR else logging.WARNING, block(diagnostic))
