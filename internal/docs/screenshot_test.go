package docs

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// screenshots is the folder of the pictures in README.md.
var screenshots = filepath.Join(root, "internal", "docs", "screenshots")

// TestScreenshots: the pictures in README.md show what the command makes of examples/shop now. With -update, it makes them again. The
// pictures of text and of the drawing are the output itself. The photo of the report is a file of pixels, which differ from machine to
// machine; so beside it is the hash of the page that was photographed.
func TestScreenshots(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what needs Node.js: the shop")
	}
	if _, err := exec.LookPath("node"); err != nil {
		without(t, "the shop needs Node.js, which is not on the PATH")
	}
	s := session{folder: t.TempDir()}
	s.goRun(t, shop)
	shown := "$ tierwall show\n" + s.tierwall(t, []string{"show", "--color", "always"})
	current(t, "show.svg", terminalSVG(shown))
	current(t, "draw.svg", s.tierwall(t, []string{"draw", "--title", "examples/shop"}))
	s.tierwall(t, []string{"report", "--title", "examples/shop", "--out", "report.html"})
	page, err := os.ReadFile(filepath.Join(s.folder, "report.html"))
	require.NoError(t, err)
	today := time.Now().UTC().Format(time.DateOnly)
	sum := sha256.Sum256([]byte(strings.ReplaceAll(string(page), today, "today")))
	if current(t, "report.png.sha256", hex.EncodeToString(sum[:])+"  the page behind report.png\n") {
		photograph(t, filepath.Join(s.folder, "report.html"), filepath.Join(screenshots, "report.png"))
	}
}

// current compares a file with what it should hold. With -update, it writes the file and reports whether that changed it.
func current(t *testing.T, name, want string) (written bool) {
	t.Helper()
	path := filepath.Join(screenshots, name)
	have, err := os.ReadFile(path)
	if *update && string(have) != want {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return true
	}
	require.NoError(t, err)
	assert.True(t, string(have) == want, "%s is out of date: "+
		"run go test ./internal/docs -run TestScreenshots -update, with Chromium installed, and look at it", name)
	return false
}

// photograph makes a picture of the top of a page.
func photograph(t *testing.T, page, to string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		without(t, "chromium is not installed")
	}
	out, err := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1700,1200",
		"--screenshot="+to, "file://"+page).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// without skips a test for want of a tool.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal(what + ", and TIERWALL_CI forbids to skip")
	}
	t.Skip(what)
}

// TestScreenshotsAreShown: README.md shows each picture, with words for those who do not see it, and they are small.
func TestScreenshotsAreShown(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	entries, err := os.ReadDir(screenshots)
	require.NoError(t, err)
	total := int64(0)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		total += info.Size()
		if filepath.Ext(entry.Name()) != ".sha256" {
			assert.Regexp(t, `!\[[^\]]{20,}\]\(internal/docs/screenshots/`+regexp.QuoteMeta(entry.Name())+`\)`, string(readme))
		}
	}
	assert.NotZero(t, total)
	assert.Less(t, total, int64(600_000))
}
