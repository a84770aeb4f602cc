#!/usr/bin/env bash
# Writes a comment to a pull request of GitHub, or replaces the one that it wrote before: the one whose first line is the same marker. The
# comment is data that an unprivileged job made: the script checks its form, and runs nothing of it. It needs gh and GH_TOKEN.
set -euo pipefail

file=${1:?name the file of the comment}
repository=${REPOSITORY:?set REPOSITORY to OWNER/NAME}
request=${PULL_REQUEST:-}

fail() {
	echo "comment.sh: $1" >&2
	exit 2
}

[[ $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || fail "REPOSITORY is not OWNER/NAME"
if [ -z "$request" ]; then # After a workflow_run, the event does not name the pull requests of forks: find it by its head.
	[[ ${HEAD_SHA:-} =~ ^[0-9a-f]{40}$ ]] || fail "set PULL_REQUEST, or HEAD_SHA and HEAD (OWNER:BRANCH)"
	request=$(gh api -X GET "repos/$repository/pulls" -f state=open -f "head=${HEAD:?}" --jq ".[] | select(.head.sha == \"$HEAD_SHA\") | .number")
	request=${request%%$'\n'*}
	if [ -z "$request" ]; then
		echo "no open pull request has this commit as its head: a newer run comments on it" >&2
		exit 0
	fi
fi
[[ $request =~ ^[0-9]+$ ]] || fail "PULL_REQUEST is not a number"
[ -f "$file" ] && [ ! -L "$file" ] || fail "$file is not a file"
[ "$(wc -c < "$file")" -le 65536 ] || fail "$file is larger than a comment may be"
IFS= read -r marker < "$file" || true
[[ $marker =~ ^'<!-- tierwall change'(' '[a-z0-9-]+)?' -->'$ ]] || fail "$file does not begin with the marker of tierwall report --diff"

id=$(gh api --paginate "repos/$repository/issues/$request/comments?per_page=100" \
	--jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id")
id=${id%%$'\n'*}
if [ -n "$id" ]; then
	gh api -X PATCH "repos/$repository/issues/comments/$id" -F "body=@$file" --silent
else
	gh api -X POST "repos/$repository/issues/$request/comments" -F "body=@$file" --silent
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
	echo "pull-request=$request" >> "$GITHUB_OUTPUT"
	[ ! -f "$(dirname "$file")/prove.sarif" ] || echo "proof=true" >> "$GITHUB_OUTPUT"
fi
