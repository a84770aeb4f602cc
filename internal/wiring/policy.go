package wiring

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// requiredPolicy is a policy that the network is held against.
type requiredPolicy struct {
	arch.DataPolicy
	judge func(*arch.Model) diag.List // nil for a built-in policy
}

// Require holds the network against a policy. judge judges the declared flows at synthesis; it is nil for a built-in policy.
func (n *Network) Require(name string, at diag.Position, judge func(*arch.Model) diag.List) {
	n.MustBeOpen(at)
	n.policies = append(n.policies, requiredPolicy{arch.DataPolicy{Name: name, Own: judge != nil, At: at}, judge})
	if judge != nil {
		n.calls.Cannot(at, "the policy "+name+" is written in Go; call Require in workloads.go")
	}
}

func (n *Network) policyNames() []arch.DataPolicy {
	var out []arch.DataPolicy
	for _, p := range n.policies {
		out = append(out, p.DataPolicy)
	}
	return out
}

// judged returns what the policies that the user wrote find.
func (n *Network) judged(m *arch.Model) diag.List {
	var out diag.List
	for _, p := range n.policies {
		if p.judge != nil {
			out = append(out, n.judgedBy(p, m)...)
		}
	}
	return out
}

// judgedBy returns what a policy finds. A panic of the user's code is an error about the policy.
func (n *Network) judgedBy(p requiredPolicy, m *arch.Model) (found diag.List) {
	defer func() {
		if r := recover(); r != nil {
			found = diag.List{{
				Rule: "data-policy", Path: n.declared.PathTo("network"), At: []diag.Position{p.At},
				Summary: "the policy " + p.Name + " panicked", Detail: fmt.Sprint(r), Fix: "correct its Judge function",
			}}
		}
	}()
	return p.judge(m)
}
