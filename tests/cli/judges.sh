# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What other programs say of an object and of $archive: sourced after tests/cli/lib.sh.
# shellcheck disable=SC2154 # $archive is the test's
need jq xmllint sha512sum

# contents OBJECT VERSION SUFFIX: the file of a version whose name ends so.
contents() {
	find "$1/$2/content" -name "*$3"
}

# inventory_holds OBJECT: for every algorithm of its inventory; chunks too.
inventory_holds() {
	jq -r '.manifest | to_entries[] | .key + "  " + .value[]' "$1/inventory.json" >"$WORK/sums"
	(cd "$1" && sha512sum -c --quiet --strict "$WORK/sums") || fail "sha512sum disagrees"
	for algorithm in md5 sha1 sha256; do
		jq -r --arg a "$algorithm" '.fixity[$a] | to_entries[] | .key + "  " + .value[]' \
			"$1/inventory.json" >"$WORK/sums"
		(cd "$1" && "${algorithm}sum" -c --quiet --strict "$WORK/sums") || fail "${algorithm}sum disagrees"
	done
	[ "$(sha512sum <"$1/inventory.json" | cut -d' ' -f1)" = "$(cut -d' ' -f1 "$1/inventory.json.sha512")" ] ||
		fail "sha512sum disagrees about inventory.json"
	find "$1" -path '*/content/*' -type f | wc -l >"$WORK/there"
	jq '[.manifest[] | length] | add' "$1/inventory.json" >"$WORK/listed"
	cmp "$WORK/there" "$WORK/listed" || fail "files that are in no manifest"
}

# premis_holds FILE: valid, every link resolves, every date has a zone.
premis_holds() {
	xmllint --noout --nonet --relaxng schemas/theca-premis.rng "$1" 2>"$WORK/xmllint" || {
		cat "$WORK/xmllint" >&2
		fail "$1 does not follow our profile"
	}
	official=${THECA_CORPUS:-../shared/corpus}/schemas
	if [ -f "$official/premis-v3-0.xsd" ]; then
		# the schema imports xlink from the network; a copy that imports it from beside itself
		mkdir -p "$WORK/xsd"
		cp "$official"/*.xsd "$WORK/xsd"
		sed -i 's|schemaLocation="[^"]*xlink[^"]*"|schemaLocation="xlink.xsd"|' "$WORK/xsd/premis-v3-0.xsd"
		xmllint --noout --nonet --schema "$WORK/xsd/premis-v3-0.xsd" "$1" 2>"$WORK/xmllint" || {
			cat "$WORK/xmllint" >&2
			fail "$1 does not follow the official schema"
		}
	else
		echo "skipped: the official PREMIS schema is not at $official"
	fi
	sed 's/></>\n</g' "$1" >"$WORK/lines"
	sed -nE 's|.*<premis:(object\|event\|agent\|linking[A-Za-z]*\|related[A-Za-z]*)IdentifierValue>([^<]*)<.*|\1 \2|p' \
		"$WORK/lines" >"$WORK/ids"
	sed -nE 's/^(object|event|agent) //p' "$WORK/ids" | sort -u >"$WORK/declared"
	sed -nE 's/^(linking|related)[A-Za-z]* //p' "$WORK/ids" | sort -u >"$WORK/linked"
	[ -s "$WORK/linked" ] || fail "$1 links nothing"
	[ -z "$(comm -13 "$WORK/declared" "$WORK/linked")" ] || fail "$1 has links that lead nowhere"
	grep -oE '<premis:[A-Za-z]*(DateTime|dateCreated[A-Za-z]*)>[^<]*' "$WORK/lines" | sed 's/.*>//' |
		grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$' &&
		fail "$1 has a date without a zone"
	return 0
}

# whole CARRIER...: in $archive just these are listed, as whole objects, and verify finds them well.
whole() {
	run "$THECA" -a "$archive" list --json
	expect_status 0
	# shellcheck disable=SC2016 # a variable of jq
	expect_json '[.[] | select(.object_id) | .carrier] | sort == ($wanted | split(" ") | sort | map(select(. != "")))' \
		--arg wanted "$*"
	expect_json '[.[] | select(.object_id) | .problems] | add // 0 | . == 0'
	run "$THECA" -a "$archive" verify --cached --quiet
	expect_status 0
	expect_stdout_has "$# ok, 0 damaged"
	expect_no_stderr "not in the catalogue"
}

# clean COUNT: nothing is left of any rip, and nothing in the store belongs to no object; COUNT objects do.
clean() {
	[ -z "$(leftovers "$archive")" ] || fail "left over in work/: $(leftovers "$archive")"
	[ "$(find "$archive/store" -name '0=ocfl_object_1.1' | wc -l)" -eq "$1" ] || fail "not $1 objects in the store"
	[ -z "$(find "$archive" -name '*.tmp')" ] || fail "left over: $(find "$archive" -name '*.tmp')"
	[ -z "$(find "$archive/store" -mindepth 1 -type d -empty)" ] ||
		fail "empty directories: $(find "$archive/store" -mindepth 1 -type d -empty)"
}
