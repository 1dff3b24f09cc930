#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Names that say something, files and functions that one sitting reads, nothing left for later, a licence in each source.
set -u
. tests/shape/lib.sh

later='TO''DO|FIX''ME|XX''X' # apart, so that this file does not find itself

check() {
	(cd "$1" && {
		find . \( -name .git -o -name build \) -prune -o -type f -print | sed 's|^\./||' | LC_ALL=C sort >"$work/files"
		grep -E '(^|[/_.-])(utils?|utility|common|misc|helpers?)[_.-]' "$work/files" | sed 's|$|: a name that says nothing|'
		grep -E '\.(c|h|sh|sql|md)$|(^|/)Makefile$' "$work/files" | xargs -r -d '\n' grep -nHwE "$later" | cut -c -100 |
			sed 's|$|: left for later|'
		grep -E '\.(c|h|sh|sql|rng|xsd)$' "$work/files" | while read -r file; do
			head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file: no SPDX line at the top"
		done
		grep -E '\.[ch]$' "$work/files" | xargs -r -d '\n' awk '
		FNR == 1 { if (lines > 600) print file ": " lines " lines, more than 600"; file = FILENAME }
		/^{/ { start = FNR }
		/^}$/ && start {
			if (FNR - start + 1 > 70) print FILENAME ":" start ": a function of " FNR - start + 1 " lines, more than 70"
			start = 0
		}
		{ lines = FNR }
		END { if (lines > 600) print file ": " lines " lines, more than 600" }'
	})
}

repeat() { # COUNT TEXT
	awk -v count="$1" -v text="$2" 'BEGIN { while (count--) print text }'
}

spdx='/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
for name in base/util.h store/common.c cli/misc.c base/string_helpers.c tests/utils.sh; do
	plant "$name" "$spdx"
	expect_refused "$name: a name that says nothing"
done
plant base/a.c "$spdx/* TO""DO: later */\n"
expect_refused 'base/a.c:2:/* TO''DO: later */: left for later'
plant base/a.c 'int a;\n'
expect_refused 'base/a.c: no SPDX line at the top'
plant schemas/a.sql 'SELECT 1;\n'
expect_refused 'schemas/a.sql: no SPDX line at the top'
plant base/a.c "$spdx$(repeat 600 'int a;')\n"
expect_refused 'base/a.c: 601 lines, more than 600'
plant base/a.c "${spdx}int f(void)\n{\n$(repeat 69 '	f();')\n}\n"
expect_refused 'base/a.c:3: a function of 71 lines, more than 70'
plant base/a.c "${spdx}int f(void)\n{\n$(repeat 68 '	f();')\n}\n"
plant_also tests/a.sh '#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\nmktemp /tmp/a.XX''XXXX\n'
plant_also base/commonplace.h "$spdx"
expect_accepted

finish
