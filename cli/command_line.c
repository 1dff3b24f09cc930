/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command_line.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <string.h>

#define HIDDEN "***"

/* Whether an option's name, up to its '=' if it has one, speaks of a secret. */
static bool names_secret(const char *argument)
{
	static const char *const words[] = {"password", "passphrase", "secret", "token", "key"};
	size_t len = strcspn(argument, "=");
	if (strncmp(argument, "--", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(argument, len, words[i], strlen(words[i])))
			return true;
	return false;
}

void command_line_quote(struct buffer *line, const char *text)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-_./=:,+@%*";
	if (*text && text[strspn(text, harmless)] == '\0') {
		buffer_puts(line, text);
		return;
	}
	buffer_putc(line, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buffer_puts(line, "'\\''");
		else
			buffer_putc(line, *text);
	}
	buffer_putc(line, '\'');
}

/* Appends an argument; of a URL with a user part, that part is hidden. */
static void add_argument(struct buffer *line, const char *argument)
{
	const char *start = strstr(argument, "://");
	const char *at = start ? memrchr(start + 3, '@', strcspn(start + 3, "/?#")) : NULL;
	if (!at) {
		command_line_quote(line, argument);
		return;
	}
	struct buffer hidden = {0};
	buffer_add(&hidden, argument, (size_t)(start + 3 - argument));
	buffer_puts(&hidden, HIDDEN);
	buffer_puts(&hidden, at);
	command_line_quote(line, buffer_text(&hidden));
	buffer_release(&hidden);
}

char *command_line_redacted(int argc, char *const *argv)
{
	struct buffer line = {0};
	bool hide_next = false;
	for (int i = 0; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		if (i)
			buffer_putc(&line, ' ');
		if (hide_next) {
			buffer_puts(&line, HIDDEN);
			hide_next = false;
		} else if (names_secret(argv[i]) && equals) {
			buffer_add(&line, argv[i], (size_t)(equals - argv[i]) + 1);
			buffer_puts(&line, HIDDEN);
		} else {
			hide_next = names_secret(argv[i]);
			add_argument(&line, argv[i]);
		}
	}
	return buffer_steal(&line);
}
