/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_listener.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 0))) static void tell(struct ocfl_listener *listener,
	const char *code, bool usable, const char *format, va_list ap)
{
	char text[768];
	if (listener->status)
		return;
	vsnprintf(text, sizeof(text), format, ap);
	listener->status = listener->hear(listener->context, code, usable, text);
}

void ocfl_tell(struct ocfl_listener *listener, const char *code, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	tell(listener, code, true, format, ap);
	va_end(ap);
}

void ocfl_tell_unusable(struct ocfl_listener *listener, const char *code, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	tell(listener, code, false, format, ap);
	va_end(ap);
}
