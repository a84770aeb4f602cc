package flowlog

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// event writes an event of CloudWatch Logs.
func event(message string) string {
	text, _ := json.Marshal(strings.TrimSuffix(message, "\n"))
	return "        {\n            \"logStreamName\": \"eni-0aa0-all\",\n            \"timestamp\": 1788232200000,\n" +
		"            \"message\": " + string(text) + ",\n            \"ingestionTime\": 1788232300000\n        }"
}

// filtered writes what "aws logs filter-log-events" prints.
func filtered(messages ...string) string {
	var all []string
	for _, m := range messages {
		all = append(all, event(m))
	}
	return "{\n    \"events\": [\n" + strings.Join(all, ",\n") + "\n    ],\n    \"searchedLogStreams\": []\n}\n"
}

// firewallEvent is the begin of a record of another log.
const firewallEvent = `{"firewall_name":"a","event":{"src_ip":"10.0.0.1"}}` + "\n"

// objectList takes objects that begin as [firewallEvent] does.
type objectList struct{ list }

func (o objectList) AddObject(object []byte) error {
	if !json.Valid(object) {
		return errors.New("it is damaged")
	}
	*o.out = append(*o.out, string(object))
	return nil
}

func TestExports(t *testing.T) {
	t.Parallel()
	object := strings.TrimSuffix(firewallEvent, "\n")
	huge := filtered(accepted, strings.Repeat("x", 3*longestLine), rejected)
	for name, test := range map[string]struct {
		log               string
		records, problems []string
	}{
		"filter-log-events": {log: filtered(accepted, noData, firewallEvent), records: []string{noDataText, acceptedText, object}},
		"get-log-events": {
			log:     "{\"events\":[" + event(accepted) + "],\"nextForwardToken\":\"f/1\",\"nextBackwardToken\":\"b/1\"}",
			records: []string{acceptedText},
		},
		"gzip, several documents": {log: compressed(t, filtered(accepted)+filtered(rejected)), records: []string{acceptedText, rejectedText}},
		"a subscription filter": {
			log:     `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[` + event(accepted) + "]}",
			records: []string{acceptedText},
		},
		"no events": {log: filtered()},
		"not all events": {
			log: "{\"events\":[" + event(accepted) + "],\"NextToken\":\"abc\"}", records: []string{acceptedText},
			problems: []string{"log:1: the export has a nextToken, so later events are not in it; export without --max-items and --no-paginate"},
		},
		"cut off": {
			log: filtered(accepted, noData)[:400], records: []string{acceptedText},
			problems: []string{"log:2: the export is damaged or cut off at this event: unexpected EOF"},
		},
		"a message of 10 GB is not kept in memory": {
			log: huge, records: []string{acceptedText},
			problems: []string{"log:2: the export is damaged or cut off at this event: a value has more than 262144 bytes"},
		},
		"an event that is no record": {
			log: filtered(accepted, "hello"), records: []string{acceptedText},
			problems: []string{"log:2: the line has 1 fields, but the format has 14"},
		},
		"events that are something else": {
			log:      `{"events": {"a": 1}}`,
			problems: []string{"log:1: the export is damaged or cut off at this event: there is { where [ is expected"},
		},
		"objects in lines, the last without an end": {
			log: accepted + "2026-09-01T00:30:00.000Z " + firewallEvent + object, records: []string{acceptedText, object, object},
		},
		"an object that is cut off": {log: firewallEvent + object[:20], records: []string{object}, problems: []string{"log:2: it is damaged"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			path := write(t, "log", test.log)
			summary := Read([]string{path}, Options{}, func(s *Symbols) Sink { return objectList{list{s, &sync.Mutex{}, &got}} })
			assert.ElementsMatch(t, test.records, got)
			var problems []string
			for _, p := range summary.Problems {
				problems = append(problems, strings.TrimPrefix(p.String(), strings.TrimSuffix(path, "log")))
				assert.True(t, p.Lost)
			}
			assert.Equal(t, test.problems, problems)
		})
	}
}

// TestObjectsWithoutASink: records of other logs are named if nobody takes them.
func TestObjectsWithoutASink(t *testing.T) {
	t.Parallel()
	_, problems, summary := readAll(t, Options{}, write(t, "log", firewallEvent+firewallEvent))
	assert.Equal(t, []string{"log:1: the line is an object of another log, which is not read (and 1 more line)"}, problems)
	require.Zero(t, summary.Objects)
}
