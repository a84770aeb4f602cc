package page_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/page"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
)

// seen is what testdata/browser.cjs prints.
type seen struct {
	Errors, Requests, Violations                   []string
	Opened, Rows, Cells, PanelHolds                int
	Filtered, Unfiltered, Found, Overflow, Printed int
	Panel, Led                                     string
	FocusInPanel, FocusBack, InMatrix              bool
	ByName                                         []string
}

// browser is Chromium, with a program that uses pages in it. All tests share it.
type browser struct {
	pages   io.WriteCloser
	found   *bufio.Scanner
	command *exec.Cmd
}

// shared is the browser if a test has started it.
var shared *browser

func TestMain(m *testing.M) {
	code := m.Run()
	if shared != nil {
		_ = shared.pages.Close()
		_ = shared.command.Wait()
	}
	os.Exit(code)
}

// start starts the browser if it does not run yet.
func start(t *testing.T) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what needs Chromium")
	}
	if shared != nil {
		return shared
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		without(t, "chromium is not installed")
	}
	if err := exec.Command("node", "-e", "require.resolve('puppeteer-core'), require.resolve('axe-core')").Run(); err != nil {
		without(t, "puppeteer-core and axe-core are not installed for Node: npm install --prefix DIR puppeteer-core@24 axe-core@4, and "+
			"NODE_PATH=DIR/node_modules")
	}
	command := exec.Command("node", "testdata/browser.cjs", chromium)
	command.Stderr = os.Stderr
	pages, err := command.StdinPipe()
	require.NoError(t, err)
	found, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	shared = &browser{pages: pages, found: bufio.NewScanner(found), command: command}
	return shared
}

// browse opens a page in the browser and does the tasks that testdata/browser.cjs names.
func browse(t *testing.T, in page.Input, tasks string) seen {
	t.Helper()
	b, file := start(t), filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(file, []byte(written(t, in)), 0o600))
	_, err := fmt.Fprintln(b.pages, tasks, file)
	require.NoError(t, err)
	require.True(t, b.found.Scan(), "the program that uses the browser ended")
	var out seen
	require.NoError(t, json.Unmarshal(b.found.Bytes(), &out))
	return out
}

// without skips a test for want of a tool.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal(what + ", and TIERWALL_CI forbids to skip")
	}
	t.Skip(what)
}

var (
	largest  = flag.Int("tiers", 20, "tiers of the largest page that Chromium opens")
	hostiles = flag.Int("hostiles", 1, "pages with hostile texts that Chromium opens, each with other texts in each field")
)

// TestBrowser: people can use the page with the keyboard, on narrow screens and on paper; it loads nothing and reports no error, and axe
// finds nothing wrong for screen readers, in light and dark. The small page has the evidence for standards, too.
func TestBrowser(t *testing.T) {
	for tasks, in := range map[string]page.Input{"use,axe,print": evidenced(t, large(t, 5)), "use,print": large(t, *largest)} {
		t.Run(tasks, func(t *testing.T) {
			got := browse(t, in, tasks)
			assert.Empty(t, got.Errors)
			assert.Empty(t, got.Requests)
			assert.Empty(t, got.Violations)
			assert.NotEmpty(t, got.Panel)
			assert.Positive(t, got.PanelHolds, "the first cell shows rules")
			assert.True(t, got.FocusInPanel && got.FocusBack && got.InMatrix, "%+v", got)
			t.Logf("opened in %d ms", got.Opened)
			assert.Less(t, got.Filtered, got.Cells)
			assert.Equal(t, got.Cells, got.Unfiltered)
			assert.IsIncreasing(t, got.ByName)
			assert.Positive(t, got.Found)
			assert.NotEmpty(t, got.Led)
			assert.Zero(t, got.Overflow, "only the parts of the page scroll sideways")
			assert.Greater(t, got.Printed, 10_000)
		})
	}
}

// TestBrowserOfChange: axe finds nothing wrong with the page of a change, in light and dark.
func TestBrowserOfChange(t *testing.T) {
	in := hostile(t, func(n int) string { return fmt.Sprint("Name", n) })
	in.Change.Picture = picturetest.Changed()
	got := browse(t, in, "use,axe")
	assert.Empty(t, got.Errors)
	assert.Empty(t, got.Requests)
	assert.Empty(t, got.Violations)
	assert.Zero(t, got.Overflow)
}

// TestBrowserOfHostilePage: texts of others run nothing.
func TestBrowserOfHostilePage(t *testing.T) {
	for i := range *hostiles {
		got := browse(t, hostile(t, func(n int) string { return picturetest.HostileTexts[(i+n)%len(picturetest.HostileTexts)] }), "use")
		assert.Empty(t, got.Errors)
		assert.Empty(t, got.Requests)
	}
}
