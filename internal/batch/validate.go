package batch

import (
	"reflect"
	"strconv"
	"sync"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Validate adds a check of a construct, which CDK calls at synthesis. It returns the errors. It must not panic, because a panic in a
// callback of CDK ends the process.
func (b *Batch) Validate(of constructs.IConstruct, check func() []string) {
	b.steps = append(b.steps, step{Does: validate, Scope: b.index(of), ID: allChecks.add(check), Value: b.index(allChecks)})
}

// checker is what Node calls. There is one for all checks, because an object of Go takes Node and jsii longer to make than all else about a
// check.
type checker interface {
	// Check calls the check with an id.
	Check(id string) *[]*string
}

// checks are checks by their ids.
type checks struct {
	mutex sync.Mutex
	list  []func() []string
}

var allChecks = &checks{}

// registerChecker registers checker, so that Node can call one. Node must have loaded the module.
func registerChecker() {
	runtime.RegisterInterface(name+".IChecker", reflect.TypeFor[checker](),
		[]runtime.Member{runtime.MemberMethod{JsiiMethod: "check", GoMethod: "Check"}},
		func() any { panic("batch: checkers are made in Go") })
}

func (c *checks) add(check func() []string) (id string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.list = append(c.list, check)
	return strconv.Itoa(len(c.list) - 1)
}

// Check implements checker.
func (c *checks) Check(id string) *[]*string {
	i, err := strconv.Atoi(id)
	if err != nil {
		panic(err) // Ids come from add.
	}
	c.mutex.Lock()
	check := c.list[i]
	c.mutex.Unlock()
	out := []*string{}
	for _, text := range check() {
		out = append(out, &text)
	}
	return &out
}

// oneCheck is a check for Node without the module.
type oneCheck struct{ id string }

// Validate calls the check.
func (c *oneCheck) Validate() *[]*string { return allChecks.Check(c.id) }
