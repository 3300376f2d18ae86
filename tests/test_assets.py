"""Scripts and styles lose what only their readers need, and nothing else."""

from qbank.assets import served


def test_comments_and_indentation_of_a_script_go_and_its_strings_and_patterns_stay():
    script = """/**
 * What it is.
 */

// Why.
export function f(text) {
  /** @type {string[]} */
  const parts = /** @type {string[]} */ (text.split(/[^/]*$/)); // not at the beginning of a line
  return parts.map((part) => `${part}//${"/* kept */"}`); /* kept too */
}
"""
    assert served(script, "a.js") == (
        "export function f(text) {\n"
        "const parts = (text.split(/[^/]*$/)); // not at the beginning of a line\n"
        'return parts.map((part) => `${part}//${"/* kept */"}`); /* kept too */\n'
        "}\n"
    )


def test_a_style_keeps_the_blanks_that_mean_something():
    style = """/* Why: "so" */

.a :is(.b, c) > d::after { color: red; content: "{ ; } ,  : " / ""; } /* and */
@media (width > 1em) {
  .a { margin: 0 calc(1px + 2%); }
}
"""
    assert served(style, "a.css") == (
        '.a :is(.b,c) > d::after{color:red;content:"{ ; } ,  : " / ""}@media (width > 1em){.a{margin:0 calc(1px + 2%)}}'
    )
