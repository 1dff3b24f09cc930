/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_writer.h"

#include <string.h>

#define AGENT_NOTE "premis:agentNote"

/* What the elements of an agent before its notes left to be marked. */
struct marks {
	bool name;
	bool version;
};

static struct marks open_agent(struct premis_writer *w, enum premis_actor actor, const char *code,
	const char *name, const char *version)
{
	struct marks marks = {0};

	xml_start(w->xml, "premis:agent");
	premis_identifier(w, "agent", PREMIS_ID_UUID, w->actors[actor]);
	marks.name = premis_foreign(w, "premis:agentName", name, strlen(name));
	premis_term(w, "premis:agentType", PREMIS_AGENT_TYPE, code);
	if (version && *version)
		marks.version = premis_foreign(w, "premis:agentVersion", version, strlen(version));
	return marks;
}

static void write_marks(struct premis_writer *w, struct marks marks)
{
	if (marks.name)
		premis_encoded_note(w, AGENT_NOTE, "agentName");
	if (marks.version)
		premis_encoded_note(w, AGENT_NOTE, "agentVersion");
}

static void write_institution(struct premis_writer *w)
{
	write_marks(w, open_agent(w, ACTOR_INSTITUTION, "org", w->deposit->institution, NULL));
	xml_end(w->xml);
}

static void write_operator(struct premis_writer *w)
{
	write_marks(w, open_agent(w, ACTOR_OPERATOR, "per", w->deposit->operator_name, NULL));
	xml_end(w->xml);
}

/* The first note holds the libraries, the marks follow it. */
static void write_software(struct premis_writer *w)
{
	const char *libraries = w->deposit->software_libraries;
	struct marks marks =
		open_agent(w, ACTOR_SOFTWARE, "sof", "Theca", w->deposit->software_version);

	if (libraries && *libraries && premis_foreign(w, AGENT_NOTE, libraries, strlen(libraries)))
		premis_encoded_note(w, AGENT_NOTE, "agentNote");
	write_marks(w, marks);
	xml_end(w->xml);
}

static void write_drive(struct premis_writer *w)
{
	const struct drive_identity *drive = &w->deposit->source.drive;
	struct buffer name = {0};

	premis_drive_name(w->deposit, &name);
	write_marks(w, open_agent(w, ACTOR_DRIVE, "har",
			       name.len ? buffer_text(&name) : "optical drive", drive->firmware));
	if (*drive->serial) {
		xml_start(w->xml, "premis:agentExtension");
		premis_extension_text(
			w, "theca:serialNumber", drive->serial, strlen(drive->serial));
		xml_end(w->xml);
	}
	premis_identifier(w, "linkingEnvironment", PREMIS_ID_UUID, w->environment);
	xml_end(w->xml);
	buffer_release(&name);
}

void premis_write_agents(struct premis_writer *w)
{
	static void (*const writers[ACTOR_COUNT])(struct premis_writer *) = {
		[ACTOR_INSTITUTION] = write_institution,
		[ACTOR_OPERATOR] = write_operator,
		[ACTOR_SOFTWARE] = write_software,
		[ACTOR_DRIVE] = write_drive,
	};

	for (enum premis_actor i = 0; i < ACTOR_COUNT; i++)
		if (premis_has_actor(w, i))
			writers[i](w);
}
