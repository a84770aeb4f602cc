package flowlog

import (
	"runtime"
	"slices"
	"sync"
)

// Sink takes the records of one worker, one after the other. A record is valid until Add returns.
type Sink interface{ Add(*Record) }

// ObjectSink is a [Sink] that takes the records of other logs as well: lines that are JSON objects.
type ObjectSink interface {
	Sink
	// AddObject takes an object, which is valid until it returns. The error says why the object is no record; its texts must be few,
	// because equal ones are counted as one problem.
	AddObject([]byte) error
}

// Options says how logs are read.
type Options struct {
	// Format is the format of logs without a header line. The zero Format is AWS's default format.
	Format Format
	// Workers is how many files are read at the same time; 0 is the number of cores.
	Workers int
}

// Summary says what was read.
type Summary struct {
	Files    int       `json:"files"`
	Records  int64     `json:"records"`
	Objects  int64     `json:"objects,omitempty"`  // records of other logs
	Exports  int64     `json:"exports,omitempty"`  // files that are exports of CloudWatch Logs as JSON
	Problems []Problem `json:"problems,omitempty"` // by file and line
}

// Lost reports whether records may be lost.
func (s Summary) Lost() bool {
	return slices.ContainsFunc(s.Problems, func(p Problem) bool { return p.Lost })
}

// Read reads files. It calls sink once for each worker, with the worker's symbols, before it reads. Which worker reads which file is not
// determined, so sinks must be joined in a way that does not depend on it.
func Read[S Sink](files []string, options Options, sink func(*Symbols) S) Summary {
	workers := options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, len(files))
	queue := make(chan string)
	parts := make([]Summary, workers)
	var group sync.WaitGroup
	for i := range workers {
		symbols := newSymbols()
		to := sink(symbols)
		group.Go(func() { parts[i] = work(queue, options.Format, symbols, to) })
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	group.Wait()
	return join(parts)
}

// work reads files from a queue.
func work(queue <-chan string, given Format, symbols *Symbols, to Sink) Summary {
	var out Summary
	reader := newFileReader(given, symbols, func(r *Record) {
		out.Records++
		to.Add(r)
	})
	if objects, ok := to.(ObjectSink); ok {
		reader.text.objects = objects
	}
	reader.text.taken = func() { out.Objects++ }
	for file := range queue {
		out.Files++
		out.Problems = append(out.Problems, reader.read(file)...)
	}
	out.Exports = reader.text.exports
	return out
}

// join joins the summaries of all workers.
func join(parts []Summary) Summary {
	var out Summary
	for _, part := range parts {
		out.Files += part.Files
		out.Records += part.Records
		out.Objects += part.Objects
		out.Exports += part.Exports
		out.Problems = append(out.Problems, part.Problems...)
	}
	slices.SortFunc(out.Problems, compareProblems)
	return out
}
