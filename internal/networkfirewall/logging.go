package networkfirewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Log is the destination of logs of one type.
type Log struct {
	Type        string // ALERT, FLOW or TLS
	Kind        string // S3, CloudWatchLogs or KinesisDataFirehose
	Destination map[string]string
}

// logKinds are the kinds of destinations. Each has one required field, with a form of its own (Amazon CloudWatch Logs, Amazon S3 and Amazon
// Data Firehose API references).
var logKinds = map[string]struct {
	field, what string
	form        *lazyregexp.Regexp
}{
	"CloudWatchLogs":      {"logGroup", "log group", lazyregexp.New(`^[.\-_/#A-Za-z0-9]{1,512}$`)},
	"S3":                  {"bucketName", "bucket", lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)},
	"KinesisDataFirehose": {"deliveryStream", "delivery stream", lazyregexp.New(`^[a-zA-Z0-9_.-]{1,64}$`)},
}

var logTypes = []string{"ALERT", "FLOW", "TLS"}

const logDestinations = "LoggingConfiguration.LogDestinationConfigs"

// CheckLogs checks the logs of a firewall.
func CheckLogs(logs []Log) []Problem {
	var p problems
	seen := map[string]bool{}
	for i, l := range logs {
		where := fmt.Sprintf("%s[%d]", logDestinations, i)
		if !slices.Contains(logTypes, l.Type) && !IsToken(l.Type) {
			p.fail("log-type", where+".LogType", "the log type is unknown",
				fmt.Sprintf("got %.60q; allowed are %s", l.Type, strings.Join(logTypes, ", ")), "")
		}
		if seen[l.Type] && !IsToken(l.Type) {
			p.fail("log-twice", where, "a log type has two destinations",
				fmt.Sprintf("got %s twice; AWS accepts one destination for each type", l.Type), "keep one")
		}
		seen[l.Type] = true
		p.destination(where, l)
	}
	if len(logs) > 0 && !seen["ALERT"] && !slices.ContainsFunc(logs, func(l Log) bool { return IsToken(l.Type) }) {
		p.report(diag.Warning, "log-alerts", logDestinations, "the firewall does not log alerts", "no log shows what its rules drop",
			"add a destination for ALERT")
	}
	return p
}

// destination checks where logs of one type go.
func (p *problems) destination(where string, l Log) {
	kind, known := logKinds[l.Kind]
	switch name, stated := l.Destination[kind.field]; {
	case IsToken(l.Kind):
	case !known:
		p.fail("log-kind", where+".LogDestinationType", "the kind of a log destination is unknown",
			fmt.Sprintf("got %.60q; allowed are CloudWatchLogs, S3 and KinesisDataFirehose", l.Kind), "")
	case !stated:
		p.fail("log-destination", where+".LogDestination", "a log destination has no "+kind.what, "AWS requires "+kind.field, "set "+kind.field)
	case strings.HasPrefix(name, "arn:"):
		p.fail("log-destination", where+".LogDestination."+kind.field, "a log destination is an ARN instead of a name",
			fmt.Sprintf("got %.200q; allowed is the name of a %s", name, kind.what), "write the name")
	case !IsToken(name) && !kind.form.MatchString(name):
		p.fail("log-destination", where+".LogDestination."+kind.field, "a log destination has an invalid name",
			fmt.Sprintf("got %.200q, which cannot be the name of a %s", name, kind.what), "")
	}
	for _, field := range slices.Sorted(maps.Keys(l.Destination)) {
		if known && field != kind.field && (l.Kind != "S3" || field != "prefix") {
			p.fail("log-destination", where+".LogDestination."+field, "a log destination has a field that does not fit its kind",
				fmt.Sprintf("got %.60q for %s", field, l.Kind), "remove it")
		}
	}
}
