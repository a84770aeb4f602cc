package batch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	_ "embed" // for the files of the module
	"fmt"
	"os"
	"sync"

	"github.com/aws/jsii-runtime-go/runtime"
)

const (
	name    = "tierwall-batch"
	version = "1.0.0"
	class   = name + ".Batch"
)

var (
	//go:embed batch.js
	script []byte
	//go:embed jsii.json
	assembly []byte
)

// load loads the module into Node. It reports whether the module can be used.
func load() bool { return os.Getenv("TIERWALL_BATCH") != "off" && loadOnce() }

var loadOnce = sync.OnceValue(func() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	runtime.Load(name, version, tarball())
	registerRecorder()
	registerChecker()
	return true
})

// tarball returns the module as an npm package.
func tarball() []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	for _, file := range []struct {
		name    string
		content []byte
	}{
		{"package.json", fmt.Appendf(nil, `{"name":%q,"version":%q,"main":"batch.js","jsii":{"outdir":"."}}`, name, version)},
		{"batch.js", script},
		{".jsii", assembly},
	} {
		err := archive.WriteHeader(&tar.Header{Name: "package/" + file.name, Mode: 0o644, Size: int64(len(file.content))})
		if err == nil {
			_, err = archive.Write(file.content)
		}
		if err != nil {
			panic(err) // A buffer takes everything.
		}
	}
	if archive.Close() != nil || zip.Close() != nil {
		panic("batch: the archive cannot be written")
	}
	return out.Bytes()
}
