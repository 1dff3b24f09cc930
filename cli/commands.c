/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands with their help. */
#include "cli/cli.h"

#include <stddef.h>
#include <string.h>

const struct command commands[] = {
	{"init", "DIR", "make a new archive", 
		"Makes DIR, or uses it if it is empty, and puts an archive there: theca.ini with\n"
		"every setting explained, the store, the register and the catalogue.\n"
		"\n"
		"Options:\n"
		"  --json            print the result as JSON\n"
		"\n"
		"Example:\n"
		"  theca init /srv/discs\n",
		cmd_init},
	{"rip", "[options] DRIVE", "read a disc into the archive",
		"Reads the disc in DRIVE (/dev/sr0), or an ISO image or cue sheet as if its disc sat in\n"
		"a drive, as completely as it can be read, and keeps it as an object: image, damage map,\n"
		"checksums, PREMIS record and log. A disc of one data track becomes an ISO image, any\n"
		"other one (audio, mixed, Video CD, several sessions) a BIN image with a cue sheet.\n"
		"Unreadable sectors are kept as zeros, listed, and make the exit code 3, and so do\n"
		"sectors whose own check code disagrees. A stopped rip of the same carrier goes on\n"
		"where it stopped.\n"
		"\n"
		"Options:\n"
		"  --carrier ID      the disc's shelf mark or barcode; without it one is minted\n"
		"  --title TEXT      what the disc is called\n"
		"  --note TEXT       anything worth knowing about it\n"
		"  --operator NAME   who does this (default: theca.ini)\n"
		"  --retries N       further reads of a sector that failed, 0 to 1000 (default: theca.ini)\n"
		"  --format FORMAT   iso, bincue, or auto, which is the default: what fits the disc\n"
		"  --raw             keep a data CD too as 2352-byte sectors: --format bincue\n"
		"  --again           read a carrier once more that is held already: a new version\n"
		"  --quiet           no progress\n"
		"  --json            print the summary as JSON\n"
		"\n"
		"Examples:\n"
		"  theca -a /srv/discs rip --carrier 'MS 12/3' --title 'Field notes' /dev/sr0\n"
		"  theca rip --operator 'A. Keeper' old-image.iso\n"
		"  theca rip --carrier 'CD 77' album.cue\n",
		cmd_rip},
	{"work", "[--discard CARRIER]", "list or discard rips that were stopped",
		"Lists the rips that were stopped before they were done, and how far they got.\n"
		"`theca rip --carrier ID DRIVE` goes on with one.\n"
		"\n"
		"Options:\n"
		"  --discard CARRIER remove what was read of that carrier\n"
		"  --json            print the list as JSON\n"
		"\n"
		"Example:\n"
		"  theca work\n",
		cmd_work},
	{"list", "[options]", "list the discs held",
		"One line a carrier: its id, size, state, last fixity check and title. A check counts for the\n"
		"version that it was of: with a newer one the state is \"not checked\".\n"
		"\n"
		"Options:\n"
		"  --csv             comma-separated values with a header line\n"
		"  --json            JSON, everything known of each row\n"
		"\n"
		"Example:\n"
		"  theca list --csv > discs.csv\n",
		cmd_list},
	{"show", "ID", "show everything about one disc",
		"ID is a carrier id, an object id, or the beginning of one if only one fits.\n"
		"\n"
		"Options:\n"
		"  --json            print it as JSON\n"
		"\n"
		"Example:\n"
		"  theca show 'MS 12/3'\n",
		cmd_show},
	{"verify", "[options] [ID...]", "check stored files against their checksums",
		"Reads every stored file of the discs named, or of all, from the medium and compares\n"
		"it with every recorded checksum. Each file is ok, mismatch, missing, unreadable or\n"
		"extra; the outcome goes into the object's log and the catalogue, and that an object cannot\n"
		"be opened at all into the register.\n"
		"Exit code 0: all is well; 3: something is damaged; 4: the store cannot be reached.\n"
		"\n"
		"Options:\n"
		"  --cached          allow reading from memory: faster, and says nothing about the medium\n"
		"  --operator NAME   who does this (default: theca.ini)\n"
		"  --quiet           no progress\n"
		"  --json            print the report as JSON\n"
		"\n"
		"Examples:\n"
		"  theca verify\n"
		"  theca verify 'MS 12/3'\n",
		cmd_verify},
	{"check-cue", "[--json] FILE", "check a cue sheet",
		"Checks a cue sheet as strictly as a CD writer needs it, and prints what is wrong with\n"
		"it as FILE:LINE: error or warning: words, and a verdict. `theca rip` is more tolerant:\n"
		"it reads a sheet whose meaning is clear, and the verdict says whether it does. The files\n"
		"that the sheet names are not looked at.\n"
		"Exit code 0: the sheet is valid, perhaps with warnings; 1: it is not, or cannot be read.\n"
		"\n"
		"Options:\n"
		"  --json            print the findings and what the sheet says as JSON\n"
		"\n"
		"Example:\n"
		"  theca check-cue album.cue\n",
		cmd_check_cue},
	{"reindex", "", "make the catalogue anew from the stored files",
		"Builds a fresh catalogue from the register and every object, and puts it in the place of\n"
		"the old one. Nothing in the store changes. A file in its place that is not Theca's is left\n"
		"alone.\n"
		"Exit code 0: all is indexed; 3: objects, or parts of them or of the register, could not be\n"
		"read and were named; 4: the store cannot be reached.\n"
		"\n"
		"Options:\n"
		"  --quiet           no progress\n"
		"  --json            print the counts as JSON\n"
		"\n"
		"Example:\n"
		"  theca reindex\n",
		cmd_reindex},
	{"version", "", "print the version of Theca and of its libraries",
		"Options:\n"
		"  --json            print them as JSON\n"
		"\n"
		"Example:\n"
		"  theca version\n",
		cmd_version},
	{"help", "[COMMAND]", "explain a command",
		"Options:\n"
		"  --json            print the commands as JSON\n"
		"\n"
		"Example:\n"
		"  theca help rip\n",
		cmd_help},
	{NULL, NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}
