-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Theca's catalogue, schema version 1 (PRAGMA user_version).
--
-- An index over the register and the store: every row can be made anew from their files, so no key depends on the order in which
-- rows were added. What was said by a disc or a person stands percent-encoded where it is no clean text (base/text.h), and the
-- column X_encoding says so. Times are ISO 8601 with a zone, as the files have them. Everything about an object hangs on its row
-- and goes with it.

-- A disc that the institution holds. `entered` is when the register first met it; NULL if only a sidecar tells of it.
CREATE TABLE carriers (
	uuid TEXT NOT NULL PRIMARY KEY,
	id TEXT NOT NULL,
	id_encoding TEXT NOT NULL CHECK (id_encoding IN ('', 'percent')),
	title TEXT,
	title_encoding TEXT NOT NULL CHECK (title_encoding IN ('', 'percent')),
	note TEXT,
	note_encoding TEXT NOT NULL CHECK (note_encoding IN ('', 'percent')),
	minted INTEGER NOT NULL CHECK (minted IN (0, 1)),
	entered TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX carriers_by_id ON carriers (id_encoding, id);

-- An OCFL object. `log_lines` is how many lines of its event log are indexed. One that cannot be read at all, of which only the
-- register or its place in the store tells, has no head and no versions.
CREATE TABLE objects (
	id TEXT NOT NULL PRIMARY KEY,
	directory TEXT NOT NULL, -- from the storage root
	carrier_uuid TEXT REFERENCES carriers (uuid),
	head TEXT,
	log_lines INTEGER NOT NULL CHECK (log_lines >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_by_carrier ON objects (carrier_uuid);

-- A part of an object that could not be read when it was indexed: 'v1 sidecar', 'log'.
CREATE TABLE problems (
	object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
	part TEXT NOT NULL,
	message TEXT NOT NULL,
	message_encoding TEXT NOT NULL CHECK (message_encoding IN ('', 'percent')),
	PRIMARY KEY (object_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
	object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
	name TEXT NOT NULL, -- 'v1'
	number INTEGER NOT NULL CHECK (number > 0),
	created TEXT NOT NULL,
	message TEXT,
	message_encoding TEXT NOT NULL CHECK (message_encoding IN ('', 'percent')),
	user_name TEXT,
	user_name_encoding TEXT NOT NULL CHECK (user_name_encoding IN ('', 'percent')),
	user_address TEXT,
	user_address_encoding TEXT NOT NULL CHECK (user_address_encoding IN ('', 'percent')),
	label TEXT, -- of the volume on the disc
	label_encoding TEXT NOT NULL DEFAULT '' CHECK (label_encoding IN ('', 'percent')),
	file_system TEXT,
	profile TEXT, -- 'cd', 'dvd', 'unknown'
	sectors INTEGER CHECK (sectors >= 0),
	bad_sectors INTEGER CHECK (bad_sectors >= 0),
	source TEXT, -- JSON: the drive or image file that it was read from, as CARRIER.reads.json has it
	PRIMARY KEY (object_id, name)
) STRICT, WITHOUT ROWID;

-- A file in the state of a version. Its bytes lie at content_path, perhaps in an earlier version.
CREATE TABLE files (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	path TEXT NOT NULL,
	content_path TEXT NOT NULL,
	uuid TEXT, -- in the sidecar; NULL for what the sidecar does not describe, as the next
	format TEXT,
	puid TEXT,
	role TEXT, -- 'image', 'map', 'reads', 'chunks', 'log', 'premis'
	size INTEGER CHECK (size >= 0),
	PRIMARY KEY (object_id, version, path),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	path TEXT NOT NULL,
	algorithm TEXT NOT NULL,
	digest TEXT NOT NULL, -- lower-case hexadecimal
	PRIMARY KEY (object_id, version, path, algorithm),
	FOREIGN KEY (object_id, version, path) REFERENCES files (object_id, version, path)
		ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	number INTEGER NOT NULL CHECK (number > 0),
	PRIMARY KEY (object_id, version, number),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE tracks (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	number INTEGER NOT NULL CHECK (number > 0),
	session INTEGER NOT NULL,
	mode TEXT NOT NULL, -- 'audio', 'mode1', 'mode2', 'data'
	lba INTEGER NOT NULL CHECK (lba >= 0),
	sectors INTEGER NOT NULL CHECK (sectors >= 0),
	PRIMARY KEY (object_id, version, number),
	FOREIGN KEY (object_id, version, session) REFERENCES sessions (object_id, version, number)
		ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Sectors that were not recovered, with the map's status: '-' bad, '?' never tried, '*' and '/' given up on early.
CREATE TABLE damage (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	lba INTEGER NOT NULL CHECK (lba >= 0),
	sectors INTEGER NOT NULL CHECK (sectors > 0),
	status TEXT NOT NULL CHECK (status IN ('-', '?', '*', '/')),
	PRIMARY KEY (object_id, version, lba),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- As an object's files name them: `key` is the sidecar's UUID, or for an agent of the log, which has none, a digest of type,
-- name and version.
CREATE TABLE agents (
	object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
	key TEXT NOT NULL,
	type TEXT NOT NULL, -- 'hardware', 'organization', 'person', 'software'
	name TEXT NOT NULL,
	name_encoding TEXT NOT NULL CHECK (name_encoding IN ('', 'percent')),
	version TEXT,
	version_encoding TEXT NOT NULL CHECK (version_encoding IN ('', 'percent')),
	note TEXT,
	note_encoding TEXT NOT NULL CHECK (note_encoding IN ('', 'percent')),
	PRIMARY KEY (object_id, key)
) STRICT, WITHOUT ROWID;

-- log_line is NULL for the events that a sidecar or the register tells; place is the event's among those of its sidecar, log or
-- register.
CREATE TABLE events (
	object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
	uuid TEXT NOT NULL,
	version TEXT,
	log_line INTEGER,
	place INTEGER NOT NULL,
	type TEXT NOT NULL, -- PREMIS eventType code: 'ima', 'ine', 'fix'
	time TEXT NOT NULL,
	outcome TEXT, -- PREMIS eventOutcome code: 'suc', 'war', 'fai'
	detail TEXT,
	detail_encoding TEXT NOT NULL CHECK (detail_encoding IN ('', 'percent')),
	note TEXT,
	note_encoding TEXT NOT NULL CHECK (note_encoding IN ('', 'percent')),
	result TEXT, -- JSON, as the log has it
	PRIMARY KEY (object_id, uuid)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_type ON events (object_id, type, log_line);

CREATE TABLE event_agents (
	object_id TEXT NOT NULL,
	event_uuid TEXT NOT NULL,
	agent_key TEXT NOT NULL,
	role TEXT NOT NULL, -- PREMIS eventRelatedAgentRole code: 'exe', 'imp'
	PRIMARY KEY (object_id, event_uuid, agent_key, role),
	FOREIGN KEY (object_id, event_uuid) REFERENCES events (object_id, uuid) ON DELETE CASCADE,
	FOREIGN KEY (object_id, agent_key) REFERENCES agents (object_id, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What checks found of whole objects, by line of the register. An object's last one holds, unless it is 'found'.
CREATE TABLE findings (
	line INTEGER NOT NULL PRIMARY KEY CHECK (line > 0),
	object_id TEXT NOT NULL,
	directory TEXT NOT NULL, -- from the storage root
	carrier_uuid TEXT, -- NULL if the check could not tell
	verdict TEXT NOT NULL, -- 'missing', 'broken', 'unreadable', 'found'
	uuid TEXT, -- of the event; NULL for 'found', as the next
	event TEXT -- JSON, the line
) STRICT;
CREATE INDEX findings_by_object ON findings (object_id, line);

-- The findings that hold now.
CREATE VIEW lost AS
	SELECT object_id, directory, carrier_uuid, uuid FROM findings f
	WHERE verdict <> 'found'
		AND line = (SELECT max(line) FROM findings WHERE object_id = f.object_id);

-- The last fixity check of each object that had one: what was found of the whole object, else what its log told last. A success
-- is of `version` alone, which need not be the head.
CREATE VIEW fixity AS
	SELECT e.object_id, e.time, e.outcome, e.version, e.note, e.note_encoding
	FROM objects o JOIN events e ON e.object_id = o.id AND e.uuid = coalesce(
		(SELECT uuid FROM lost WHERE object_id = o.id),
		(SELECT uuid FROM events WHERE object_id = o.id AND type = 'fix'
			AND log_line IS NOT NULL ORDER BY log_line DESC LIMIT 1));

-- How far the register is indexed: `applied` lines, the last of which names `prev` as the digest of the one before.
CREATE TABLE register_state (
	one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	applied INTEGER NOT NULL CHECK (applied >= 0),
	prev TEXT NOT NULL
) STRICT;
INSERT INTO register_state VALUES (1, 0, '');
