#!/usr/bin/env bash
# Compares the templates of this commit with those of the commit from which it branched off BASE, and writes into OUT: comment.md,
# report.html, prove.sarif and change.sarif. It runs anywhere; README.md beside it says how.
#
# It ends with 0; with 1 if the condition of FAIL_ON holds; and with 2 if something went wrong, of which the comment then says nothing.
set -euo pipefail

base=${BASE:?set BASE to the branch or commit to compare with, such as origin/main}
synth=${SYNTH-cdk synth --quiet}
folder=${FOLDER:-.}
templates=${TEMPLATES:-cdk.out}
out=${OUT:-tierwall.out}
fail_on=${FAIL_ON:-}
title=${TITLE:-}

fail() {
	echo "change.sh: $1" >&2
	exit 2
}

command -v tierwall > /dev/null || fail "there is no command tierwall; run: go install github.com/tierwall/tierwall@VERSION"
root=$(git rev-parse --show-toplevel) || fail "this is no clone of a repository"
cd "$root"
[ ! -e "$out" ] || fail "$out exists already; remove it, or set OUT to another folder"
base=$(git rev-parse --verify --quiet --end-of-options "$base^{commit}") ||
	fail "BASE is no branch and no commit of this clone; fetch it (actions/checkout: fetch-depth: 0)"
fork=$(git merge-base "$base" HEAD) ||
	fail "BASE and this commit have no common ancestor in this clone; fetch the whole history (actions/checkout: fetch-depth: 0)"

work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2> /dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$fork"
mkdir -p "$out"
out=$(cd "$out" && pwd)

# state TREE NAME writes the templates of a tree to OUT/NAME. A tree without the folder, of which the change makes the first, has none.
state() {
	if [ ! -d "$1/$folder" ]; then
		echo "change.sh: $folder is not in the state $2: it counts as empty" >&2
		mkdir "$out/$2"
		echo '{"Resources": {}}' > "$out/$2/none.json"
		return
	fi
	if [ -n "$synth" ]; then
		(cd "$1/$folder" && bash -euo pipefail -c "$synth") >&2 || fail "the command \"$synth\" failed in the state $2"
	fi
	[ -e "$1/$folder/$templates" ] || fail "there is no $templates in the state $2; set TEMPLATES, or a SYNTH that writes it"
	if [ -d "$1/$folder/$templates" ]; then
		cp -R "$1/$folder/$templates" "$out/$2"
	else
		mkdir "$out/$2"
		cp "$1/$folder/$templates" "$out/$2/"
	fi
}
state "$work/base" before
state "$root" after

# From here on, nothing of the repository is run: the templates are data.
cd "$out"
status=0
run() { # ends if the command went wrong, and keeps whether it has findings
	local code=0
	"$@" || code=$?
	[ "$code" -le 1 ] || fail "\"$1 $2\" failed with exit code $code"
	[ "$code" -eq 0 ] || status=1
}
names=()
[ -z "$title" ] || names=(--title "$title")
conditions=()
[ -z "$fail_on" ] || conditions=(--fail-on "${fail_on// /}")

[ ! -e after/tierwall.json ] || run tierwall prove after --format sarif > prove.sarif
run tierwall diff before after --format sarif > change.sarif
status=0 # Findings decide by FAIL_ON only.
run tierwall report --diff before after ${names[@]+"${names[@]}"} --out report.html >&2
run tierwall report --diff before after ${names[@]+"${names[@]}"} ${conditions[@]+"${conditions[@]}"} --format markdown --out comment.md >&2
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat comment.md >> "$GITHUB_STEP_SUMMARY"
sed -n 2p comment.md
exit "$status"
