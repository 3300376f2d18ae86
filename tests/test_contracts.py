"""What holds for the whole of the code, so that nobody has to remember it."""

import argparse
import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from graphlib import TopologicalSorter

import pytest
from jinja2 import meta
from tests.builders import ROOT, TESTS, bank, planned, question, renderer

from qbank import cli, contexts, reports
from qbank.pipeline import examine
from qbank.project import read_files, template_folders
from qbank.rules import RETIRED, RULES
from qbank.tables import SIZE

PACKAGE = ROOT / "src" / "qbank"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}

LAYERS = {
    "what is said, about which text": "installed source diagnostics echoes files findings garbage history processes rules hints shape values",
    "what a bank is": "model bank",
    "reading a file": "scalars yamlrules yamlfaults yamltree usual parse suppression schema fmt selection",
    "text and figures on a page": "assets charts frames policy page sheets markup highlight mathml allowed recognise sanitise writer fragments fences related terms brief programs text",
    "what pages there are": "contexts facts neighbourhood guide tables columns insights pages",
    "what else is made of a bank": "new forms stats",
    "what can be wrong": "checks.*",
    "findings in words": "reports reports.*",
    "all of it together": "verdicts pipeline fixes render",
    "the world outside": "runner execution project repository packs staging receipt checkcache registry indexer pagefind press amend preview builds plugin host commands.* cli __main__",
}
"""The modules from the ground up: each imports only from its own layer and those before it, and never in a circle."""

IMPORTERS = {"mkdocs": ["host", "plugin"], "jinja2": ["render"], "yaml": ["yamltree"]}

MAY_DO_IO = {
    "project": "reads and writes the bank and the site",
    "repository": "asks git",
    "installed": "looks which packages there are",
    "packs": "keeps finished fragments for the next build",
    "checkcache": "keeps what was found for the next run",
    "staging": "makes a folder beside another and puts it in its place",
    "receipt": "remembers what a site was made of",
    "amend": "looks which files of the full text are in the finished site",
    "indexer": "runs the program that makes full text",
    "pagefind": "keeps what was made for full text, and puts it into the site",
    "press": "writes pages",
    "preview": "replaces what an edited question changes of the site that is shown",
    "plugin": "looks whether the owner has made a file already",
    "host": "builds beside the old site",
    "cli": "prints, and counts the pages that were built",
    "execution": "starts the process that runs the code of answers",
    "runner": "is that process",
}
IO_MODULES = {"os", "subprocess", "shutil", "tempfile", "socket", "urllib.request", "http.client", "requests"}
IO_METHODS = {
    *("read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch", "rglob", "glob", "iterdir"),
    *("symlink_to", "chmod", "rmdir"),
}
MAY_PRINT = {"cli", "runner"}
COMMANDS = {name for name in MODULES if name.startswith("commands.")}
"""The modules of the command line, which talk to the terminal and to files that are named on it."""

LONG = {
    "model": "the one description of a question, mostly help texts",
    "parse": "the manuals of its ten rules take a third of it",
    "pages": "one method per page template, each little but the fields of its context",
    "commands.check": "what the options ask for, what they refuse, and what is told where",
    "contexts": "the fields of every page template",
    "facts": "what several pages share; splitting it would spread one walk over the bank",
    "plugin": "one method for each moment at which MkDocs asks something",
    "project": "all of the bank that touches the disk is here and nowhere else",
    "yamlfaults": "a function for each slip: what shows it, what to say, what to write",
    "yamltree": "reading a sound file and reading a broken one piece by piece are one thing",
    "writer": "one handler per Markdown event",
}
"""Modules over 300 lines, with the reason."""

ELSEWHERE = {
    "QB006": ("test_yamltree.py", "test_a_file_that_is_too_large_is_not_read"),
    "QB220": (
        "test_programs.py",
        "test_another_output_is_reported_at_its_line_and_the_fix_writes_what_is_printed",
    ),
    "QB221": ("test_programs.py", "test_an_exception_is_reported_at_the_line_that_raised_it"),
    "QB222": ("test_programs.py", "test_code_without_measure_is_stopped"),
    "QB402": ("test_limits.py", "test_code_whose_colours_take_too_long_is_cut_off_and_named"),
    "QB401": ("test_pages.py", "test_a_hand_written_page_on_the_address_of_a_question_is_reported_at_the_question"),
}
"""Rules that no folder of cases can show, with the test that does."""


def imported(tree):
    """What a module imports, wherever in it, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- modules ------------------------------------------------------------------------------------------------------


def layer(name):
    """The layers that a module is in; there should be one."""
    return [
        number
        for number, patterns in enumerate(LAYERS.values())
        if any(fnmatchcase(name, pattern) for pattern in patterns.split())
    ]


def own_imports(name):
    """The modules of qbank that a module imports."""
    found = {dotted.removeprefix("qbank.") for dotted in imported(MODULES[name]) if dotted.startswith("qbank.")}
    found = {f"{dotted}.__init__" if f"{dotted}.__init__" in MODULES else dotted for dotted in found}
    return (found & set(MODULES)) - {name}


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"__init__"}))
def test_imports_point_one_way(name):
    assert len(layer(name)) == 1, f"{name} belongs into one layer of the list above"
    assert [found for found in sorted(own_imports(name)) if layer(found) > layer(name)] == []


def test_no_imports_go_in_a_circle():
    graph = {name: own_imports(name) for name in MODULES}
    for name in [name for name in graph if name.endswith(".__init__")]:
        # A package's face imports its modules; they may be imported through it by others, not by themselves.
        graph[name] -= {found for found in graph[name] if found == name}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("library", sorted(IMPORTERS))
def test_a_library_that_may_be_replaced_has_few_importers(library):
    importers = [
        name for name, tree in MODULES.items() if any(found.split(".")[0] == library for found in imported(tree))
    ]
    assert importers == IMPORTERS[library]


@pytest.mark.parametrize("name", sorted(set(MODULES) - set(MAY_DO_IO) - COMMANDS))
def test_only_the_last_modules_touch_the_disk_or_the_network(name):
    found = set(imported(MODULES[name])) & IO_MODULES
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in ("open", "exec", "eval", "__import__"):
                found.add(node.func.id)
            if isinstance(node.func, ast.Attribute) and node.func.attr in IO_METHODS:
                found.add(node.func.attr)
    assert sorted(found) == []


@pytest.mark.parametrize("name", sorted(set(MODULES) - MAY_PRINT - COMMANDS))
def test_only_the_command_line_prints(name):
    printing = [
        node.lineno
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input")
    ]
    assert printing == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_clock_and_no_chance_decide_what_is_built(name):
    calls = {ast.unparse(node.func) for node in ast.walk(MODULES[name]) if isinstance(node, ast.Call)}
    if name not in {*MAY_DO_IO, *COMMANDS}:
        assert calls.isdisjoint(
            {"datetime.now", "datetime.datetime.now", "datetime.date.today", "date.today", "time.time"}
        )
    assert "random" not in imported(MODULES[name])


def test_a_long_module_has_a_reason():
    lengths = {
        name: len((PACKAGE / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8").splitlines())
        for name in MODULES
    }
    assert sorted(name for name, lines in lengths.items() if lines > 300 and name not in LONG) == []
    assert set(LONG) <= set(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_modules_and_what_they_offer_are_documented(name):
    tree = MODULES[name]
    assert ast.get_docstring(tree)
    missing = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not (isinstance(node, ast.FunctionDef) and len(node.body) == 1)  # the name and the line say it
        and not (name in COMMANDS and node.name in ("add", "run"))  # `commands` says what these are
    ]
    assert missing == []


NOT_TO_CHECK = {
    "concurrent",
    "dataclasses",
    "difflib",
    "html",
    "inspect",
    "jinja2",
    "mkdocs",
    "nh3",
    "pydantic",
    "pygments",
}
"""What takes long to import, and a check of files without findings can do without."""
NOT_TO_REMEMBER = NOT_TO_CHECK | {"math_core", "pyromark", "qbank.model", "qbank.pipeline", "yaml"}
"""Further, what a check can do without that has nothing to read."""


def test_a_check_imports_no_more_than_it_needs(tmp_path):
    questions = tmp_path / "questions"
    (questions / "evaluation").mkdir(parents=True)
    shutil.copy(TESTS / "golden" / "minimal.yml", questions / "evaluation" / "roc-auc.yml")
    (questions / "topics.yml").write_text("- id: evaluation\n  name: Evaluation\n", encoding="utf-8")
    program = "import sys; from qbank.cli import main; assert main(['check']) == 0; print(*sys.modules)"
    for unwanted in (NOT_TO_CHECK, NOT_TO_REMEMBER):
        # Without `site`, which imports what it likes; where packages are is known here.
        paths = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-S", "-c", program]
        output = subprocess.run(command, cwd=tmp_path, env=paths, check=True, capture_output=True, text=True).stdout
        assert sorted(unwanted & set(output.split())) == []


# --- rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_a_manual_with_a_bad_and_a_good_example(code):
    manual = RULES[code].manual
    first = manual.splitlines()[0]
    assert first.endswith(".")
    for sign in ("Bad", "Good"):
        assert len(re.findall(rf"(?m)^{sign}: \S", manual)) == 1, f"{code} needs one line `{sign}: …`"


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_a_case(code):
    if code in ELSEWHERE:
        file, test = ELSEWHERE[code]
        assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")
    else:
        folder = TESTS / "cases" / f"{code}-{RULES[code].name}"
        assert (folder / "bad" / "questions").is_dir(), f"{folder.name} is missing"
        assert (folder / "good" / "questions").is_dir()
        assert (folder / "report.txt").is_file()


def test_every_case_has_a_rule():
    folders = {path.name for path in (TESTS / "cases").iterdir() if path.name != "_base"}
    assert folders <= {f"{code}-{rule.name}" for code, rule in RULES.items()}


def test_rules_are_told_apart_by_code_and_name():
    assert all(code == rule.code for code, rule in RULES.items())
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert RETIRED.isdisjoint(RULES)


# --- templates ----------------------------------------------------------------------------------------------------


def contexts_of_a_real_site():
    """Template -> the classes of the contexts that it is given."""
    own = bank(
        question("a", "ml/trees", companies=[{"company": "deepmind", "source": "report", "round": "onsite"}]),
        question("b", roles=["data-scientist"]),
        *(question(f"long-list-{number}") for number in range(SIZE)),
    )
    found = {}
    for page in planned(own).pages:
        found.setdefault(page.template, set()).add(type(page.context()))
    return found


WITHOUT_CONTEXT = {"redirect": {"target", "title"}, "search_record": {"title", "paragraphs"}}
"""Templates that are no pages of their own, with what they are given."""
GIVEN = {"url", "section", "edit_url", "loop", "caller", "range"}
TEMPLATES = {path.name.removesuffix(".html.j2"): path for path in (template_folders()[0] / "pages").glob("*.html.j2")}


def test_every_page_template_has_one_class_of_contexts():
    found = contexts_of_a_real_site()
    assert set(found) | set(WITHOUT_CONTEXT) == set(TEMPLATES)
    assert all(len(classes) == 1 for classes in found.values())
    assert len({next(iter(classes)) for classes in found.values()}) == len(found)


def test_every_context_is_frozen_and_used():
    used = {next(iter(classes)) for classes in contexts_of_a_real_site().values()}
    text = inspect.getsource(contexts)
    for name, value in vars(contexts).items():
        if inspect.isclass(value) and value.__module__ == contexts.__name__:
            assert issubclass(value, tuple), f"{name} could be changed"
            assert value in used or len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is in no context"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_page_template_uses_all_of_its_context_and_nothing_else(name):
    tree = renderer()._environment.parse(TEMPLATES[name].read_text(encoding="utf-8"))
    wanted = meta.find_undeclared_variables(tree) - GIVEN
    if name in WITHOUT_CONTEXT:
        given = WITHOUT_CONTEXT[name]
    else:
        (context,) = contexts_of_a_real_site()[name]
        given = set(context._fields)
    assert sorted(wanted - given) == [], "the template wants what its context does not have"
    assert sorted(given - wanted) == [], "the context has what its template does not show"


def test_no_template_turns_escaping_off():
    for path in template_folders()[0].rglob("*.j2"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape false|Markup", text), path.name


# --- what is written for people -----------------------------------------------------------------------------------


def commands():
    (action,) = [found for found in cli._parser()._actions if isinstance(found, argparse._SubParsersAction)]
    return action.choices


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in commands() if f"qbank {name}" not in readme] == []


def test_every_command_and_option_has_a_help_text():
    for name, parser in commands().items():
        assert parser.description, name
        assert all(action.help for action in parser._actions), name


def test_our_own_questions_have_no_findings():
    found = examine(read_files(ROOT)).diagnostics
    assert not found, reports.full(found)[:2_000] + reports.summary(found)
