package responder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/tierwall/tierwall/internal/response"
)

// Handler handles events.
type Handler struct {
	Config response.Config
	// Own are the public addresses of the user.
	Own []netip.Prefix
	// TableName is for commands that people run.
	TableName string
	// Quarantine are the groups of isolated instances by their VPCs.
	Quarantine map[string]string
	Table      Table
	Sets       []Set
	Names      NameSet // nil without feeds of names
	Interfaces Interfaces
	Flush      Flush // nil without a network firewall
	Events     Events
	Fetch      Fetch
	Log        *slog.Logger
	// Now and Sleep are the clock.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error

	lastWrite time.Time
}

// Message is a message of the queue.
type Message struct {
	ID   string
	Body []byte
}

// writers is how many items are written at the same time.
const writers = 8

// Handle handles messages: it stores what they ask for, and then makes AWS agree with the table. It returns the ids of the messages that
// must come again.
func (h *Handler) Handle(ctx context.Context, messages []Message) []string {
	b := h.newBatch()
	for _, m := range messages {
		out, err := h.Config.Read(m.Body, h.now())
		if err != nil {
			h.Log.Error("malformed event", "message", m.ID, "error", err.Error())
			b.fail(m.ID)
			continue
		}
		b.add(m.ID, out)
	}
	b.store(ctx)
	return slices.Sorted(maps.Keys(b.failed))
}

// HandleLogs handles records of web ACLs, as CloudWatch Logs sends them. An error asks for them to come again.
func (h *Handler) HandleLogs(ctx context.Context, data []byte) error {
	out, err := h.Config.ReadLogs(data, h.now())
	if err != nil {
		return err
	}
	const id = "logs"
	b := h.newBatch()
	b.add(id, out)
	b.store(ctx)
	if b.failed[id] {
		return errors.New("some records could not be stored")
	}
	return nil
}

// batch is what a call of the function got.
type batch struct {
	*Handler
	candidates []asked
	from       map[string][]string // ids of messages by keys of records
	skipped    []response.Skip
	skippedIn  map[string]bool
	reconcile  []string // ids of messages that ask for it
	failed     map[string]bool
}

// asked is a candidate with the id of its message.
type asked struct {
	response.Candidate
	by string
}

func (h *Handler) newBatch() *batch {
	return &batch{Handler: h, from: map[string][]string{}, skippedIn: map[string]bool{}, failed: map[string]bool{}}
}

func (b *batch) fail(ids ...string) {
	for _, id := range ids {
		b.failed[id] = true
	}
}

func (b *batch) add(id string, out response.Outcome) {
	for _, c := range out.Candidates {
		b.candidates = append(b.candidates, asked{c, id})
		b.from[c.Key()] = append(b.from[c.Key()], id)
	}
	b.skip(id, out.Skips...)
	if out.Reconcile {
		b.reconcile = append(b.reconcile, id)
	}
}

func (b *batch) skip(id string, skips ...response.Skip) {
	if len(skips) > 0 {
		b.skipped, b.skippedIn[id] = append(b.skipped, skips...), true
	}
}

// store stores the candidates, announces what is refused, and reconciles.
func (b *batch) store(ctx context.Context) {
	guard, err := b.guard(ctx)
	if err != nil {
		b.Log.Error("the guard is not ready", "error", err.Error())
		for _, ids := range b.from {
			b.fail(ids...)
		}
		b.candidates = nil
	}
	byKey := map[string][]response.Candidate{}
	for _, c := range b.candidates {
		if why := b.refused(guard, c.Candidate); why != "" {
			b.skip(c.by, response.Skip{Subject: c.Subject(), Why: why})
			continue
		}
		byKey[c.Key()] = append(byKey[c.Key()], c.Candidate)
	}
	b.put(ctx, byKey)
	b.announceSkips(ctx)
	if err := b.Reconcile(ctx); err != nil {
		b.Log.Error("not everything is done", "error", err.Error())
		b.fail(b.reconcile...)
	}
}

// refused says why nothing is done about a candidate.
func (h *Handler) refused(g response.Guard, c response.Candidate) string {
	if c.Action == response.Isolate {
		if h.Quarantine[c.VPC] == "" {
			return fmt.Sprintf("the instance is in %s, which has no group for isolated instances", c.VPC)
		}
		return ""
	}
	if why := g.Why(c.Address); why != "" {
		return why
	}
	if !slices.ContainsFunc(h.Sets, func(s Set) bool { return s.Limits().IPv6 == c.Address.Is6() }) {
		return "no set holds addresses of its IP version"
	}
	return ""
}

// put merges candidates into the table.
func (b *batch) put(ctx context.Context, byKey map[string][]response.Candidate) {
	var lock sync.Mutex
	inParallel(slices.Sorted(maps.Keys(byKey)), func(key string) {
		if err := b.merge(ctx, key, byKey[key]); err != nil {
			lock.Lock()
			defer lock.Unlock()
			b.Log.Error("a record could not be stored", "key", key, "error", err.Error())
			b.fail(b.from[key]...)
		}
	})
}

// inParallel calls do for all values, some at the same time.
func inParallel[T any](values []T, do func(T)) {
	queue := make(chan T)
	var running sync.WaitGroup
	for range min(writers, len(values)) {
		running.Go(func() {
			for v := range queue {
				do(v)
			}
		})
	}
	for _, v := range values {
		queue <- v
	}
	close(queue)
	running.Wait()
}

// How often a record is tried to be written, and the longest time between two attempts. Many logs may name the same address at once.
const (
	mergeAttempts = 8
	maxMergeWait  = 50 * time.Millisecond
)

// merge merges candidates into a record. It tries to make a new record first, which is the most frequent case.
func (h *Handler) merge(ctx context.Context, key string, candidates []response.Candidate) error {
	var r response.Record
	for range mergeAttempts {
		changed := false
		for _, c := range candidates {
			var now bool
			r, now = r.Merge(c, !h.Config.Enforce)
			changed = changed || now
		}
		if !changed {
			return nil
		}
		err := h.putRecord(ctx, r)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		item, err := h.Table.Get(ctx, key)
		if err != nil {
			return err
		}
		if r, err = record(item); err != nil {
			return err
		}
		if err := h.Sleep(ctx, rand.N(maxMergeWait)); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: %w", key, ErrConflict)
}

// announceSkips announces what is not done, once for each subject and reason.
func (b *batch) announceSkips(ctx context.Context) {
	counts := map[response.Skip]int{}
	for _, s := range b.skipped {
		counts[s]++
	}
	var decisions []response.Decision
	for _, s := range slices.SortedFunc(maps.Keys(counts), func(x, y response.Skip) int {
		return cmp.Or(cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Why, y.Why))
	}) {
		decisions = append(decisions, response.Decision{
			ID: "refused " + s.Subject, Decision: response.Refused, Subject: s.Subject, Reason: s.Why, Times: counts[s],
		})
	}
	if err := b.publish(ctx, decisions); err != nil {
		b.Log.Error("refusals could not be announced", "error", err.Error())
		b.fail(slices.Collect(maps.Keys(b.skippedIn))...)
	}
}

// publish writes decisions to the log and to the event bus.
func (h *Handler) publish(ctx context.Context, decisions []response.Decision) error {
	if len(decisions) == 0 {
		return nil
	}
	for _, d := range decisions {
		h.Log.Info("decision", "decision", d)
	}
	return h.Events.Publish(ctx, decisions)
}

func (h *Handler) now() time.Time { return h.Now().UTC().Truncate(time.Second) }
