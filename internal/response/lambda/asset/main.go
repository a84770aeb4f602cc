// Command asset builds the function of the automated response as the library carries it: an archive with an executable for Lambda's runtime
// provided.al2023 on arm64, and its SHA-256. The same sources give the same bytes, on every machine and in every folder.
//
//	go run ./asset          # writes the archive
//	go run ./asset -check   # says whether the archive is that of the sources
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// toolchain is the version of Go that builds the executable, because another version gives other bytes.
const toolchain = "go1.26.8"

// folder has the archive, as seen from the module.
const folder = "../../../tiers/watch/response"

func main() {
	check := flag.Bool("check", false, "compare the archive with the sources")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check bool) error {
	executable, err := build()
	if err != nil {
		return err
	}
	archive, err := pack(executable)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(archive)
	hash := hex.EncodeToString(sum[:]) + "\n"
	if !check {
		return errors.Join(os.WriteFile(filepath.Join(folder, "bootstrap.zip"), archive, 0o600),
			os.WriteFile(filepath.Join(folder, "bootstrap.sha256"), []byte(hash), 0o600))
	}
	return compare(executable)
}

// compare says whether the archive of the library has an executable. The archives may differ, because another version of Go may compress
// in another way.
func compare(executable []byte) error {
	archive, err := zip.OpenReader(filepath.Join(folder, "bootstrap.zip"))
	if err != nil {
		return err
	}
	defer archive.Close() //nolint:errcheck // It is only read.
	f, err := archive.Open("bootstrap")
	if err != nil {
		return err
	}
	stored, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	if !bytes.Equal(stored, executable) {
		return fmt.Errorf("the archive is not that of the sources: its executable has the SHA-256 %x, but the sources give %x; "+
			"in internal/response/lambda, run: go run ./asset", sha256.Sum256(stored), sha256.Sum256(executable))
	}
	return nil
}

// build builds the executable.
func build() ([]byte, error) {
	dir, err := os.MkdirTemp("", "response")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags=-s -w -buildid=", "-o", file, ".")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "GOFLAGS=",
		"GOEXPERIMENT=", "GOWORK=off")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go build: %w", err)
	}
	return os.ReadFile(file)
}

// pack makes the archive. Lambda runs bootstrap only if it may be executed.
func pack(executable []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(executable); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
