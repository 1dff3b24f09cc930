-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Theca's catalogue, from schema version 1 to 2: discs of several tracks. What objects kept by an earlier Theca do not tell is NULL.

ALTER TABLE versions ADD COLUMN format TEXT; -- of the image: 'iso', 'bincue'
ALTER TABLE versions ADD COLUMN mcn TEXT; -- media catalogue number
ALTER TABLE versions ADD COLUMN doubtful_sectors INTEGER CHECK (doubtful_sectors >= 0);
ALTER TABLE versions ADD COLUMN text_charset TEXT; -- that the disc's texts were found in
ALTER TABLE versions ADD COLUMN text_guessed INTEGER CHECK (text_guessed IN (0, 1));

ALTER TABLE tracks ADD COLUMN pregap INTEGER CHECK (pregap >= 0);
ALTER TABLE tracks ADD COLUMN flags TEXT; -- words of a cue sheet's FLAGS, 'DCP PRE'
ALTER TABLE tracks ADD COLUMN isrc TEXT;

-- A track as a run of bytes in the image; track 0 is the pregap before a session's first track.
CREATE TABLE bitstreams (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	session INTEGER NOT NULL CHECK (session > 0),
	track INTEGER NOT NULL CHECK (track >= 0),
	uuid TEXT NOT NULL, -- in the sidecar
	byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
	size INTEGER NOT NULL CHECK (size > 0),
	format TEXT NOT NULL,
	crc32 TEXT, -- lower-case hexadecimal, as the next
	sha256 TEXT,
	PRIMARY KEY (object_id, version, session, track),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Under what names databases know the disc.
CREATE TABLE disc_ids (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	kind TEXT NOT NULL, -- 'musicbrainz', 'cddb', 'accuraterip'
	value TEXT NOT NULL,
	PRIMARY KEY (object_id, version, kind),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX disc_ids_by_value ON disc_ids (value);

-- What the disc says of itself (track 0) and its tracks: CD-TEXT.
CREATE TABLE disc_texts (
	object_id TEXT NOT NULL,
	version TEXT NOT NULL,
	track INTEGER NOT NULL CHECK (track >= 0),
	field TEXT NOT NULL, -- 'title', 'performer', 'songwriter', 'composer', 'arranger', 'message', 'disc_id', 'genre', 'upc_ean'
	value TEXT NOT NULL,
	value_encoding TEXT NOT NULL CHECK (value_encoding IN ('', 'percent')),
	PRIMARY KEY (object_id, version, track, field),
	FOREIGN KEY (object_id, version) REFERENCES versions (object_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
