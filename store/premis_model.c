/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_model.h"

#include "store/premis_vocabulary.h"

#include <stdbool.h>
#include <string.h>

/* premis-v3-0.xsd; its choices are written as sequences of optional elements. */
static const struct premis_model models[] = {
	{"premis", "object+ event* agent* rights*"},
	{"file", "objectIdentifier+ preservationLevel* significantProperties* "
		 "objectCharacteristics+ originalName? storage* signatureInformation* "
		 "relationship* linkingEventIdentifier* linkingRightsStatementIdentifier*"},
	{"representation", "objectIdentifier+ preservationLevel* significantProperties* "
			   "originalName? storage* relationship* linkingEventIdentifier* "
			   "linkingRightsStatementIdentifier*"},
	{"bitstream", "objectIdentifier+ significantProperties* objectCharacteristics+ storage* "
		      "signatureInformation* relationship* linkingEventIdentifier* "
		      "linkingRightsStatementIdentifier*"},
	{"intellectualEntity",
		"objectIdentifier+ preservationLevel* significantProperties* originalName? "
		"environmentFunction* environmentDesignation* environmentRegistry* "
		"environmentExtension* relationship* linkingEventIdentifier* "
		"linkingRightsStatementIdentifier*"},
	{"event", "eventIdentifier eventType eventDateTime eventDetailInformation* "
		  "eventOutcomeInformation* linkingAgentIdentifier* linkingObjectIdentifier*"},
	{"agent", "agentIdentifier+ agentName* agentType? agentVersion? agentNote* "
		  "agentExtension* linkingEventIdentifier* linkingRightsStatementIdentifier* "
		  "linkingEnvironmentIdentifier*"},

	{"objectIdentifier", "objectIdentifierType objectIdentifierValue"},
	{"eventIdentifier", "eventIdentifierType eventIdentifierValue"},
	{"agentIdentifier", "agentIdentifierType agentIdentifierValue"},
	{"linkingObjectIdentifier",
		"linkingObjectIdentifierType linkingObjectIdentifierValue linkingObjectRole*"},
	{"linkingEventIdentifier", "linkingEventIdentifierType linkingEventIdentifierValue"},
	{"linkingAgentIdentifier",
		"linkingAgentIdentifierType linkingAgentIdentifierValue linkingAgentRole*"},
	{"linkingEnvironmentIdentifier",
		"linkingEnvironmentIdentifierType linkingEnvironmentIdentifierValue "
		"linkingEnvironmentRole*"},
	{"linkingRightsStatementIdentifier",
		"linkingRightsStatementIdentifierType linkingRightsStatementIdentifierValue"},
	{"relatedObjectIdentifier",
		"relatedObjectIdentifierType relatedObjectIdentifierValue relatedObjectSequence?"},
	{"relatedEventIdentifier",
		"relatedEventIdentifierType relatedEventIdentifierValue relatedEventSequence?"},
	{"relationship", "relationshipType relationshipSubType relatedObjectIdentifier+ "
			 "relatedEventIdentifier* relatedEnvironmentPurpose* "
			 "relatedEnvironmentCharacteristic?"},

	{"preservationLevel",
		"preservationLevelType? preservationLevelValue preservationLevelRole? "
		"preservationLevelRationale* preservationLevelDateAssigned?"},
	{"significantProperties", "significantPropertiesType? significantPropertiesValue? "
				  "significantPropertiesExtension*"},
	{"objectCharacteristics",
		"compositionLevel? fixity* size? format+ creatingApplication* inhibitors* "
		"objectCharacteristicsExtension*"},
	{"fixity", "messageDigestAlgorithm messageDigest messageDigestOriginator?"},
	{"format", "formatDesignation? formatRegistry? formatNote*"},
	{"formatDesignation", "formatName formatVersion?"},
	{"formatRegistry", "formatRegistryName formatRegistryKey formatRegistryRole?"},
	{"creatingApplication", "creatingApplicationName? creatingApplicationVersion? "
				"dateCreatedByApplication? creatingApplicationExtension*"},
	{"inhibitors", "inhibitorType inhibitorTarget* inhibitorKey?"},
	{"storage", "contentLocation? storageMedium?"},
	{"contentLocation", "contentLocationType contentLocationValue"},
	{"signatureInformation", "signature? signatureInformationExtension*"},
	{"signature", "signatureEncoding signer? signatureMethod signatureValue "
		      "signatureValidationRules signatureProperties* keyInformation*"},

	{"environmentFunction", "environmentFunctionType environmentFunctionLevel"},
	{"environmentDesignation", "environmentName environmentVersion? environmentOrigin? "
				   "environmentDesignationNote* environmentDesignationExtension*"},
	{"environmentRegistry",
		"environmentRegistryName environmentRegistryKey environmentRegistryRole?"},

	{"eventDetailInformation", "eventDetail? eventDetailExtension*"},
	{"eventOutcomeInformation", "eventOutcome? eventOutcomeDetail*"},
	{"eventOutcomeDetail", "eventOutcomeDetailNote? eventOutcomeDetailExtension*"},

	{"rights", NULL},
	{"agentExtension", NULL},
	{"creatingApplicationExtension", NULL},
	{"environmentExtension", NULL},
	{"eventDetailExtension", NULL},
	{"eventOutcomeDetailExtension", NULL},
	{"keyInformation", NULL},
	{"objectCharacteristicsExtension", NULL},
	{"signatureInformationExtension", NULL},
	{"significantPropertiesExtension", NULL},
};

/* Where the check has come to in a model's children. */
struct position {
	const char *item;
	unsigned seen; /* times that the item was met */
};

const struct premis_model *premis_model_of(const char *element)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].element, element) == 0)
			return &models[i];
	return NULL;
}

static size_t item_len(const char *item)
{
	return strcspn(item, " ?*+");
}

static bool is_required(const char *item)
{
	char mark = item[item_len(item)];

	return mark != '?' && mark != '*';
}

static bool may_repeat(const char *item)
{
	char mark = item[item_len(item)];

	return mark == '*' || mark == '+';
}

static bool is_item(const char *item, const char *element)
{
	size_t len = item_len(item);

	return strncmp(item, element, len) == 0 && element[len] == '\0';
}

static const char *next_item(const char *item)
{
	item += strcspn(item, " ");
	return item + (*item == ' ');
}

static int lacks(const struct xml_node *node, const char *item, const char *name, struct error *err)
{
	return error_set(err, ERR_INVALID,
		"%s: <%.60s> lacks its <%.*s>, or it is in the wrong place", name, xml_name(node),
		(int)item_len(item), item);
}

/* Moves on to the item that element is; the items passed over must not be missing. */
static int advance(struct position *at, const struct xml_node *node, const char *element,
	const char *name, struct error *err)
{
	while (*at->item && (!is_item(at->item, element) || (at->seen && !may_repeat(at->item)))) {
		if (is_required(at->item) && !at->seen)
			return lacks(node, at->item, name, err);
		at->item = next_item(at->item);
		at->seen = 0;
	}
	if (!*at->item)
		return error_set(err, ERR_INVALID,
			"%s: <%.60s> does not belong into <%.60s>, or not in that place", name,
			element, xml_name(node));
	at->seen++;
	return 0;
}

int premis_model_check(const struct premis_model *model, const struct xml_node *node,
	const char *name, struct error *err)
{
	struct position at = {.item = model && model->children ? model->children : ""};
	const struct xml_node *child = xml_child(node, NULL);

	if (model && model->children && *model->children != '\0' && !child &&
		strcmp(model->element, "eventDetailInformation") != 0)
		return error_set(err, ERR_INVALID, "%s: <%.60s> is empty", name, xml_name(node));
	for (; child; child = xml_next(child, NULL)) {
		if (!xml_is(child, PREMIS_NAMESPACE, xml_name(child)))
			return error_set(err, ERR_INVALID,
				"%s: <%.60s> in <%.60s> is no PREMIS element", name,
				xml_name(child), xml_name(node));
		int rc = advance(&at, node, xml_name(child), name, err);
		if (rc)
			return rc;
	}
	for (; *at.item; at.item = next_item(at.item), at.seen = 0)
		if (is_required(at.item) && !at.seen)
			return lacks(node, at.item, name, err);
	return 0;
}
