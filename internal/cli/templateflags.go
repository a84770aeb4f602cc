package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/parallel"
)

// templateFlags are the flags of the commands that read templates.
type templateFlags struct {
	Parameter  keyValues `short:"p" placeholder:"NAME=VALUE" help:"Set a template parameter; NAME or STACK.NAME."`
	Parameters []string  `sep:"none" placeholder:"FILE" help:"File of parameter values (AWS CLI, CodePipeline or CDK context)."`

	console console
}

// AfterApply stores the console for warnings. Kong calls it.
func (t *templateFlags) AfterApply(c console) error {
	t.console = c
	return nil
}

// load reads templates, or cdk.out in the current folder if paths is empty.
func (t templateFlags) load(paths ...string) (*cfn.Assembly, error) {
	if len(paths) == 0 {
		paths = []string{"cdk.out"}
		if _, err := os.Stat(paths[0]); err != nil {
			return nil, errors.New("there is no cdk.out in this folder; run cdk synth first, or name a cloud assembly or templates")
		}
	}
	a, err := cfn.Load(paths, t.options())
	if err == nil {
		t.warn(a)
	}
	return a, aboutArchitectures(err, paths)
}

// aboutArchitectures adds to an error about templates which of them are architectures.
func aboutArchitectures(err error, paths []string) error {
	for _, path := range paths {
		if err != nil && isArchitecture(path) {
			err = fmt.Errorf("%w\n    fix: %s is an architecture: see it with \"tierwall plan\", or make templates of it with "+
				"\"tierwall generate --to cloudformation\"", err, path)
		}
	}
	return err
}

func (t templateFlags) options() *cfn.Options {
	return &cfn.Options{Parameters: t.Parameter, Files: t.Parameters, Reading: func(before int) {
		t.console.progress.count("reading templates", before)
	}}
}

// warn prints the warnings about templates.
func (t templateFlags) warn(all ...*cfn.Assembly) {
	var texts []string
	for _, a := range all {
		for _, w := range a.Warnings {
			texts = append(texts, w.String())
		}
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		t.print(text)
	}
}

func (t templateFlags) print(text string) {
	if t.console.err != nil {
		_ = t.console.tell(text) // The exit code does not depend on it.
	}
}

// loadTwo reads two states of the same stacks. Two single templates are the same stack, even if their files have different names.
func (t templateFlags) loadTwo(before, after string) (old, now *cfn.Assembly, err error) {
	options := t.options()
	options.Optional = true
	sides := []struct {
		argument string
		assembly *cfn.Assembly
		err      error
	}{{argument: after}, {argument: before}}
	parallel.Do(2, func(i int) {
		s := &sides[i]
		s.assembly, s.err = cfn.Load(splitPaths(s.argument), options)
	})
	for _, s := range sides {
		if s.err != nil {
			return nil, nil, aboutArchitectures(s.err, splitPaths(s.argument))
		}
	}
	now, old = sides[0].assembly, sides[1].assembly
	if one, other := onlyStack(old), onlyStack(now); one != nil && other != nil && one.Name != other.Name {
		options.Name = other.Name
		if old, err = cfn.Load(splitPaths(before), options); err != nil {
			return nil, nil, err
		}
	}
	if old, now, err = inSamePlaces(old, now, before, after, options); err != nil {
		return nil, nil, err
	}
	if err := t.checkUnused(old.Unused, now.Unused, after); err != nil {
		return nil, nil, err
	}
	t.warn(old, now)
	t.noteMissing(old, now, "AFTER")
	t.noteMissing(now, old, "BEFORE")
	return old, now, nil
}

// loadDiff reads the two arguments of --diff.
func (t templateFlags) loadDiff(arguments []string) (old, now *cfn.Assembly, err error) {
	if len(arguments) != 2 {
		return nil, nil, fmt.Errorf("--diff needs two arguments, BEFORE and AFTER, but there are %d; write several templates of one side with "+
			"colons between them", len(arguments))
	}
	return t.loadTwo(arguments[0], arguments[1])
}

// inSamePlaces reads a state again if the two states would have different names for the same import: one has stacks in several accounts or
// Regions, and the other has not, or does not say.
func inSamePlaces(old, now *cfn.Assembly, before, after string, o *cfn.Options) (oldAgain, nowAgain *cfn.Assembly, err error) {
	if old.Places == now.Places {
		return old, now, nil
	}
	o.Places = cfn.Together
	if old.KnowsPlaces() && now.KnowsPlaces() {
		o.Places = cfn.Apart
	}
	if old.Places != o.Places {
		old, err = cfn.Load(splitPaths(before), o)
	}
	if err == nil && now.Places != o.Places {
		now, err = cfn.Load(splitPaths(after), o)
	}
	return old, now, err
}

// checkUnused returns an error if a parameter exists in neither of the two states.
func (t templateFlags) checkUnused(old, now []string, after string) error {
	options := &cfn.Options{Parameters: map[string]string{}}
	for _, name := range old {
		if slices.Contains(now, name) {
			options.Parameters[name] = t.Parameter[name]
		}
	}
	if len(options.Parameters) == 0 {
		return nil
	}
	_, err := cfn.Load(splitPaths(after), options)
	return err
}

// splitPaths returns the paths in one argument: an existing path, or several with the list separator of the system, as in PATH.
func splitPaths(argument string) []string {
	if _, err := os.Stat(argument); err == nil {
		return []string{argument}
	}
	return filepath.SplitList(argument)
}

// onlyStack returns the only top-level stack of an assembly that was read from templates, or nil.
func onlyStack(a *cfn.Assembly) *cfn.Stack {
	var found *cfn.Stack
	for _, s := range a.Stacks {
		if s.Parent != nil {
			continue
		}
		if found != nil {
			return nil
		}
		found = s
	}
	if a.Dir != "" {
		return nil
	}
	return found
}

// noteMissing prints a note for each stack of a that other lacks. Such a stack is new or deleted.
func (t templateFlags) noteMissing(a, other *cfn.Assembly, missing string) {
	for _, s := range a.Stacks {
		same := func(o *cfn.Stack) bool { return o.Name == s.Name }
		if s.Parent == nil && !slices.ContainsFunc(other.Stacks, same) {
			t.print(fmt.Sprintf("note: the stack %s (%s) is not in %s", s.Name, s.File, missing))
		}
	}
}
