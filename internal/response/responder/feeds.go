package responder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/feed"
)

// feedItem is the last good list of a feed.
type feedItem struct {
	item   Item
	Blocks []netip.Prefix `json:",omitempty"`
	Names  []string       `json:",omitempty"`
	Time   time.Time
	// Fetched is when the list was fetched, and Tried the last attempt.
	Fetched, Tried time.Time
}

const (
	feedPrefix = "feed#"
	// rangesName is the name of AWS's own addresses. No feed can have it.
	rangesName    = "aws ranges"
	rangesMinutes = 24 * 60
	// retryMinutes is when a list is fetched again after a failure.
	retryMinutes = 60
	// maxFeedAge is how long a list is used after it was fetched: nothing is blocked for ever because a source has disappeared.
	maxFeedAge = 7 * 24 * time.Hour
	// maxItem is the size of the largest item. DynamoDB allows 400 KB.
	maxItem = 380_000
)

func isFeed(key string) bool       { return strings.HasPrefix(key, feedPrefix) }
func (f feedItem) name() string    { return strings.TrimPrefix(f.item.Key, feedPrefix) }
func (f feedItem) good() bool      { return !f.Fetched.IsZero() }
func (f feedItem) last() feed.List { return feed.List{Blocks: f.Blocks, Names: f.Names, Time: f.Time} }

// size says how many entries a list has.
func size(blocks []netip.Prefix, names []string) string {
	if len(names) > 0 {
		return fmt.Sprintf("%d names", len(names))
	}
	return fmt.Sprintf("%d blocks", len(blocks))
}

func readFeed(i Item) (feedItem, error) {
	f := feedItem{item: i}
	if i.Version > 0 {
		if err := json.Unmarshal([]byte(i.Body), &f); err != nil {
			return f, fmt.Errorf("the item %s of the table is malformed: %w", i.Key, err)
		}
	}
	return f, nil
}

// source is a list to fetch.
type source struct {
	name    string
	minutes int
	read    func(ctx context.Context, last feed.List) (feed.List, error)
}

func (h *Handler) sources() []source {
	var out []source
	if len(h.Config.AWSServices) > 0 {
		out = append(out, source{rangesName, rangesMinutes, func(ctx context.Context, last feed.List) (feed.List, error) {
			text, err := h.Fetch(ctx, feed.AWSRangesURL)
			if err != nil {
				return feed.List{}, err
			}
			return feed.ReadAWSRanges(text, h.Config.AWSServices, last)
		}})
	}
	for _, f := range h.Config.Feeds {
		out = append(out, source{f.Name, f.Minutes, func(ctx context.Context, last feed.List) (feed.List, error) {
			text, err := h.fetchChecked(ctx, f)
			if err != nil {
				return feed.List{}, err
			}
			return feed.Read(f.Form, text, last)
		}})
	}
	return out
}

func (h *Handler) fetchChecked(ctx context.Context, f response.FeedSource) ([]byte, error) {
	text, err := h.Fetch(ctx, f.URL)
	if err != nil || f.SHA256URL == "" {
		return text, err
	}
	want, err := h.Fetch(ctx, f.SHA256URL)
	if err != nil {
		return nil, fmt.Errorf("its checksum: %w", err)
	}
	words := strings.Fields(string(want))
	sum := sha256.Sum256(text)
	if len(words) == 0 || !strings.EqualFold(words[0], hex.EncodeToString(sum[:])) {
		return nil, errors.New("its SHA-256 checksum is another")
	}
	return text, nil
}

// refresh fetches the lists that are due. A list that is refused leaves the last good one in its place. That is announced and is no error,
// because it does not get better by trying again at once.
func (h *Handler) refresh(ctx context.Context, s *state) error {
	var errs []error
	for _, src := range h.sources() {
		old := s.feeds[src.name]
		wait := src.minutes
		if old.Tried.After(old.Fetched) {
			wait = min(wait, retryMinutes)
		}
		if h.now().Before(old.Tried.Add(time.Duration(wait) * time.Minute)) {
			continue
		}
		f, decision := h.fetch(ctx, src, old)
		if err := h.publish(ctx, []response.Decision{decision}); err != nil {
			errs = append(errs, err)
			continue
		}
		body, err := json.Marshal(f)
		if err == nil {
			err = h.Table.Put(ctx, Item{Key: feedPrefix + src.name, Version: old.item.Version, Body: string(body)})
		}
		switch {
		case errors.Is(err, ErrConflict):
		case err != nil:
			errs = append(errs, err)
		default:
			f.item = Item{Key: feedPrefix + src.name, Version: old.item.Version + 1}
			s.feeds[src.name] = f
		}
	}
	return errors.Join(errs...)
}

func (h *Handler) fetch(ctx context.Context, src source, old feedItem) (feedItem, response.Decision) {
	now := h.now()
	list, err := src.read(ctx, old.last())
	if err == nil {
		err = fits(list)
	}
	d := response.Decision{ID: "feed " + src.name + " " + now.Format(time.RFC3339), Subject: "feed " + src.name}
	if err != nil {
		f := old
		f.Tried = now
		d.Decision, d.Reason = response.FeedRefused, err.Error()
		d.Note = fmt.Sprintf("The last good list of %s stays in use for %d days after it was fetched.", size(old.Blocks, old.Names),
			int(maxFeedAge.Hours()/24))
		if !old.good() {
			d.Note = "There is no last good list, so nothing of this feed is in use."
		}
		return f, d
	}
	d.Decision, d.Note = response.FeedTaken, h.kept(list.Names)
	d.Reason = fmt.Sprintf("%s, before %s", size(list.Blocks, list.Names), size(old.Blocks, old.Names))
	if !h.Config.Enforce && src.name != rangesName {
		d.Note = strings.TrimSpace("Nothing of it is blocked without Enforce. " + d.Note)
	}
	return feedItem{Blocks: list.Blocks, Names: list.Names, Time: list.Time, Fetched: now, Tried: now}, d
}

// fits refuses a list that is too long for an item of the table or for the rule group.
func fits(l feed.List) error {
	if len(l.Names) > response.MaxNames {
		return fmt.Errorf("the list has %d names; the rule group has room for %d", len(l.Names), response.MaxNames)
	}
	text, err := json.Marshal(feedItem{Blocks: l.Blocks, Names: l.Names})
	if err == nil && len(text) > maxItem {
		err = fmt.Errorf("the list has %s, which are more than an item of the table can hold", size(l.Blocks, l.Names))
	}
	return err
}

// inUse returns the feeds with a list that is not too old, in the order of the configuration.
func (h *Handler) inUse(s *state) []feedItem {
	var out []feedItem
	for _, src := range h.Config.Feeds {
		if f := s.feeds[src.Name]; f.good() && h.now().Sub(f.Fetched) < maxFeedAge {
			out = append(out, f)
		}
	}
	return out
}

// warnOfFeeds logs the feeds of which nothing is in use, for the alarm.
func (h *Handler) warnOfFeeds(s *state) {
	used := h.inUse(s)
	for _, src := range h.Config.Feeds {
		if !slices.ContainsFunc(used, func(f feedItem) bool { return f.name() == src.Name }) {
			h.Log.Warn("feed without a list", "feed", src.Name, "fetched", s.feeds[src.Name].Fetched)
		}
	}
}

// feedBlocks returns the blocks of the feeds in the order of the configuration.
func (h *Handler) feedBlocks(s *state) []response.FeedBlocks {
	var out []response.FeedBlocks
	for _, f := range h.inUse(s) {
		out = append(out, response.FeedBlocks{Name: f.name(), Blocks: f.Blocks})
	}
	return out
}

// guard returns the guard. Without the addresses of the AWS services in use it is not ready: an address of theirs must not be blocked only
// because their list could not be fetched yet.
func (h *Handler) guard(ctx context.Context) (response.Guard, error) {
	s := newState()
	if len(h.Config.AWSServices) > 0 {
		item, err := h.Table.Get(ctx, feedPrefix+rangesName)
		if err != nil {
			return response.Guard{}, err
		}
		f, err := readFeed(item)
		if err != nil {
			return response.Guard{}, err
		}
		s.feeds[rangesName] = f
	}
	return h.guardOf(s)
}

func (h *Handler) guardOf(s *state) (response.Guard, error) {
	ranges := s.feeds[rangesName]
	if len(h.Config.AWSServices) > 0 && !ranges.good() {
		return response.Guard{}, errors.New("the addresses of the AWS services in use are not known yet")
	}
	return response.NewGuard(h.Config, h.Own, ranges.Blocks), nil
}
