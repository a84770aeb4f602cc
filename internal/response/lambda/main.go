// Command lambda is the function of the automated response. It gets events from a queue of SQS and log records from CloudWatch Logs.
//
// It is a module of its own, so that neither the library nor the command tierwall depends on the SDK of AWS.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/tierwall/tierwall/internal/response/responder"
)

func main() {
	h, err := newHandler(os.Getenv, configOf(os.Getenv))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(function{h}.call)
}

// function is the function as Lambda calls it.
type function struct{ *responder.Handler }

// call handles messages of SQS, records of CloudWatch Logs, or a single event of EventBridge.
func (f function) call(ctx context.Context, payload json.RawMessage) (any, error) {
	var kind struct {
		Records []events.SQSMessage           `json:"Records"`
		Logs    *events.CloudwatchLogsRawData `json:"awslogs"`
	}
	if err := json.Unmarshal(payload, &kind); err != nil {
		return nil, fmt.Errorf("the payload is no JSON object: %w", err)
	}
	switch {
	case kind.Logs != nil:
		data, err := base64Of(kind.Logs.Data)
		if err != nil {
			return nil, err
		}
		return nil, f.HandleLogs(ctx, data)
	case kind.Records != nil:
		var messages []responder.Message
		for _, r := range kind.Records {
			messages = append(messages, responder.Message{ID: r.MessageId, Body: []byte(r.Body)})
		}
		var out events.SQSEventResponse
		for _, id := range f.Handle(ctx, messages) {
			out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		return out, nil
	}
	if failed := f.Handle(ctx, []responder.Message{{ID: "event", Body: payload}}); len(failed) > 0 {
		return nil, errors.New("the event could not be handled")
	}
	return nil, nil
}
