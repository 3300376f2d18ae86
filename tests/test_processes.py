"""Work over several processes: the same as in one, whatever becomes of them."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest
from tests.conftest import BANKS

from qbank.processes import spread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")


HEAD = """
import os, signal, sys, threading
from qbank.processes import Ahead, beside, possible, spread

def waits_elsewhere(lacking):
    thread = threading.Thread(target=lacking)
    thread.start()
    try:
        thread.join()
    finally:
        thread.join()
"""


def alone(program: str, *, status: int = 0, timeout: int = 60) -> str:
    """What a program prints that runs in a process of its own, without the threads of a test runner, and ends with this status.

    Its copies hold the other ends of the pipes that are read here, so that this waits until the last of them has ended.
    """
    command = [sys.executable, "-c", HEAD + textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_one_job_works_here():
    assert list(spread(lambda number: number * 2, range(5), jobs=1)) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("jobs", [2, 3, 20])
def test_results_come_in_the_order_of_the_items(jobs):
    program = f"print(list(spread(lambda number: number * number, range(10), jobs={jobs})))"
    assert alone(program) == f"{[number * number for number in range(10)]}\n"


@pytest.mark.parametrize("batch", [1, 3, 4, 50])
def test_batches_change_neither_the_results_nor_what_is_raised(batch):
    program = f"""
    print(list(spread(lambda number: number * number, range(10), jobs=2, batch={batch})))
    made = []
    try:
        made.extend(spread(lambda number: 6 // (3 - number), range(9), jobs=2, batch={batch}))
    except ZeroDivisionError as error:
        print(made, error)
    """
    squares = [number * number for number in range(10)]
    assert alone(program) == f"{squares}\n[2, 3, 6] integer division or modulo by zero\n"


def test_the_work_is_done_elsewhere_and_more_than_a_pipe_holds_gets_through():
    program = """
    import os
    from multiprocessing import get_context
    both = get_context("fork").Barrier(2)

    def work(item):
        if item < 2:
            both.wait(30)  # for the other process
        return os.getpid(), "x" * 300_000

    made = list(spread(work, range(8), jobs=2))
    print(len({process for process, _ in made}), os.getpid() in dict(made), {len(text) for _, text in made})
    """
    assert alone(program) == "2 False {300000}\n"


def test_a_process_that_takes_long_keeps_no_work_from_the_others(tmp_path):
    program = f"""
    from pathlib import Path
    from time import sleep
    done = Path({str(tmp_path / "done")!r})

    def work(number):
        if number == 4:
            done.touch()
        while number == 0 and not done.exists():
            sleep(0.01)
        return number

    print(list(spread(work, range(5), jobs=2)))
    """
    assert alone(program) == "[0, 1, 2, 3, 4]\n"


def test_where_nothing_can_be_shared_the_work_is_done_here():
    program = """
    import multiprocessing.context as context, os

    def refuse(*_):
        raise OSError(38, "Function not implemented")

    context.BaseContext.Value = refuse
    print(list(spread(lambda number: number * (os.getpid() == here), range(4), jobs=2)))
    """
    assert alone("import os\nhere = os.getpid()\n" + textwrap.dedent(program)) == "[0, 1, 2, 3]\n"


def test_an_exception_is_raised_where_the_results_are_read():
    program = """
    try:
        for made in spread(lambda number: 6 // (3 - number), range(9), jobs=2):
            print(made)
    except ZeroDivisionError as error:
        print(error)
    """
    assert alone(program) == "2\n3\n6\ninteger division or modulo by zero\n"


def test_a_process_that_dies_is_noticed():
    program = """
    import os
    try:
        list(spread(lambda number: os._exit(1) if number == 3 else number, range(9), jobs=2))
    except RuntimeError as error:
        print(error)
    """
    assert alone(program) == "a process that worked for this one has ended before its work\n"


def test_whoever_stops_reading_leaves_no_process_behind():
    program = """
    import multiprocessing
    made = spread(lambda number: "x" * 300_000, range(1000), jobs=2)
    next(made)
    made.close()
    print(multiprocessing.active_children())
    """
    assert alone(program) == "[]\n"


def test_workers_end_when_their_parent_is_killed():
    program = """
    def work(number):
        if number == 0:
            print(os.getpid(), flush=True)
        return "x" * 300_000
    made = spread(work, range(1000), jobs=2)
    next(made)
    os.kill(os.getpid(), signal.SIGKILL)
    """
    assert alone(program, status=-signal.SIGKILL).strip().isdigit()


def test_a_process_with_threads_is_not_copied():
    program = """
    import threading
    print(possible(4))
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    print(possible(4))
    """
    assert alone(program) == "4\n1\n"


def test_work_beside_this_one_is_done_elsewhere_and_waited_for():
    program = """
    import multiprocessing, os
    here = os.getpid()
    with beside(lambda: (os.getpid() == here, "x" * 3_000_000)) as result:
        same, made = result()
        print(same, len(made))
    read = []
    with beside(lambda: read.append(1), lambda: 6 // 0, lambda: len(read)) as result:
        print(result())
        try:
            result()
        except ZeroDivisionError as error:
            print(error)
        print(result(), len(read))
    with beside(lambda: os._exit(1)) as result:
        try:
            result()
        except RuntimeError as error:
            print(error)
    with beside(lambda: __import__("time").sleep(60)):
        pass  # nobody needs it any more
    print(multiprocessing.active_children())
    """
    assert alone(program).splitlines() == [
        "False 3000000",
        "None",
        "integer division or modulo by zero",
        "1 0",
        "a process that worked for this one has ended before its work",
        "[]",
    ]


def test_work_beside_this_one_is_done_here_where_a_process_cannot_be_copied():
    program = """
    import os, threading
    here = os.getpid()
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    with beside(lambda: os.getpid() == here, lambda: "next") as result:
        print(result(), result())
    """
    assert alone(program) == "True next\n"


def test_work_ahead_waits_for_what_is_sent_later_and_its_failure_is_nobodys(tmp_path):
    program = f"""
    import multiprocessing
    from pathlib import Path
    left = Path({str(tmp_path)!r}, "left")
    here = os.getpid()

    def work(lacking):
        left.write_text(f"{{os.getpid() == here}} {{len(lacking())}}")
        6 // 0

    ahead = Ahead(work)
    print(left.exists())
    ahead.send("x" * 300_000)
    ahead.join()
    print(left.read_text())
    ahead = Ahead(lambda lacking: os._exit(1))
    ahead.join()
    ahead.send("too late")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    ahead = Ahead(waits_elsewhere)
    ahead.stop()
    ahead.stop()
    print(multiprocessing.active_children())
    """
    assert alone(program).splitlines() == ["False", "False 300000", "[]"]


def test_work_ahead_ends_when_nobody_can_send_any_more():
    program = """
    def work(lacking):
        print(os.getpid(), flush=True)
        lacking()
    ahead = Ahead(work)
    os.kill(os.getpid(), signal.SIGKILL)
    """
    alone(program, status=-signal.SIGKILL)


def test_a_process_that_is_told_to_end_ends_with_those_that_work_ahead_of_it():
    program = """
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    ahead = Ahead(waits_elsewhere)
    os.kill(os.getpid(), signal.SIGTERM)
    """
    alone(program, status=128 + signal.SIGTERM, timeout=20)


def test_a_bank_is_examined_the_same_in_several_processes():
    program = f"""
    import sys
    from pathlib import Path
    from qbank import pipeline, project
    pipeline.FEWEST_FOR_PROCESSES = 1
    files = project.read_files(Path({str(BANKS / "everything")!r}))
    one, many = (pipeline.examine(files, today="2026-01-01", jobs=jobs) for jobs in (1, 3))
    print(len(one.bank.questions), len(one.diagnostics) > 0, one.bank.questions == many.bank.questions)
    print([pipeline.diagnose(files, today="2026-01-01", jobs=jobs) for jobs in (1, 3)] == [one.diagnostics] * 2)
    print(one.diagnostics == many.diagnostics, one.bank.questions[0].at("title") == many.bank.questions[0].at("title"))
    """
    count = len(list((BANKS / "everything" / "questions").rglob("*/*.yml")))
    assert alone(program) == f"{count} True True\nTrue\nTrue True\n"


def test_what_is_wrong_with_a_bank_as_a_whole_is_the_same_when_processes_share_the_looking():
    words = "margin kernel hyperplane support vector slack penalty regulariser dual primal".split()
    prompt = " ".join(f"{first}{second}" for first in words for second in words[:6])
    program = f"""
    from qbank import pipeline
    from qbank.files import Files
    from qbank.source import Source
    text = "title: {{}}\\nprompt: What about a margin, or a kernel, {prompt}?\\ndifficulty: easy\\ntags: [svm]\\nanswer: It depends.\\nroles: [no-such-role]\\n"
    titles = {{"one": "What is a margin?", "two": "What is a kernel?"}}
    files = Files(
        tuple(Source(f"questions/svm/{{id}}.yml", text.format(title)) for id, title in titles.items()),
        {{kind: Source(f"questions/{{kind}}.yml", "- id: svm\\n  name: SVM\\n") for kind in ("topics", "roles")}},
    )
    alone = pipeline.diagnose(files, jobs=2)
    pipeline._FEWEST_TO_SHARE = 1
    print(sorted({{found.code for found in alone}}), pipeline.diagnose(files, jobs=2) == alone)
    """
    assert alone(program) == "['QB304', 'QB318', 'QB320'] True\n"
