package responder

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// The times of the lease. It outlives the function, so that a process that lost it does not run any more.
const (
	// FunctionTimeout is the longest time that the function may run.
	FunctionTimeout = 2 * time.Minute
	leaseTime       = FunctionTimeout + 30*time.Second
	// Pause is the time between two changes of sets. AWS WAF takes one a second.
	Pause = 1100 * time.Millisecond
)

const leaseKey = "writer"

// lease makes this process the only writer of the sets for a while. It returns false if another process is the writer.
func (h *Handler) lease(ctx context.Context) (release func(context.Context), ok bool, err error) {
	item, err := h.Table.Get(ctx, leaseKey)
	if err != nil {
		return nil, false, err
	}
	var held struct{ Until time.Time }
	if item.Version > 0 && json.Unmarshal([]byte(item.Body), &held) == nil && h.Now().Before(held.Until) {
		return nil, false, nil
	}
	put := func(ctx context.Context, until time.Time) error {
		held.Until = until.UTC()
		body, err := json.Marshal(held)
		if err != nil {
			return err
		}
		return h.Table.Put(ctx, Item{Key: leaseKey, Version: item.Version, Body: string(body)})
	}
	switch err := put(ctx, h.Now().Add(leaseTime)); {
	case errors.Is(err, ErrConflict):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	item.Version++
	return func(ctx context.Context) {
		until := h.lastWrite.Add(Pause)
		if err := put(ctx, until); err != nil {
			h.Log.Warn("the lease was not released; it ends by itself", "error", err.Error())
		}
	}, true, nil
}
