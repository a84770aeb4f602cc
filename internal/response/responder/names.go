package responder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/response"
)

// writeNames makes the rule group of names hold what the lists say.
func (h *Handler) writeNames(ctx context.Context, s *state) error {
	if h.Names == nil {
		return nil
	}
	for range 4 {
		have, token, err := h.Names.Read(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", h.Names.Name(), err)
		}
		want := h.projectNames(s)
		if slices.Equal(have, want) {
			return nil
		}
		err = h.Names.Write(ctx, token, want)
		if !errors.Is(err, ErrConflict) {
			h.Log.Info("set written", "set", h.Names.Name(), "before", len(have), "after", len(want), "error", fmt.Sprint(err))
			return err
		}
		// Somebody else wrote the group, so perhaps the table has changed as well.
		fresh, err := h.read(ctx)
		if err != nil {
			return err
		}
		*s = *fresh
	}
	return fmt.Errorf("%s: %w", h.Names.Name(), ErrConflict)
}

func (h *Handler) projectNames(s *state) []string {
	var feeds []response.FeedNames
	if h.Config.Enforce {
		for _, f := range h.inUse(s) {
			feeds = append(feeds, response.FeedNames{Name: f.name(), Names: f.Names})
		}
	}
	p := response.ProjectNames(feeds, response.NewNameGuard(h.Config), response.MaxNames)
	if len(p.LeftOut) > 0 {
		h.Log.Warn("set incomplete", "set", h.Names.Name(), "size", response.MaxNames, "feeds", p.LeftOut)
	}
	return p.Names
}

// kept says which names of a list are not blocked because they are needed.
func (h *Handler) kept(names []string) string {
	guard := response.NewNameGuard(h.Config)
	var out []string
	for _, name := range names {
		if why := guard.Why(name); why != "" {
			out = append(out, why)
		}
	}
	const most = 5
	switch n := len(out); {
	case n == 0:
		return ""
	case n > most:
		return fmt.Sprintf("%d of its names are never blocked: %s, and others.", n, strings.Join(out[:most], "; "))
	default:
		return fmt.Sprintf("%d of its names are never blocked: %s.", n, strings.Join(out, "; "))
	}
}
