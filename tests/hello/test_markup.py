"""Text and JSON on the pages: marked up, and never markup themselves."""

import re

from hello.templatetags.markup import code_spans, json_markup


def test_code_is_marked_and_everything_else_escaped():
    assert code_spans("`a<b` & <i>") == "<code>a&lt;b</code> &amp; &lt;i&gt;"


def test_json_keeps_its_text():
    text = '{"a": [1, -2.5e3, true, null], "b \\" c": "<b>", "d": "/x/?a=1&b=2"}'

    plain = re.sub(r"<[^>]+>", "", json_markup(text))

    unescaped = plain.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    assert unescaped.replace("&amp;", "&") == text


def test_keys_strings_numbers_and_words_are_told_apart():
    marked = json_markup('{"a": ["b", 1, true]}')

    assert '<span class="key">&quot;a&quot;</span>:' in marked
    assert '<span class="string">&quot;b&quot;</span>' in marked
    assert '<span class="number">1</span>' in marked
    assert '<span class="word">true</span>' in marked


def test_addresses_become_links():
    marked = json_markup('["/api/v1/books/?q=a&limit=2", "https://example.com/x"]')

    assert '<a href="/api/v1/books/?q=a&amp;limit=2">' in marked
    assert '<a href="https://example.com/x">' in marked


def test_nothing_else_becomes_a_link():
    marked = json_markup('["//evil.example", "javascript:alert(1)", "/a b", "/\\\\evil", "/a\\"b"]')

    assert "<a " not in marked


def test_no_json_can_become_markup():
    marked = json_markup('{"<script>": "<img src=x onerror=y>", "u": "/\'><b>"}')

    assert "<script" not in marked
    assert "<img" not in marked
    assert "<b>" not in marked
