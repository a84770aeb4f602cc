package responder

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/response"
)

// isolate isolates the instances that the table names, and releases those whose time is over.
func (h *Handler) isolate(ctx context.Context, s *state) error {
	var errs []error
	for _, r := range s.sorted() {
		if r.Action != response.Isolate || r.DryRun || !r.Closed.IsZero() {
			continue
		}
		var err error
		switch {
		case r.Over(h.now()):
			err = h.releaseInstance(ctx, s, r)
		case r.Isolated.IsZero() && h.Config.Enforce && h.Config.Isolate:
			err = h.isolateInstance(ctx, s, r)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.Subject, err))
		}
	}
	return errors.Join(errs...)
}

// isolateInstance gives the interfaces of an instance the group for isolated instances. Their groups are stored first, and once: what is
// stored is what they had before the first attempt.
func (h *Handler) isolateInstance(ctx context.Context, s *state, r response.Record) error {
	quarantine := h.Quarantine[r.VPC]
	if quarantine == "" {
		return fmt.Errorf("%s has no group for isolated instances", r.VPC)
	}
	if r.Interfaces == nil {
		if r.Admitted.IsZero() {
			return nil // The rate limit has not let it in.
		}
		found, err := h.Interfaces.Of(ctx, r.Subject)
		if err != nil {
			return err
		}
		for _, i := range found {
			if i.VPC != r.VPC {
				return fmt.Errorf("the interface %s is in %s, not in %s", i.ID, i.VPC, r.VPC)
			}
			if !slices.Equal(i.Groups, []string{quarantine}) { // Otherwise somebody else isolated it.
				r.Interfaces = append(r.Interfaces, i.Interface)
			}
		}
		if len(r.Interfaces) == 0 {
			return errors.New("it has no interfaces to isolate")
		}
		if stored, err := h.update(ctx, s, r); err != nil || stored == 0 {
			return err
		}
		r.Version++
	}
	for _, i := range r.Interfaces {
		if err := h.Interfaces.SetGroups(ctx, i.ID, []string{quarantine}); err != nil && !errors.Is(err, ErrGone) {
			return err
		}
	}
	r.Isolated = h.now()
	_, err := h.update(ctx, s, r)
	return err
}

// releaseInstance gives the interfaces of an instance their groups again. The record then has no interfaces, which lets its end be
// announced.
func (h *Handler) releaseInstance(ctx context.Context, s *state, r response.Record) error {
	if len(r.Interfaces) == 0 {
		return nil
	}
	for _, i := range r.Interfaces {
		if err := h.Interfaces.SetGroups(ctx, i.ID, i.Groups); err != nil && !errors.Is(err, ErrGone) {
			return err
		}
	}
	r.Interfaces = nil
	_, err := h.update(ctx, s, r)
	return err
}
