package cli

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestProgress calls what the timer calls, so that no time passes.
func TestProgress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &progress{out: &out}
	c := console{out: &out, err: &out, colors: &colors{}, progress: p}
	p.count("reading templates", 12)
	assert.Empty(t, out.String(), "a fast command says nothing")

	p.show()
	assert.Equal(t, eraseLine+"reading templates: 12", out.String())
	assert.NoError(t, c.tell("warning: a"))
	assert.Equal(t, eraseLine+"reading templates: 12"+eraseLine+"warning: a\n", out.String(), "other output begins on an empty line")
	p.step("proving")
	p.show()
	out.Reset()
	assert.NoError(t, c.print("exact\n"))
	assert.Equal(t, eraseLine+"exact\n", out.String())

	p.show()
	p.step("late")
	p.end()
	assert.Equal(t, eraseLine+"exact\n", out.String(), "nothing comes after the result")
}

func TestProgressOfManySteps(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &progress{out: &out}
	p.step("proving")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 100 {
				p.count("proving", i)
				p.show()
				p.erase()
			}
		})
	}
	all.Wait()
	p.end()
	assert.NotContains(t, out.String(), "\n")
	assert.True(t, bytes.HasSuffix(out.Bytes(), []byte(eraseLine)))
}

func TestNobodyWatches(t *testing.T) {
	t.Parallel()
	p := newProgress(&bytes.Buffer{})
	assert.Nil(t, p)
	p.step("proving")
	p.erase()
	p.end()
}
