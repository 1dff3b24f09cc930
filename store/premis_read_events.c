/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_reader.h"

#include "store/premis_vocabulary.h"

#include <stdlib.h>
#include <string.h>

static int read_uuid(
	struct premis_reader *r, const struct xml_node *node, const char *element, char **uuid)
{
	int rc = premis_typed_text(r, node, element, PREMIS_ID_UUID, uuid);

	if (!rc && !*uuid)
		rc = premis_refuse(r, "an event or agent has no UUID");
	return rc;
}

/* The first detail is what counts; the next may say that it is encoded. */
static int read_detail(struct premis_reader *r, const struct xml_node *event, char **detail)
{
	const struct xml_node *first = xml_child(event, "eventDetailInformation");
	const struct xml_node *next = first ? xml_next(first, "eventDetailInformation") : NULL;
	bool is_encoded =
		next && premis_says_encoded(xml_child(next, "eventDetail"), "eventDetail");

	return premis_decoded(r, xml_child(first, "eventDetail"), is_encoded, detail);
}

static int read_outcome(
	struct premis_reader *r, const struct xml_node *node, struct premis_event *event)
{
	const struct xml_node *information = xml_child(node, "eventOutcomeInformation");
	const struct xml_node *outcome = xml_child(information, "eventOutcome");
	const struct xml_node *detail = xml_child(information, "eventOutcomeDetail");

	if (!outcome)
		return premis_refuse(r, "an event has no outcome");
	int rc = premis_code(r, outcome, PREMIS_EVENT_OUTCOME, &event->outcome);
	if (!rc)
		rc = premis_text(r, xml_child(detail, "eventOutcomeDetailNote"), &event->note);
	return rc;
}

static int read_event_agent(
	struct premis_reader *r, const struct xml_node *link, struct premis_event_agent *agent)
{
	const struct xml_node *role = xml_child(link, "linkingAgentRole");
	int rc = premis_text(r, xml_child(link, "linkingAgentIdentifierValue"), &agent->agent_uuid);

	if (!rc && !role)
		rc = premis_refuse(r, "an agent has no role in an event");
	if (!rc)
		rc = premis_code(r, role, PREMIS_EVENT_AGENT_ROLE, &agent->role);
	return rc;
}

static int read_event_agents(
	struct premis_reader *r, const struct xml_node *node, struct premis_event *event)
{
	static const char element[] = "linkingAgentIdentifier";
	int rc = 0;

	event->agents = calloc(premis_count(node, element) + 1, sizeof(*event->agents));
	if (!event->agents)
		return premis_no_memory(r);
	for (const struct xml_node *link = xml_child(node, element); link && !rc;
		link = xml_next(link, element))
		rc = read_event_agent(r, link, &event->agents[event->agent_count++]);
	return rc;
}

static int read_event(struct premis_reader *r, const struct xml_node *node)
{
	struct premis_event *event = &r->premis->events[r->premis->event_count++];
	int rc = read_uuid(r, node, "eventIdentifier", &event->uuid);

	if (!rc)
		rc = premis_code(r, xml_child(node, "eventType"), PREMIS_EVENT_TYPE, &event->type);
	if (!rc)
		rc = premis_text(r, xml_child(node, "eventDateTime"), &event->time);
	if (!rc)
		rc = read_detail(r, node, &event->detail);
	if (!rc)
		rc = read_outcome(r, node, event);
	if (!rc)
		rc = read_event_agents(r, node, event);
	return rc;
}

/* What an agent's notes say of the encoding of its elements. */
struct marks {
	const struct xml_node *note; /* the first that is no mark */
	bool name, version, is_note_encoded;
};

static struct marks read_marks(const struct xml_node *agent)
{
	struct marks marks = {0};

	for (const struct xml_node *node = xml_child(agent, "agentNote"); node;
		node = xml_next(node, "agentNote")) {
		if (premis_says_encoded(node, "agentName"))
			marks.name = true;
		else if (premis_says_encoded(node, "agentVersion"))
			marks.version = true;
		else if (premis_says_encoded(node, "agentNote"))
			marks.is_note_encoded = true;
		else if (!marks.note)
			marks.note = node;
	}
	return marks;
}

/* An agent's type is kept as its label, whichever way it is written. */
static int read_agent_type(struct premis_reader *r, const struct xml_node *node, char **type)
{
	char *code = NULL;
	int rc;

	if (!node)
		return premis_refuse(r, "an agent has no type");
	rc = premis_code(r, node, PREMIS_AGENT_TYPE, &code);
	if (rc)
		return rc;
	const char *label = premis_term_label(PREMIS_AGENT_TYPE, code);
	*type = strdup(label ? label : code);
	free(code);
	return *type ? 0 : premis_no_memory(r);
}

static int read_agent(struct premis_reader *r, const struct xml_node *node)
{
	struct premis_agent *agent = &r->premis->agents[r->premis->agent_count++];
	struct marks marks = read_marks(node);
	int rc = read_uuid(r, node, "agentIdentifier", &agent->uuid);

	if (!rc)
		rc = premis_decoded(r, xml_child(node, "agentName"), marks.name, &agent->name);
	if (!rc && !agent->name)
		rc = premis_refuse(r, "an agent has no name");
	if (!rc)
		rc = read_agent_type(r, xml_child(node, "agentType"), &agent->type);
	if (!rc)
		rc = premis_decoded(
			r, xml_child(node, "agentVersion"), marks.version, &agent->version);
	if (!rc)
		rc = premis_decoded(r, marks.note, marks.is_note_encoded, &agent->note);
	return rc;
}

int premis_read_events(struct premis_reader *r, const struct xml_node *root)
{
	int rc = 0;

	r->premis->events = calloc(premis_count(root, "event") + 1, sizeof(*r->premis->events));
	if (!r->premis->events)
		return premis_no_memory(r);
	for (const struct xml_node *node = xml_child(root, "event"); node && !rc;
		node = xml_next(node, "event"))
		rc = read_event(r, node);
	return rc;
}

int premis_read_agents(struct premis_reader *r, const struct xml_node *root)
{
	int rc = 0;

	r->premis->agents = calloc(premis_count(root, "agent") + 1, sizeof(*r->premis->agents));
	if (!r->premis->agents)
		return premis_no_memory(r);
	for (const struct xml_node *node = xml_child(root, "agent"); node && !rc;
		node = xml_next(node, "agent"))
		rc = read_agent(r, node);
	return rc;
}
