package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
)

// templates are the flags of commands that read templates.
type templates struct {
	Parameter  pairs    `short:"p" placeholder:"NAME=VALUE" help:"Value of a template parameter; NAME or STACK.NAME."`
	Parameters []string `sep:"none" placeholder:"FILE" help:"File of parameter values (AWS CLI, CodePipeline, CDK context)."`

	console console
}

// AfterApply keeps where warnings are written.
func (t *templates) AfterApply(c console) error {
	t.console = c
	return nil
}

// load reads templates, or the cloud assembly that is here if none are named.
func (t templates) load(paths ...string) (*cfn.Assembly, error) {
	if len(paths) == 0 {
		paths = []string{"cdk.out"}
		if _, err := os.Stat(paths[0]); err != nil {
			return nil, errors.New("there is no cdk.out here; name a cloud assembly or templates, or run cdk synth first")
		}
	}
	a, err := cfn.Load(paths, t.options())
	if err == nil {
		t.warn(a)
	}
	return a, err
}

func (t templates) options() *cfn.Options {
	return &cfn.Options{Parameters: t.Parameter, Files: t.Parameters}
}

// warn prints what is odd about templates.
func (t templates) warn(all ...*cfn.Assembly) {
	var texts []string
	for _, a := range all {
		for _, w := range a.Warnings {
			texts = append(texts, lines(w.String())+"\n")
		}
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		t.print(text)
	}
}

func (t templates) print(text string) {
	if t.console.err != nil {
		_, _ = fmt.Fprint(t.console.err, text) // The outcome does not depend on it.
	}
}

// loadTwo reads two states of the same stacks. Two single templates are the same stack, whatever their files are called.
func (t templates) loadTwo(before, after string) (old, now *cfn.Assembly, err error) {
	options := t.options()
	options.Optional = true
	if now, err = cfn.Load(several(after), options); err != nil {
		return nil, nil, err
	}
	if old, err = cfn.Load(several(before), options); err != nil {
		return nil, nil, err
	}
	if one, other := single(old), single(now); one != nil && other != nil && one.Name != other.Name {
		options.Name = other.Name
		if old, err = cfn.Load(several(before), options); err != nil {
			return nil, nil, err
		}
	}
	if err := t.unknown(old.Unused, now.Unused, after); err != nil {
		return nil, nil, err
	}
	t.warn(old, now)
	t.oneSided(old, now, "AFTER")
	t.oneSided(now, old, "BEFORE")
	return old, now, nil
}

// unknown is the error about parameters that neither of two states has; nil if there are none.
func (t templates) unknown(old, now []string, after string) error {
	options := &cfn.Options{Parameters: map[string]string{}}
	for _, name := range old {
		if slices.Contains(now, name) {
			options.Parameters[name] = t.Parameter[name]
		}
	}
	if len(options.Parameters) == 0 {
		return nil
	}
	_, err := cfn.Load(several(after), options)
	return err
}

// several are the paths in one argument: a path that is there, or more with the system's separator between them, as in PATH.
func several(argument string) []string {
	if _, err := os.Stat(argument); err == nil {
		return []string{argument}
	}
	return filepath.SplitList(argument)
}

// single is the only top-level stack of an assembly of templates.
func single(a *cfn.Assembly) *cfn.Stack {
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

// oneSided notes the stacks of a that other does not have: they are new, or gone.
func (t templates) oneSided(a, other *cfn.Assembly, missing string) {
	for _, s := range a.Stacks {
		same := func(o *cfn.Stack) bool { return o.Name == s.Name }
		if s.Parent == nil && !slices.ContainsFunc(other.Stacks, same) {
			t.print(lines(fmt.Sprintf("note: the stack %s (%s) is not in %s\n", s.Name, s.File, missing)))
		}
	}
}
