package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/tierwall/tierwall/internal/response"
)

// maxEvents is the number of events of a call (Amazon EventBridge API Reference, PutEvents).
const maxEvents = 10

// bus is an event bus. Its name is empty for the account's default.
type bus struct {
	client *eventbridge.Client
	name   string
}

func (b *bus) Publish(ctx context.Context, decisions []response.Decision) error {
	for part := range slices.Chunk(decisions, maxEvents) {
		var entries []types.PutEventsRequestEntry
		for _, d := range part {
			detail, err := json.Marshal(d)
			if err != nil {
				return err
			}
			e := types.PutEventsRequestEntry{Source: aws.String("tierwall.response"), DetailType: &d.Decision, Detail: aws.String(string(detail))}
			if b.name != "" {
				e.EventBusName = &b.name
			}
			entries = append(entries, e)
		}
		out, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
		if err != nil {
			return err
		}
		if out.FailedEntryCount > 0 {
			return fmt.Errorf("%d of %d events were not taken", out.FailedEntryCount, len(entries))
		}
	}
	return nil
}
