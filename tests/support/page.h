/* page.h - a report page as a test sees it: well-formed, self-contained, and the data of its charts. */
#ifndef TESTS_SUPPORT_PAGE_H
#define TESTS_SUPPORT_PAGE_H
#include <jansson.h>

int page_count(const char *s, const char *word);
/* page_check_well_formed - fails the test: tags that do not pair, anything fetched from elsewhere, other than three scripts. */
void page_check_well_formed(const char *s);
/* page_get_data - strict JSON; the caller owns it. NULL: not JSON. */
json_t *page_get_data(const char *s);
/* page_check_canvases - fails the test unless every canvas that the data can fill is there: `id` listed, NULL-terminated. */
void page_check_canvases(const char *s, const char *const *id);

#endif
