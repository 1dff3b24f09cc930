#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each header compiles alone and twice, and each source file includes its own header first.
set -u
. tests/shape/lib.sh

check() {
	for header in $(sources "$1" all | grep '\.h$'); do
		name=${header#"$1"/}
		printf '#include "%s"\n#include "%s"\nextern int alone;\n' "$name" "$name" |
			${CC:-cc} -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Wall -Wextra -Werror -fsyntax-only \
				-I"$1" -I"$generated" -x c - >"$work/compiler" 2>&1 ||
			echo "$name does not compile alone: $(grep -m 1 error "$work/compiler")"
	done
	for source in $(sources "$1" all | grep '\.c$'); do
		name=${source#"$1"/}
		[ -e "${source%.c}.h" ] || continue
		first=$(sed -n 's/^#include *[<"]\(.*\)[>"].*/\1/p' "$source" | head -n 1)
		[ "$first" = "${name%.c}.h" ] || echo "$name includes $first before its own header"
	done
}

generated=$PWD/${BUILD:-build}/gen

plant base/a.h 'size_t length(const char *text);\n'
expect_refused 'base/a.h does not compile alone'
plant base/a.h 'enum once { ONCE };\n'
expect_refused 'base/a.h does not compile alone'
plant base/a.h 'int length(void);\n'
plant_also base/a.c '#include <stddef.h>\n#include "base/a.h"\n'
expect_refused 'base/a.c includes stddef.h before its own header'
plant base/a.h '#include <stddef.h>\nsize_t length(const char *text);\n'
plant_also base/a.c '/* why */\n#include "base/a.h"\n\n#include <stdio.h>\n'
plant_also base/main.c '#include <stdio.h>\n'
expect_accepted

finish
