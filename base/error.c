/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
	if (err) {
		va_list ap;
		va_start(ap, format);
		err->code = code;
		vsnprintf(err->message, sizeof(err->message), format, ap);
		va_end(ap);
	}
	return (int)code;
}

enum error_code error_code_of_errno(int errno_value)
{
	static const struct {
		int errno_value;
		enum error_code code;
	} map[] = {
		{ENOSPC, ERR_NO_SPACE},	   {EDQUOT, ERR_NO_SPACE},    {EFBIG, ERR_NO_SPACE},
		{EACCES, ERR_PERMISSION},  {EPERM, ERR_PERMISSION},   {EROFS, ERR_PERMISSION},
		{ENOENT, ERR_NOT_FOUND},   {ENOTDIR, ERR_NOT_FOUND},  {EEXIST, ERR_EXISTS},
		{ENOTEMPTY, ERR_EXISTS},   {ENOMEM, ERR_MEMORY},      {EINTR, ERR_INTERRUPTED},
		{EBUSY, ERR_BUSY},	   {EWOULDBLOCK, ERR_BUSY},   {ENOTCONN, ERR_OFFLINE},
		{ESTALE, ERR_OFFLINE},	   {EHOSTDOWN, ERR_OFFLINE},  {EHOSTUNREACH, ERR_OFFLINE},
		{ETIMEDOUT, ERR_OFFLINE},  {EOPNOTSUPP, ERR_UNSUPPORTED}, {ENOSYS, ERR_UNSUPPORTED},
	};
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i].errno_value == errno_value)
			return map[i].code;
	return ERR_IO;
}

int error_set_errno(struct error *err, int errno_value, const char *format, ...)
{
	enum error_code code = error_code_of_errno(errno_value);
	if (err) {
		va_list ap;
		va_start(ap, format);
		err->code = code;
		int n = vsnprintf(err->message, sizeof(err->message), format, ap);
		va_end(ap);
		if (n >= 0 && (size_t)n < sizeof(err->message))
			snprintf(err->message + n, sizeof(err->message) - (size_t)n, ": %s",
				strerror(errno_value));
	}
	return (int)code;
}

int error_prefix(struct error *err, const char *format, ...)
{
	if (!err)
		return ERR_IO;
	char context[256];
	va_list ap;
	va_start(ap, format);
	vsnprintf(context, sizeof(context) - 2, format, ap);
	va_end(ap);
	strcat(context, ": ");
	size_t front = strlen(context), back = strlen(err->message);
	if (back > sizeof(err->message) - 1 - front)
		back = sizeof(err->message) - 1 - front;
	memmove(err->message + front, err->message, back);
	memcpy(err->message, context, front);
	err->message[front + back] = '\0';
	return (int)err->code;
}
