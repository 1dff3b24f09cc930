/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML: what is read is walked, and is nowhere deeper than the reader promises. */
#include "base/xml.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct xml_node *node, int depth)
{
	struct buffer out = {0};
	if (node && depth > 100)
		abort();
	for (; node; node = xml_next(node, NULL)) {
		xml_node_text(node, &out);
		xml_node_attribute(node, "id", &out);
		if (!xml_name(node) || (xml_is(node, "urn:x", "a") && xml_is(node, NULL, "a")))
			abort();
		xml_child(node, "a");
		walk(xml_child(node, NULL), depth + 1);
	}
	buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_document *document = NULL;
	struct error err;
	if (xml_document_parse(&document, data, size, "fuzz", &err))
		return 0;
	walk(xml_root(document), 1);
	xml_document_free(document);
	return 0;
}
