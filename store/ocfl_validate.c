/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_validate.h"

#include "store/ocfl_build.h"
#include "store/ocfl_check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void ocfl_check_out_of_memory(struct ocfl_check *check)
{
	if (!check->status)
		check->status = error_set(check->err, ERR_MEMORY, "out of memory");
}

/* OCFL 1.1 has codes of its own for faults that 1.0 counted under others. */
static const char *code_for(enum ocfl_spec spec, const char *code)
{
	static const struct {
		const char *young, *old;
	} successors[] = {
		{"E104", "E046"},
		{"E105", "E046"},
		{"E106", "E041"},
		{"E107", "E050"},
		{"E108", "E017"},
		{"E110", "E037"},
		{"E111", "E055"},
	};
	if (spec != OCFL_SPEC_1_0)
		return code;
	for (size_t i = 0; i < sizeof(successors) / sizeof(successors[0]); i++)
		if (!strcmp(code, successors[i].young))
			return successors[i].old;
	return code;
}

void ocfl_find(
	struct ocfl_check *check, const char *code, const char *path, const char *format, ...)
{
	struct ocfl_findings *findings = check->findings;
	struct ocfl_finding finding = {.is_error = code[0] == 'E'};
	struct ocfl_finding *grown = ocfl_grow(findings->items, findings->count, sizeof(*grown));
	if (!grown) {
		ocfl_check_out_of_memory(check);
		return;
	}
	findings->items = grown;
	va_list ap;
	va_start(ap, format);
	int len = vasprintf(&finding.text, format, ap);
	va_end(ap);
	finding.path = path ? strdup(path) : NULL;
	if (len < 0 || (path && !finding.path)) {
		free(len < 0 ? NULL : finding.text);
		free(finding.path);
		ocfl_check_out_of_memory(check);
		return;
	}
	snprintf(finding.code, sizeof(finding.code), "%s", code_for(check->declared, code));
	grown[findings->count++] = finding;
	findings->error_count += finding.is_error;
}

static void check_object(struct ocfl_check *check)
{
	check->status = ocfl_tree_read(&check->tree, check->root, check->err);
	if (check->status)
		return;
	ocfl_check_declaration(check);
	ocfl_document_read(check, "", &check->document);
	if (!check->document.path) {
		ocfl_find(check, "E063", NULL, "the object has no inventory in its root");
		ocfl_find(check, "E034", NULL, "no file of the object's root is named %s",
			OCFL_INVENTORY_NAME);
	}
	ocfl_document_parse(check, &check->document);
	const struct ocfl_inventory *inventory = check->document.inventory;
	ocfl_document_check_sidecar(
		check, &check->document, inventory ? inventory->digest_algorithm : NULL);
	ocfl_check_root(check);
	if (!inventory || check->status)
		return;
	ocfl_content_begin(check);
	ocfl_content_compare(check, &check->document, inventory->version_count);
	ocfl_check_versions(check);
	ocfl_content_finish(check);
}

int ocfl_validate(
	const char *root, enum ocfl_depth depth, struct ocfl_findings *findings, struct error *err)
{
	struct ocfl_check check = {.root = root, .depth = depth, .findings = findings, .err = err};
	struct stat st;
	*findings = (struct ocfl_findings){0};
	if (lstat(root, &st))
		return error_set_errno(err, errno, "cannot look at the object %s", root);
	if (S_ISLNK(st.st_mode))
		ocfl_find(&check, "E090", NULL, "the object's root is a symbolic link");
	else if (S_ISDIR(st.st_mode))
		check_object(&check);
	else
		return error_set(
			err, ERR_NOT_FOUND, "%s is not a directory and so no OCFL object", root);
	ocfl_content_free(check.content);
	ocfl_document_release(&check.document);
	ocfl_tree_release(&check.tree);
	return check.status;
}

void ocfl_findings_release(struct ocfl_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].path);
		free(findings->items[i].text);
	}
	free(findings->items);
	*findings = (struct ocfl_findings){0};
}
