"""Scripts, styles and pages lose what only their readers need, and nothing else."""

from qbank.assets import page, served, squeezed


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


def test_a_page_loses_the_spaces_of_its_templates_and_none_of_its_texts():
    kept = "<pre>\n  a\n    b</pre>", "<script>\n  x\n</script>", "<article class=c><p>a \n   b</p></article>"
    spread = kept[2].replace("><p>", ">\n\n  <p>").replace("</article", "\n  </article")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    html = "<html>\n\n  <body>\n    <nav>  Two  words\n  </nav>\n"
    html += "\n    ".join([drawing, *kept[:2], spread]) + "\n\n  </body>\n</html>\n"
    short = '<html><body><nav>  Two  words</nav><svg viewBox="0 0 1 1"></svg>\n' + "\n".join(kept) + "</body></html>"
    assert page(html) == short
    assert page(short) == short


def test_a_template_loses_its_indentation_and_nothing_within_code():
    template = "<ul> \n\n  <li>a  b</li>\n  <li>c</li>\n</ul>\n  <pre>\n  x\n</pre>"
    assert squeezed(template) == "<ul><li>a  b</li>\n<li>c</li></ul><pre>\n  x\n</pre>"


def test_an_entry_of_a_menu_loses_the_box_in_its_box():
    entry = (
        '<a href="../" class="md-nav__link md-nav__link--active">\n<span class="md-ellipsis">\nAll of it\n</span>\n</a>'
    )
    assert page(entry) == '<a href="../" class="md-nav__link md-nav__link--active">All of it</a>'
    nested = entry.replace("All of it", "All <code>of</code> it")
    assert page(nested) == nested


def test_many_blanks_take_time_in_proportion():
    """Ten thousand million steps, if each blank began a search of its own."""
    blanks = " " * 100_000
    assert (
        page(f"<p>{blanks}</p><article>{blanks}x{blanks}y</article>") == f"<p>{blanks}</p><article>x{blanks}y</article>"
    )
