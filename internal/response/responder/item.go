package responder

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tierwall/tierwall/internal/response"
)

// record reads the record in an item. An item that does not exist is the zero record.
func record(i Item) (response.Record, error) {
	var r response.Record
	if i.Version == 0 {
		return r, nil
	}
	if err := json.Unmarshal([]byte(i.Body), &r); err != nil {
		return r, fmt.Errorf("the item %s of the table is malformed: %w", i.Key, err)
	}
	r.Key, r.Version, r.Undone = i.Key, i.Version, i.Undone
	return r, nil
}

func (h *Handler) putRecord(ctx context.Context, r response.Record) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return h.Table.Put(ctx, Item{Key: r.Key, Version: r.Version, Body: string(body), Undone: r.Undone, Purge: r.Purge()})
}
