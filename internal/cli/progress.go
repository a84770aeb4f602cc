package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	// patience is how long a command may take before it says what it is doing.
	patience = time.Second
	// refresh is the time between two lines.
	refresh = 200 * time.Millisecond
)

// eraseLine empties the line of the cursor.
const eraseLine = "\r\x1b[K"

// progress says what a command is doing once it takes longer than a moment. It uses one line of a terminal, which is erased before any
// other output. A nil progress says nothing.
type progress struct {
	out io.Writer

	mu    sync.Mutex
	timer *time.Timer // nil until the first step
	what  string
	done  int // how much of it is done; 0 is not said
	shown bool
	ended bool
}

// newProgress returns the progress of a command, or nil if nobody watches.
func newProgress(stderr io.Writer) *progress {
	if !isTerminal(stderr) || !understandsCodes() {
		return nil
	}
	return &progress{out: stderr}
}

// step begins a step: "proving". The text is the command's own.
func (p *progress) step(what string) { p.count(what, 0) }

// count says how much of a step is done.
func (p *progress) count(what string, done int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.done = what, done
	if p.timer == nil && !p.ended {
		p.timer = time.AfterFunc(patience, p.show)
	}
}

// show writes the line, and comes back for the next one.
func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	text := p.what
	if p.done > 0 {
		text += fmt.Sprint(": ", p.done)
	}
	_, _ = io.WriteString(p.out, eraseLine+text)
	p.shown = true
	p.timer.Reset(refresh)
}

// erase makes room for other output.
func (p *progress) erase() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		_, _ = io.WriteString(p.out, eraseLine)
		p.shown = false
	}
}

// end erases the line for good.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.ended = true
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Unlock()
	p.erase()
}
