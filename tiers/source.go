package tiers

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// source is a network as the register of findings knows it.
type source struct{ net *Network }

func (s source) Path() string        { return s.net.declared.Path }
func (s source) At() diag.Position   { return s.net.declared.At }
func (s source) Findings() diag.List { return s.net.findings }
func (s source) SkipsProof() bool    { return s.net.unproven }

func (s source) Declaration() *proof.Network {
	if !s.net.delivered {
		return nil
	}
	return new(s.net.declaration())
}
