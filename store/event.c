/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/event.h"

#include "base/clock.h"
#include "store/chain_log.h"

#include <stdlib.h>
#include <string.h>

static struct jv *agent_json(const char *role, const char *name, const char *type)
{
	struct jv *agent = jv_new_object();
	jv_set_text(agent, "role", role);
	jv_set_string(agent, "name", name);
	jv_set_text(agent, "type", type);
	return agent;
}

struct jv *event_line(struct event *event)
{
	char time[CLOCK_TEXT_SIZE];
	struct jv *line = jv_new_object(), *agents = jv_new_array();
	clock_format(event->time, time);
	jv_set_text(line, "time", time);
	jv_set_text(line, "type", "event");
	jv_set_text(line, "uuid", event->uuid);
	jv_set_text(line, "event", event->type);
	jv_set_text(line, "outcome", event->outcome);
	if (event->version)
		jv_set_text(line, "version", event->version);
	jv_set_string(line, "detail", event->detail);
	jv_set_string(line, "note", event->note);
	jv_append(agents, agent_json("exe", event->software, "software"));
	if (event->person)
		jv_append(agents, agent_json("imp", event->person, "person"));
	jv_set(line, "agents", agents);
	if (event->result)
		jv_set(line, "result", event->result);
	event->result = NULL;
	return line;
}

int event_append(const struct object *object, struct event *event, struct error *err)
{
	struct jv *line = event_line(event);
	char *directory = object_log_directory(object);
	if (!directory) {
		jv_free(line);
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	int status = chain_log_append(directory, line, NULL, err);
	free(directory);
	return status;
}

struct search {
	const char *uuid;
	bool found;
};

static int look_for(void *context, uint64_t seq, const struct jv *entry)
{
	struct search *search = context;
	const char *uuid = jv_get_text(entry, "uuid");
	(void)seq;
	if (uuid && !strcmp(uuid, search->uuid))
		search->found = true;
	return 0;
}

int event_is_logged(const struct object *object, const char *uuid, bool *logged, struct error *err)
{
	struct search search = {uuid, false};
	char *directory = object_log_directory(object);
	if (!directory)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = chain_log_each(directory, 1, look_for, &search, err);
	free(directory);
	*logged = search.found;
	return status;
}
