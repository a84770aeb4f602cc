package response

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// IsRecord reports whether an item of the table with a key is a record.
func IsRecord(key string) bool {
	return strings.HasPrefix(key, "block#") || strings.HasPrefix(key, "isolate#")
}

// ReadScan reads the records in the output of aws dynamodb scan: isolations first, then blocks, by subject.
func ReadScan(text []byte) ([]Record, error) {
	var scan struct {
		Items []map[string]struct{ S, N string }
	}
	if err := json.Unmarshal(text, &scan); err != nil {
		return nil, fmt.Errorf("it is not the JSON that aws dynamodb scan writes: %w", err)
	}
	if scan.Items == nil {
		return nil, errors.New("it has no Items, so it is not the JSON that aws dynamodb scan writes")
	}
	var out []Record
	for n, item := range scan.Items {
		key := item["Key"].S
		if !IsRecord(key) {
			continue
		}
		var r Record
		if err := json.Unmarshal([]byte(item["Body"].S), &r); err != nil {
			return nil, fmt.Errorf("item %d, %s: its body is malformed: %w", n+1, cleanText(key), err)
		}
		r.Key = key
		if at, err := strconv.ParseInt(item["Undone"].N, 10, 64); err == nil {
			r.Undone = time.Unix(at, 0).UTC()
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Record) int {
		return cmp.Or(-cmp.Compare(a.Action, b.Action), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}
