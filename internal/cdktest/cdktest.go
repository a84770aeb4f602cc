// Package cdktest runs CDK apps in tests. All tests of a process share one kernel. The package does not know tiers and controls.
//
// CDK's kernel has one thread, so tests that use it must not call t.Parallel.
package cdktest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/cdktest/env"
)

// Main runs the tests of a package, and removes the temporary files that CDK's kernel leaves behind. With -short, it runs no tests of this
// module, because CDK's kernel takes seconds to start. It runs those of users.
func Main(m *testing.M) {
	flag.Parse()
	code := 0
	if info, ok := debug.ReadBuildInfo(); testing.Short() && ok && info.Main.Path == "github.com/tierwall/tierwall" {
		fmt.Println("-short leaves out this package: its tests need CDK's kernel")
	} else {
		code = m.Run()
	}
	if env.Temp != "" {
		os.RemoveAll(env.Temp)
	}
	os.Exit(code)
}

// App returns an app whose cloud assembly goes to a temporary folder.
func App(t testing.TB) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir()), AnalyticsReporting: new(false)})
}

// Stack returns a stack named "Test" in a new app. Its template is empty until a test adds resources.
func Stack(t testing.TB) awscdk.Stack {
	t.Helper()
	return StackIn(App(t), "Test")
}

// StackIn returns a stack in scope, which is an app or in one. Its template is empty until a test adds resources.
func StackIn(scope constructs.Construct, id string) awscdk.Stack {
	return awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: new(false)}),
	})
}

// Synth synthesizes the app of the stack and returns the folder of the stack's cloud assembly. It returns CDK's panic as an
// error.
func Synth(stack awscdk.Stack) (dir string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if app := awscdk.Stage_Of(stack.Node().Root()); app != nil {
		app.Synth(nil)
	}
	return *awscdk.Stage_Of(stack).Synth(nil).Directory(), nil
}

// Templates synthesizes and returns the template of the stack, with the empty string as its key. The templates of nested stacks
// have their construct paths within the stack as keys. All are indented JSON with sorted keys.
func Templates(t testing.TB, stack awscdk.Stack) map[string][]byte {
	t.Helper()
	dir, err := Synth(stack)
	if err != nil {
		t.Fatalf("synth: %v", err)
	}
	out := map[string][]byte{"": read(t, filepath.Join(dir, *stack.TemplateFile()))}
	if !bytes.Contains(out[""], []byte(`"AWS::CloudFormation::Stack"`)) {
		return out // It is slow to ask CDK for each construct of an app.
	}
	for _, node := range *stack.Node().FindAll("PREORDER") {
		if nested, ok := node.(awscdk.NestedStack); ok {
			path := strings.TrimPrefix(*nested.Node().Path(), *stack.Node().Path()+"/")
			out[path] = read(t, filepath.Join(dir, *nested.TemplateFile()))
		}
	}
	return out
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var template any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&template); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(template); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Resources synthesizes and returns the types of the stack's resources, by logical id.
func Resources(t testing.TB, stack awscdk.Stack) map[string]string {
	t.Helper()
	var template struct {
		Resources map[string]struct{ Type string }
	}
	if err := json.Unmarshal(Templates(t, stack)[""], &template); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for id, r := range template.Resources {
		out[id] = r.Type
	}
	return out
}
