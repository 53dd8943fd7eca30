#include "tests/support/page.h"

#include "tests/support/close.h"
#include <stdio.h>
#include <string.h>

int page_count(const char *s, const char *word)
{
    int n = 0;
    for (; (s = strstr(s, word)); s += strlen(word))
        n++;
    return n;
}

void page_check_well_formed(const char *s)
{
    assert_int_equal(page_count(s, "<script"), 3);
    assert_int_equal(page_count(s, "</script"), 3);
    static const char *const PAIR[][2] = {{"<table", "</table>"}, {"<section", "</section>"}, {"<figure", "</figure>"},
                                          {"<tr", "</tr>"},       {"<article", "</article>"}, {"<dl", "</dl>"},
                                          {"<ol", "</ol>"},       {"<ul", "</ul>"},           {"<h3", "</h3>"},
                                          {"<header", "</header>"}, {"<details", "</details>"}};
    for (size_t k = 0; k < sizeof PAIR / sizeof PAIR[0]; k++)
        assert_int_equal(page_count(s, PAIR[k][0]), page_count(s, PAIR[k][1]));
    assert_null(strstr(s, "src="));
    assert_null(strstr(s, "<link"));
    assert_null(strstr(s, "@import"));
    assert_null(strstr(s, "url(http"));
}

json_t *page_get_data(const char *s)
{
    const char *from = strstr(s, "id=\"data\">"), *to = from ? strstr(from, "</script>") : NULL;
    assert_non_null(to);
    from += strlen("id=\"data\">");
    return json_loadb(from, (size_t)(to - from), 0, NULL);
}

void page_check_canvases(const char *s, const char *const *id)
{
    char canvas[96];
    for (; *id; id++) {
        snprintf(canvas, sizeof canvas, "<canvas id=\"%s\"", *id);
        if (!strstr(s, canvas))
            fail_msg("the page lacks the canvas '%s'", *id);
    }
}
