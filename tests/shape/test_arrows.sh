#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The arrows between the rooms are those of ARCHITECTURE.md, and a dependency's header stays in its room.
set -u
. tests/shape/lib.sh

# check TREE: an include is "room/header.h" of a room that this one may see, or a system header.
check() {
	# shellcheck disable=SC2016 # awk's own dollars
	sources "$1" all | (cd "$1" && sed "s|^$1/||" | xargs -r awk '
	BEGIN {
		may["base"] = "base"
		may["image"] = "image base"
		may["store"] = "store image base"
		may["rip"] = "rip store image base"
		may["catalog"] = "catalog store image base schemas"
		may["verify"] = "verify catalog store image base"
		may["cli"] = "cli rip verify catalog store image base"
		may["web"] = "web rip verify catalog store image base"
		may["tests"] = "tests rip catalog verify cli web store image base schemas"
		may["examples"] = "examples rip catalog verify store image base"

		keeper["openssl/"] = keeper["zlib.h"] = keeper["jansson.h"] = keeper["libxml/"] = "base"
		keeper["ini.h"] = keeper["curl/"] = "base"
		keeper["archive.h"] = keeper["archive_entry.h"] = keeper["magic.h"] = "image"
		keeper["seccomp.h"] = keeper["FLAC/"] = "image"
		keeper["cdio/"] = "rip"
		keeper["sqlite3.h"] = "catalog"
		keeper["fuse.h"] = keeper["fuse3/"] = "cli"
		keeper["microhttpd.h"] = "web"
	}
	function say(what) { print FILENAME ":" FNR ": " what }
	{ room = FILENAME; sub("/.*", "", room) }
	/sqlite3_/ && room != "tests" && FILENAME != "catalog/db.c" { say("sqlite3_ belongs in catalog/db.c alone") }
	/^[ \t]*#[ \t]*include[ \t]*<cdio\/paranoia\// {
		if (room == "rip" && FILENAME != "rip/paranoia_engine.c") say("libcdio-paranoia belongs in rip/paranoia_engine.c alone")
	}
	/^[ \t]*#[ \t]*include[ \t]*<cdio\/[a-z_]*\.h>/ {
		if (room == "rip" && FILENAME != "rip/drive.c" && FILENAME != "rip/paranoia_engine.c") say("libcdio belongs in rip/drive.c alone")
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, part, "\"")
		if (part[2] !~ "/") { say("\"" part[2] "\" does not name its room"); next }
		target = part[2]; sub("/.*", "", target)
		if (!index(" " may[room] " ", " " target " ")) say("no arrow from " room " to " target)
	}
	/^[ \t]*#[ \t]*include[ \t]*</ {
		split($0, part, "[<>]")
		top = part[2]; sub("/.*", "/", top)
		if (room != "tests" && (top in keeper) && keeper[top] != room) say("<" part[2] "> belongs in " keeper[top])
	}')
}

refuse() { # FILE LINE COMPLAINT
	plant "$1" "$2\n"
	expect_refused "$3"
}
refuse base/a.c '#include "image/disc.h"' 'no arrow from base to image'
refuse image/a.c '#include "store/object.h"' 'no arrow from image to store'
refuse rip/a.c '#include "verify/fixity.h"' 'no arrow from rip to verify'
refuse rip/a.c '#include "catalog/catalog.h"' 'no arrow from rip to catalog'
refuse verify/a.c '#include "rip/drive.h"' 'no arrow from verify to rip'
refuse catalog/a.h ' # include "verify/fixity.h"' 'no arrow from catalog to verify'
refuse store/a.c '#include "cli/command.h"' 'no arrow from store to cli'
refuse cli/a.c '#include "web/site.h"' 'no arrow from cli to web'
refuse cli/a.c '#include "tests/unit/fixture.h"' 'no arrow from cli to tests'
refuse base/a.c '#include "error.h"' '"error.h" does not name its room'
refuse tests/unit/a.c '#include "fixture.h"' '"fixture.h" does not name its room'
refuse store/a.c '#include <openssl/evp.h>' '<openssl/evp.h> belongs in base'
refuse image/a.c '#include <zlib.h>' '<zlib.h> belongs in base'
refuse cli/a.c '#include <jansson.h>' '<jansson.h> belongs in base'
refuse store/a.c '#include <libxml/parser.h>' '<libxml/parser.h> belongs in base'
refuse store/a.c '#include <ini.h>' '<ini.h> belongs in base'
refuse verify/a.c '#include <sqlite3.h>' '<sqlite3.h> belongs in catalog'
refuse image/a.c '#include <cdio/cdio.h>' '<cdio/cdio.h> belongs in rip'
refuse rip/paranoia.c '#include <cdio/paranoia/paranoia.h>' 'libcdio-paranoia belongs in rip/paranoia_engine.c alone'
refuse rip/a.c '#include <cdio/mmc.h>' 'libcdio belongs in rip/drive.c alone'
refuse store/a.c '#include <archive.h>' '<archive.h> belongs in image'
refuse web/a.c '#include <fuse3/fuse.h>' '<fuse3/fuse.h> belongs in cli'
refuse cli/a.c '#include <microhttpd.h>' '<microhttpd.h> belongs in web'
refuse catalog/add.c 'int x = sqlite3_step(s);' 'sqlite3_ belongs in catalog/db.c alone'

plant catalog/db.c '#include "catalog/db.h"\n#include "store/object.h"\n#include <sqlite3.h>\nsqlite3_step(s);\n'
plant_also base/digest.c '#include "base/digest.h"\n#include <openssl/evp.h>\n#include <sys/stat.h>\n'
plant_also tests/unit/test_a.c '#include "cli/command.h"\n#include <sqlite3.h>\n'
expect_accepted

finish
