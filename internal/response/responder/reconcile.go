package responder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tierwall/tierwall/internal/response"
)

// state is the table as it was read.
type state struct {
	records map[string]response.Record // by key
	feeds   map[string]feedItem        // by name
	crowded map[string][]string        // names of sets that a record does not fit into, by its key
}

func newState() *state {
	return &state{records: map[string]response.Record{}, feeds: map[string]feedItem{}, crowded: map[string][]string{}}
}

// sorted returns the records in the order of their keys.
func (s *state) sorted() []response.Record {
	var out []response.Record
	for _, key := range slices.Sorted(maps.Keys(s.records)) {
		out = append(out, s.records[key])
	}
	return out
}

// Reconcile makes AWS agree with the table. It does nothing if another process is doing that. It goes on after an error, and returns all.
func (h *Handler) Reconcile(ctx context.Context) error {
	release, ok, err := h.lease(ctx)
	if err != nil || !ok {
		return err
	}
	defer release(context.WithoutCancel(ctx))
	s, err := h.read(ctx)
	if err != nil {
		return err
	}
	errs := []error{h.refresh(ctx, s)}
	h.warnOfFeeds(s)
	errs = append(errs, h.writeNames(ctx, s))
	guard, err := h.guardOf(s)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	errs = append(errs, h.admit(ctx, s))
	written := h.writeSets(ctx, s, guard)
	errs = append(errs, written, h.isolate(ctx, s), h.announce(ctx, s, guard, written == nil), h.flush(ctx, s))
	return errors.Join(errs...)
}

func (h *Handler) read(ctx context.Context) (*state, error) {
	items, err := h.Table.All(ctx)
	if err != nil {
		return nil, err
	}
	s := newState()
	for _, i := range items {
		switch {
		case response.IsRecord(i.Key):
			r, err := record(i)
			if err != nil {
				h.Log.Error("malformed item", "error", err.Error())
				continue
			}
			s.records[r.Key] = r
		case isFeed(i.Key):
			f, err := readFeed(i)
			if err != nil {
				h.Log.Error("malformed item", "error", err.Error())
				continue
			}
			s.feeds[f.name()] = f
		}
	}
	return s, nil
}

// update writes records and keeps them in the state. A conflict is no error: somebody else changed the record, and the next run sees that.
// It returns how many it has written.
func (h *Handler) update(ctx context.Context, s *state, records ...response.Record) (int, error) {
	var lock sync.Mutex
	var errs []error
	written := 0
	inParallel(records, func(r response.Record) {
		err := h.putRecord(ctx, r)
		lock.Lock()
		defer lock.Unlock()
		switch {
		case errors.Is(err, ErrConflict):
		case err != nil:
			errs = append(errs, err)
		default:
			r.Version++
			s.records[r.Key] = r
			written++
		}
	})
	return written, errors.Join(errs...)
}

// admit lets records into the sets, as many as the rate limit allows. They are marked before they are in a set: the table never knows less
// than the sets.
func (h *Handler) admit(ctx context.Context, s *state) error {
	if !h.Config.Enforce {
		return nil
	}
	admitted, waiting := response.Admit(s.sorted(), h.Config.PerHour, h.now())
	if len(waiting) > 0 {
		h.Log.Warn("the rate limit lets records wait", "waiting", len(waiting), "limit", h.Config.PerHour)
	}
	_, err := h.update(ctx, s, admitted...)
	return err
}

// writeSets makes the sets hold what the table says.
func (h *Handler) writeSets(ctx context.Context, s *state, guard response.Guard) error {
	var errs []error
	for _, set := range h.Sets {
		if err := h.writeSet(ctx, set, s, guard); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", set.Name(), err))
		}
	}
	return errors.Join(errs...)
}

func (h *Handler) writeSet(ctx context.Context, set Set, s *state, guard response.Guard) error {
	for range 4 {
		have, token, err := set.Read(ctx)
		if err != nil {
			return err
		}
		p := h.project(set, s, guard)
		if response.Equal(have, p.Blocks) {
			return nil
		}
		if wait := h.lastWrite.Add(Pause).Sub(h.Now()); wait > 0 {
			if err := h.Sleep(ctx, wait); err != nil {
				return err
			}
		}
		err = set.Write(ctx, token, have, p.Blocks)
		h.lastWrite = h.Now()
		if !errors.Is(err, ErrConflict) {
			h.Log.Info("set written", "set", set.Name(), "before", len(have), "after", len(p.Blocks), "error", fmt.Sprint(err))
			return err
		}
		// Somebody else wrote the set, so perhaps the table has changed as well.
		fresh, err := h.read(ctx)
		if err != nil {
			return err
		}
		fresh.crowded = s.crowded
		*s = *fresh
	}
	return ErrConflict
}

func (h *Handler) project(set Set, s *state, guard response.Guard) response.Projection {
	if !h.Config.Enforce {
		return response.Project(nil, nil, guard, set.Limits(), h.now())
	}
	p := response.Project(s.sorted(), h.feedBlocks(s), guard, set.Limits(), h.now())
	for _, r := range p.Crowded {
		if !slices.Contains(s.crowded[r.Key], set.Name()) {
			s.crowded[r.Key] = append(s.crowded[r.Key], set.Name())
		}
	}
	if len(p.Crowded)+len(p.LeftOut) > 0 {
		h.Log.Warn("set incomplete", "set", set.Name(), "size", set.Limits().Size, "crowded", len(p.Crowded), "feeds", p.LeftOut)
	}
	return p
}

// announce announces what has taken effect, and marks it. written says that the sets hold what the table says.
func (h *Handler) announce(ctx context.Context, s *state, guard response.Guard, written bool) error {
	var due []response.Record
	for _, r := range s.sorted() {
		if next, ok := h.due(r, guard, written && len(s.crowded[r.Key]) < h.setsOf(r)); ok {
			due = append(due, next)
		}
	}
	var errs []error
	for part := range slices.Chunk(due, 100) {
		var decisions []response.Decision
		for _, r := range part {
			d := r.Decide(h.TableName, h.now(), h.Flush == nil)
			if full := s.crowded[r.Key]; len(full) > 0 && d.Decision == response.Blocked {
				d.Note = strings.TrimSpace(d.Note + " It does not fit into " + strings.Join(full, ", ") + ".")
			}
			decisions = append(decisions, d)
		}
		if err := h.publish(ctx, decisions); err != nil {
			errs = append(errs, err)
			continue
		}
		_, err := h.update(ctx, s, part...)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// setsOf returns how many sets a record should be in. An instance is in none, and needs none.
func (h *Handler) setsOf(r response.Record) int {
	n := 0
	for _, set := range h.Sets {
		if r.Action == response.Isolate || set.Limits().IPv6 == r.Prefix().Addr().Is6() {
			n++
		}
	}
	return n
}

// due returns a record with the mark of what is announced about it now.
func (h *Handler) due(r response.Record, guard response.Guard, written bool) (response.Record, bool) {
	now := h.now()
	effective := r.DryRun || r.Action == response.Block && written && h.Config.Enforce
	switch {
	case r.Over(now) && !r.Closed.IsZero():
		return r, false
	case r.Over(now):
		r.Closed = now
		return r, r.Action == response.Isolate && len(r.Interfaces) == 0 || r.DryRun || r.Action == response.Block && written
	case !r.Announced.IsZero():
		return r, false
	case r.Action == response.Block && guard.Why(r.Prefix().Addr()) != "":
		return r, false // It was stored before the guard held the address.
	case r.Action == response.Isolate && !r.DryRun:
		r.Announced = now
		return r, !r.Isolated.IsZero()
	}
	r.Announced = now
	return r, effective && (r.DryRun || !r.Admitted.IsZero())
}

// flushDelay is the time after which a firewall surely knows a new entry of a prefix list. A flush before that would let the connection
// continue.
const flushDelay = 30 * time.Second

// maxFlush is how many addresses are flushed in one run. The next run goes on.
const maxFlush = 100

// flush cuts the connections of addresses that are blocked.
func (h *Handler) flush(ctx context.Context, s *state) error {
	if h.Flush == nil {
		return nil
	}
	var due []response.Record
	var blocks []netip.Prefix
	for _, r := range s.sorted() {
		if r.Blocks(h.now()) && !r.Announced.IsZero() && r.Flushed.IsZero() && h.now().Sub(r.Announced) >= flushDelay {
			blocks = append(blocks, r.Prefix())
			r.Flushed = h.now()
			due = append(due, r)
		}
	}
	if len(due) == 0 {
		return nil
	}
	due, blocks = due[:min(len(due), maxFlush)], blocks[:min(len(blocks), maxFlush)]
	if err := h.Flush.Start(ctx, blocks); err != nil {
		return fmt.Errorf("connections could not be flushed: %w", err)
	}
	_, err := h.update(ctx, s, due...)
	return err
}
