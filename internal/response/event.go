package response

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Outcome is what an event asks for.
type Outcome struct {
	Candidates []Candidate
	Skips      []Skip
	// Reconcile says that the event asks for the sets to be rebuilt: a timer, or a change of a stack.
	Reconcile bool
}

func (o *Outcome) skip(subject, format string, args ...any) {
	o.Skips = append(o.Skips, Skip{Subject: cleanText(subject), Why: fmt.Sprintf(format, args...)})
}

// envelope is an event of EventBridge.
type envelope struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Account    string          `json:"account"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// maxEvent is the size of the largest event that is read. EventBridge and SQS allow 1 MiB.
const maxEvent = 1 << 20

// Read reads an event of EventBridge. It returns an error if the event is malformed; an event that is of no interest is a skip.
func (c Config) Read(event []byte, now time.Time) (Outcome, error) {
	var e envelope
	if len(event) > maxEvent {
		return Outcome{}, fmt.Errorf("the event has %d bytes; allowed are %d", len(event), maxEvent)
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return Outcome{}, fmt.Errorf("the event is no JSON object of EventBridge: %w", err)
	}
	var out Outcome
	var err error
	switch e.Source + "/" + e.DetailType {
	case "aws.guardduty/GuardDuty Finding":
		out, err = c.finding(e.Detail)
	case "aws.cloudwatch/CloudWatch Alarm State Change":
		out, err = c.alarm(e)
	case "aws.events/Scheduled Event", "aws.cloudformation/CloudFormation Stack Status Change",
		"aws.cloudformation/CloudFormation Resource Status Change":
		out.Reconcile = true
	case "/":
		err = errors.New("the event has no source")
	default:
		out.skip(e.Source, "events of the kind %q lead to nothing", cleanText(e.DetailType))
	}
	return out.current(now), err
}

// current leaves out what has expired already, and what claims to be of the future.
func (o Outcome) current(now time.Time) Outcome {
	const skew = 10 * time.Minute
	var kept []Candidate
	for _, c := range o.Candidates {
		switch {
		case c.At.After(now.Add(skew)):
			o.skip(c.Subject(), "the finding has a time in the future, %s", c.At.Format(time.RFC3339))
		case !c.Expires.After(now):
			o.skip(c.Subject(), "the finding of %s is too old: its response ended at %s", c.At.Format(time.RFC3339),
				c.Expires.Format(time.RFC3339))
		default:
			kept = append(kept, c)
		}
	}
	o.Candidates = kept
	return o
}

// ReadLogs reads records of a web ACL as a subscription of CloudWatch Logs sends them: JSON, compressed by gzip.
func (c Config) ReadLogs(data []byte, now time.Time) (Outcome, error) {
	const largest = 64 << 20
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Outcome{}, fmt.Errorf("the log records are not compressed by gzip: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, largest+1))
	switch {
	case err != nil:
		return Outcome{}, fmt.Errorf("the log records cannot be decompressed: %w", err)
	case len(text) > largest:
		return Outcome{}, fmt.Errorf("the log records have more than %d bytes", largest)
	}
	var batch struct {
		MessageType string `json:"messageType"`
		LogEvents   []struct {
			Message string `json:"message"`
		} `json:"logEvents"`
	}
	if err := json.Unmarshal(text, &batch); err != nil {
		return Outcome{}, fmt.Errorf("the log records are no JSON object of CloudWatch Logs: %w", err)
	}
	var out Outcome
	if batch.MessageType != "DATA_MESSAGE" {
		return out, nil // CloudWatch Logs tests the subscription.
	}
	for _, e := range batch.LogEvents {
		c.logRecord([]byte(e.Message), &out)
	}
	return out.current(now), nil
}
